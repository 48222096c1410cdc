"""How is the state of an import kept, so that pages and the command line read one place?"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from registry.domain.org import OrgKind
from registry.imports.domain.report import ImportState, Tally
from registry.imports.store.tables import faulty, job, problem
from registry.store.tables import org


def begin(connection: Connection, row: dict[str, Any], at: datetime) -> None:
    """Insert a new import; `row` has id, org_id, account_id, synthetic and total."""
    fixed = {
        "state": ImportState.READING.value,
        "phase": "等待",
        "done": 0,
        "tally": Tally().document(),
        "created_at": at,
        "updated_at": at,
        "committed": 0,
    }
    connection.execute(job.insert().values(row | fixed))


def move(
    connection: Connection,
    import_id: str,
    come: ImportState,
    go: ImportState,
    **values: Any,  # noqa: ANN401  column values
) -> bool:
    """Change the state if it is still `come`; tell whether this call did it."""
    changed = connection.execute(
        job.update()
        .where(job.c.id == import_id, job.c.state == come.value)
        .values(state=go.value, **values)
    )
    return changed.rowcount == 1


def note(connection: Connection, import_id: str, values: dict[str, Any]) -> bool:
    """Record progress of an import that is being read; tell whether it still is."""
    changed = connection.execute(
        job.update()
        .where(job.c.id == import_id, job.c.state == ImportState.READING.value)
        .values(values)
    )
    return changed.rowcount == 1


def one(import_id: str) -> sa.Select[Any]:
    """Select an import."""
    return sa.select(job).where(job.c.id == import_id)


def recent(org_id: str, most: int) -> sa.Select[Any]:
    """Select an organization's newest imports."""
    return (
        sa.select(job).where(job.c.org_id == org_id).order_by(job.c.created_at.desc()).limit(most)
    )


def untouched_since(state: ImportState, moment: datetime) -> sa.Select[Any]:
    """Select imports in that state that nothing was heard of since then."""
    return sa.select(job.c.id).where(job.c.state == state.value, job.c.updated_at <= moment)


def with_rows(table: sa.Table, *states: ImportState) -> sa.Select[Any]:
    """Select imports in one of the states that still have rows in a table of theirs."""
    return sa.select(job.c.id, job.c.state, job.c.updated_at).where(
        job.c.state.in_([one.value for one in states]),
        sa.exists().where(table.c.import_id == job.c.id),
    )


def being_read() -> sa.Select[Any]:
    """Count the imports that are being read now."""
    return sa.select(sa.func.count()).where(job.c.state == ImportState.READING.value)


def problems(import_id: str, first: int, most: int) -> sa.Select[Any]:
    """Select findings in the order of files, rows and columns, from `first` (0) on."""
    return (
        sa.select(problem)
        .where(problem.c.import_id == import_id, problem.c.seq >= first)
        .order_by(problem.c.seq)
        .limit(most)
    )


def faulty_rows(import_id: str, after: tuple[int, int], most: int) -> sa.Select[Any]:
    """Select faulty rows in order, those behind (file, row)."""
    return (
        sa.select(faulty)
        .where(
            faulty.c.import_id == import_id,
            sa.tuple_(faulty.c.file, faulty.c.row) > after,
        )
        .order_by(faulty.c.file, faulty.c.row)
        .limit(most)
    )


def problems_of_rows(
    import_id: str, first: tuple[int, int], last: tuple[int, int]
) -> sa.Select[Any]:
    """Select the findings of the rows from (file, row) to (file, row)."""
    place = sa.tuple_(problem.c.file, problem.c.row)
    return (
        sa.select(problem)
        .where(problem.c.import_id == import_id, place >= first, place <= last)
        .order_by(problem.c.seq)
    )


def schools_of(codes: list[str]) -> sa.Select[Any]:
    """Select which of the identifier codes belong to some school."""
    return sa.select(org.c.code).where(org.c.code.in_(codes), org.c.kind == OrgKind.SCHOOL.value)
