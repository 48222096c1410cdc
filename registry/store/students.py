"""How are pupils entered, so that a number is given once and nobody is entered twice?"""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from kernel.envelope import Keyring
from kernel.errors import ConflictError, Problem
from kernel.ids import Entropy, StudentId
from registry.domain.student import NewStudent
from registry.store import tables
from registry.store.sealing import Prepared, prepare, redraw

MOST_DRAWS = 30
_CHUNK = 400
_DUPLICATE = "《中小学生学籍管理办法》第九条：不得重复建立学籍"


def insert_students(
    connection: Connection,
    keyring: Keyring,
    entropy: Entropy,
    new: Sequence[NewStudent],
    at: datetime,
) -> list[StudentId]:
    """Enter checked pupils, each with a new 学籍号; all or none.

    Raises ConflictError (a problem for each, `field` is `[index].document_number`) when a document
    number or formal number belongs to a pupil already, InvalidError for a wrong ID number.
    """
    insert_prepared(
        connection, keyring, entropy, [prepare(keyring, entropy, one, at) for one in new]
    )
    return [one.id for one in new]


def insert_prepared(
    connection: Connection, keyring: Keyring, entropy: Entropy, prepared: Sequence[Prepared]
) -> None:
    """Insert prepared pupils; temporary numbers that are taken are drawn again.

    Raises ConflictError as `insert_students` does. Races are decided by the unique keys: each
    statement inserts only what is still free.
    """
    order = {one.student["id"]: index for index, one in enumerate(prepared)}
    done: list[Prepared] = []
    waiting = list(prepared)
    for _ in range(MOST_DRAWS):
        refused = _insert_numbers(connection, waiting)
        done += [one for one in waiting if one.student["id"] not in refused]
        again = [one for one in waiting if one.student["id"] in refused]
        _refuse([order[one.student["id"]] for one in again if one.temporary_for is None])
        if not again:
            break
        waiting = [redraw(keyring, entropy, one) for one in again]
    else:
        raise ConflictError("临时学籍号已用尽", rule="学籍号编码规则", remedy="请核对出生日期")
    _refuse([order[taken] for taken in _insert_students(connection, [one.student for one in done])])


def _insert_numbers(connection: Connection, waiting: Sequence[Prepared]) -> set[str]:
    """Insert the free numbers; return the ids of the pupils whose number is taken."""
    rows = sorted((one.number for one in waiting), key=itemgetter("tag"))
    if not rows or _insert_free(connection, tables.number, rows) == len(rows):
        return set()
    held = _pairs(connection, tables.number.c.tag, tables.number.c.student_id, rows, "tag")
    return {row["student_id"] for row in rows if held[row["tag"]] != row["student_id"]}


def _insert_students(connection: Connection, rows: list[dict[str, Any]]) -> set[str]:
    """Insert the rows whose document is free; return the ids of the others."""
    rows.sort(key=lambda row: row["document_tag"] or b"")
    if not rows or _insert_free(connection, tables.student, rows) == len(rows):
        return set()
    held = _pairs(connection, tables.student.c.id, tables.student.c.id, rows, "id")
    return {row["id"] for row in rows if row["id"] not in held}


def _insert_free(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> int:
    """Insert what breaks no unique key, and return how many rows that was.

    The rows come sorted by that key: two batches that overlap then wait for one another in one
    order, and cannot deadlock.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows).rowcount


def _pairs(
    connection: Connection,
    key: sa.Column[Any],
    value: sa.Column[Any],
    rows: list[dict[str, Any]],
    name: str,
) -> dict[Any, str]:
    """Return value by key for the keys that the rows carry under `name`."""
    found: dict[Any, str] = {}
    for start in range(0, len(rows), _CHUNK):
        keys = [row[name] for row in rows[start : start + _CHUNK]]
        answer = connection.execute(sa.select(key, value).where(key.in_(keys)))
        found |= {row[0]: row[1] for row in answer}
    return found


def _refuse(indexes: Sequence[int]) -> None:
    if indexes:
        raise ConflictError.of(
            tuple(
                Problem(
                    "该身份证件号已建有学籍",
                    field=f"[{index}].document_number",
                    rule=_DUPLICATE,
                    remedy="请核对证件号；如属转学，请办理转入手续",
                )
                for index in sorted(indexes)
            )
        )
