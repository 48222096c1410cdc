"""Bring the faultless rows of a dry run into the registry: all of them or none, and only once."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.errors import ConflictError
from kernel.ids import AccountId
from kernel.runtime import Runtime
from registry.imports.domain.report import ImportState
from registry.imports.store import jobs as import_jobs
from registry.imports.store import staging


async def commit_import(runtime: Runtime, import_id: str, account_id: AccountId) -> int:
    """Return how many pupils came in; a second commit of the same import returns the same.

    One transaction moves the rows over. Raises ConflictError when the import is not ready, or when
    the registry took in one of its pupils since the dry run (then it is STALE: read again).
    """
    at = runtime.clock()

    def job(connection: Connection) -> tuple[ImportState, int]:
        ready = import_jobs.move(
            connection, import_id, ImportState.READY, ImportState.COMMITTED,
            phase="已导入", committed_at=at, updated_at=at,
        )  # fmt: skip
        if not ready:
            row = connection.execute(import_jobs.one(import_id)).one_or_none()
            state = ImportState(row.state) if row else ImportState.FAILED
            return state, row.committed if row else 0
        if staging.conflicts(connection, import_id):
            _mark_stale(connection, import_id, ImportState.COMMITTED)
            return ImportState.STALE, 0
        staging.redraw_taken(connection, runtime.keyring, runtime.entropy, import_id)
        count = staging.admit(connection, import_id, account_id, at)
        import_jobs.move(
            connection, import_id, ImportState.COMMITTED, ImportState.COMMITTED, committed=count
        )
        return ImportState.COMMITTED, count

    try:
        state, count = await runtime.database.write(job)
    except sa.exc.IntegrityError:
        # On PostgreSQL somebody else's pupil came in between the look and the insert: all of this
        # transaction is undone, the READY state too.
        await runtime.database.write(
            lambda connection: _mark_stale(connection, import_id, ImportState.READY)
        )
        state, count = ImportState.STALE, 0
    if state is ImportState.STALE:
        raise ConflictError(
            "试算之后，有学生已由他处建立学籍",
            rule="《中小学生学籍管理办法》第九条：不得重复建立学籍",
            remedy="请重新上传文件，再次校验",
        )
    if state is not ImportState.COMMITTED:
        raise ConflictError("这次导入还不能确认，或已被放弃", remedy="请等待校验完成，或重新上传")
    await clear_staging(runtime, import_id, findings=False)
    return count


def _mark_stale(connection: Connection, import_id: str, come: ImportState) -> None:
    import_jobs.move(
        connection, import_id, come, ImportState.STALE, phase="需重新校验", committed_at=None
    )


async def clear_staging(runtime: Runtime, import_id: str, *, findings: bool) -> None:
    """Delete the waiting rows of an import in short transactions (and its findings too)."""
    gone = 1
    while gone:
        gone = await runtime.database.write(
            lambda connection: staging.clear(connection, import_id, findings=findings)
        )
