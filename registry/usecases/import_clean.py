"""Give up imports whose process died, and remove rows that wait for nothing: at every start."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from kernel.runtime import Runtime
from registry.domain.import_report import ImportState
from registry.store import import_jobs
from registry.usecases.import_commit import clear_staging

SILENCE = timedelta(minutes=5)


async def clean_imports(runtime: Runtime, *, silence: timedelta = SILENCE) -> list[str]:
    """Return the ids of imports given up now. A process that still reads is not disturbed.

    `silence` is how long an import may go without a sign of life.
    """
    now = runtime.clock()
    silent = await runtime.database.read(import_jobs.silent_since(now - silence))
    dead = [row.id for row in silent]

    def job(connection: Connection) -> None:
        for import_id in dead:
            import_jobs.move(
                connection, import_id, ImportState.READING, ImportState.FAILED,
                phase="读取中断", updated_at=now,
            )  # fmt: skip

    if dead:
        await runtime.database.write(job)
    for row in await runtime.database.read(import_jobs.ended()):
        failed = row.state == ImportState.FAILED.value
        await clear_staging(runtime, row.id, findings=failed)
    return dead
