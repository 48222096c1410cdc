"""Give up imports whose process died, and remove rows that wait for nothing: at every start."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from kernel.runtime import Runtime
from registry.imports.domain.report import ImportState
from registry.imports.store import jobs as import_jobs
from registry.imports.store.tables import faulty, problem, staged
from registry.imports.usecases.commit import clear_staging

SILENCE = timedelta(minutes=5)
PATIENCE = timedelta(days=7)
"""How long a dry run waits for its commit, and a list of findings for its reader."""
_ENDED = (ImportState.COMMITTED, ImportState.STALE, ImportState.FAILED)


async def clean_imports(runtime: Runtime, *, silence: timedelta = SILENCE) -> list[str]:
    """Return the ids of imports given up now: silent ones, and dry runs nobody confirmed.

    A process that still reads is not disturbed: `silence` is how long an import may go without a
    sign of life.
    """
    now = runtime.clock()
    given_up: list[str] = []
    for state, span, phase in (
        (ImportState.READING, silence, "读取中断"),
        (ImportState.READY, PATIENCE, "逾期未确认"),
    ):
        found = await runtime.database.read(import_jobs.untouched_since(state, now - span))
        given_up += [row.id for row in found if await _give_up(runtime, row.id, state, phase)]
    for row in await runtime.database.read(import_jobs.with_rows(staged, *_ENDED)):
        await clear_staging(runtime, row.id, findings=False)
    for table in (problem, faulty):
        for row in await runtime.database.read(import_jobs.with_rows(table, *_ENDED)):
            if row.state == ImportState.FAILED.value or row.updated_at <= now - PATIENCE:
                await clear_staging(runtime, row.id, findings=True)
    return given_up


async def _give_up(runtime: Runtime, import_id: str, state: ImportState, phase: str) -> bool:
    now = runtime.clock()

    def job(connection: Connection) -> bool:
        return import_jobs.move(
            connection, import_id, state, ImportState.FAILED, phase=phase, updated_at=now
        )

    return await runtime.database.write(job)
