"""How do checked rows wait for the commit, and how do they become pupils in one transaction?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.envelope import Keyring
from kernel.errors import ConflictError
from kernel.ids import Entropy
from registry.imports.store.tables import faulty, problem, staged
from registry.store import tables
from registry.store.sealing import Prepared, redraw
from registry.store.tables import number, student, student_columns

MOST_DRAWS = 30
_CHUNK = 5_000
_COLUMNS = tuple(column.name for column in student_columns())
_STAMPS = ("created_at", "updated_at")


@dataclass(slots=True)
class Chunk:
    """What one short transaction adds: pupils, problems and faulty rows, as rows of the tables."""

    staged: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    faulty: list[dict[str, Any]]
    refused: int | None = None
    """A file that cannot be read to its end: what it added before is taken back."""


def staging_row(import_id: str, place: tuple[int, int], prepared: Prepared) -> dict[str, Any]:
    """Return a prepared pupil, found at (file, row), as a row of `registry_import_row`."""
    division = prepared.temporary_for[0] if prepared.temporary_for else ""
    return prepared.student | {
        "import_id": import_id,
        "file": place[0],
        "row": place[1],
        "number_tag": prepared.number["tag"],
        "temporary_division": division,
    }


def add(connection: Connection, import_id: str, chunk: Chunk) -> None:
    """Insert a chunk."""
    if chunk.refused is not None:
        connection.execute(
            staged.delete().where(staged.c.import_id == import_id, staged.c.file == chunk.refused)
        )
    for table, rows in (
        (staged, chunk.staged),
        (problem, chunk.problems),
        (faulty, chunk.faulty),
    ):
        if rows:
            connection.execute(table.insert(), rows)


def tags_taken(document_tags: Sequence[bytes]) -> sa.Select[tuple[bytes]]:
    """Select which of the documents pupils hold already."""
    return sa.select(student.c.document_tag).where(student.c.document_tag.in_(document_tags))


def numbers_taken(number_tags: Sequence[bytes]) -> sa.Select[tuple[bytes]]:
    """Select which of the 学籍号 were ever issued."""
    return sa.select(number.c.tag).where(number.c.tag.in_(number_tags))


def conflicts(connection: Connection, import_id: str) -> int:
    """Return how many waiting pupils entered the registry since the dry run."""
    mine = staged.c.import_id == import_id
    by_document = (
        sa.select(staged.c.id)
        .join(student, student.c.document_tag == staged.c.document_tag)
        .where(mine)
    )
    by_number = (
        sa.select(staged.c.id)
        .join(number, number.c.tag == staged.c.number_tag)
        .where(mine, staged.c.temporary_division == "")
    )
    return connection.execute(
        sa.select(sa.func.count()).select_from(by_document.union(by_number).subquery())
    ).scalar_one()


def redraw_taken(
    connection: Connection, keyring: Keyring, entropy: Entropy, import_id: str
) -> None:
    """Give a new temporary number to each waiting pupil whose number went to somebody else."""
    mine = (staged.c.import_id == import_id, staged.c.temporary_division != "")
    own = set(connection.execute(sa.select(staged.c.number_tag).where(*mine)).scalars())
    taken = sa.select(staged).join(number, number.c.tag == staged.c.number_tag).where(*mine)
    for row in connection.execute(taken).mappings().all():
        prepared = Prepared(
            {name: row[name] for name in _COLUMNS},
            {"tag": row["number_tag"]},
            (row["temporary_division"], row["birth_date"]),
        )
        prepared = draw_free(
            keyring,
            entropy,
            prepared,
            lambda tag: tag in own or connection.execute(numbers_taken([tag])).first() is not None,
        )
        own.add(prepared.number["tag"])
        connection.execute(
            staged.update()
            .where(
                staged.c.import_id == import_id,
                staged.c.file == row["file"],
                staged.c.row == row["row"],
            )
            .values(
                number_tag=prepared.number["tag"],
                student_number=prepared.student["student_number"],
            )
        )


def draw_free(
    keyring: Keyring, entropy: Entropy, prepared: Prepared, is_taken: Callable[[bytes], bool]
) -> Prepared:
    """Return the pupil with another temporary number, one that is free.

    Raises ConflictError when most numbers of that division and birth date are given.
    """
    for _ in range(MOST_DRAWS):
        prepared = redraw(keyring, entropy, prepared)
        if not is_taken(prepared.number["tag"]):
            return prepared
    raise ConflictError("临时学籍号已用尽", rule="学籍号编码规则", remedy="请核对出生日期")


def admit(connection: Connection, import_id: str, account_id: str, at: datetime) -> int:
    """Turn the waiting rows into pupils with their numbers and events; return how many."""
    mine = staged.c.import_id == import_id
    moment = sa.literal(at, tables.student.c.created_at.type)
    # In the order of the key: two imports of the same pupils then wait for each other, and never
    # both for the other (PostgreSQL).
    connection.execute(
        number.insert().from_select(
            ["tag", "student_id", "issued_at"],
            sa.select(staged.c.number_tag, staged.c.id, moment)
            .where(mine)
            .order_by(staged.c.number_tag),
        )
    )
    values = [moment if name in _STAMPS else staged.c[name] for name in _COLUMNS]
    count = connection.execute(
        student.insert().from_select(_COLUMNS, sa.select(*values).where(mine))
    ).rowcount
    text = {"kind": "enrolled", "before": "", "reason": import_id, "account_id": account_id}
    connection.execute(
        tables.event.insert().from_select(
            ["id", "student_id", "after", *text, "at"],
            sa.select(
                sa.func.replace(staged.c.id, "student_", "event_"),
                staged.c.id,
                staged.c.status,
                *(sa.literal(value) for value in text.values()),
                moment,
            ).where(mine),
        )
    )
    return count


def clear(connection: Connection, import_id: str, *, findings: bool) -> int:
    """Delete some waiting rows of an import (then its findings too); return how many went."""
    gone = _clear_some(connection, staged, import_id)
    for table in (problem, faulty) if findings else ():
        gone = gone or _clear_some(connection, table, import_id)
    return gone


def _clear_some(connection: Connection, table: sa.Table, import_id: str) -> int:
    """Delete the rows of the first file that has any, as far as one short transaction goes."""
    mine = table.c.import_id == import_id
    order = (table.c.seq,) if table is problem else (table.c.file, table.c.row)
    first = connection.execute(sa.select(*order).where(mine).order_by(*order).limit(1)).first()
    if first is None:
        return 0
    *same, last = zip(order, first, strict=True)
    within = last[0] < last[1] + _CHUNK
    return connection.execute(
        sa.delete(table).where(mine, *(column == value for column, value in same), within)
    ).rowcount
