"""How much of an approval's quota is used? Taken in the job that writes the disclosure."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.ids import ApprovalId
from kernel.runtime import Runtime
from sharing.door.store.release_tables import usage, usage_pupil
from sharing.requests.domain.scope import Quota
from sharing.requests.store.insert import insert_new

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Left:
    """What remains of a quota."""

    rows: int
    pupils: int
    calls: int


async def left(runtime: Runtime, approval_id: ApprovalId, quota: Quota) -> Left:
    """Return what remains now."""
    rows = await runtime.database.read(sa.select(usage).where(usage.c.approval_id == approval_id))
    if not rows:
        return Left(quota.rows, quota.pupils, quota.calls)
    used = rows[0]
    return Left(quota.rows - used.rows, quota.pupils - used.pupils, quota.calls - used.calls)


def take(
    connection: Connection,
    approval_id: ApprovalId,
    quota: Quota,
    pupil_tags: Sequence[bytes],
    *,
    rows: int,
) -> bool:
    """Take rows, one call and the pupils not counted before; False (and nothing taken) if too few.

    The first conditional update locks the approval's row, so two releases never count the same
    pupil as new. Run it inside a savepoint that is rolled back on False.
    """
    insert_new(
        connection, usage, [{"approval_id": approval_id, "rows": 0, "pupils": 0, "calls": 0}]
    )
    taken = connection.execute(
        usage.update()
        .where(
            usage.c.approval_id == approval_id,
            usage.c.rows + rows <= quota.rows,
            usage.c.calls + 1 <= quota.calls,
        )
        .values(rows=usage.c.rows + rows, calls=usage.c.calls + 1)
    ).rowcount
    if taken != 1:
        return False
    fresh = _fresh(connection, approval_id, pupil_tags)
    counted = connection.execute(
        usage.update()
        .where(usage.c.approval_id == approval_id, usage.c.pupils + len(fresh) <= quota.pupils)
        .values(pupils=usage.c.pupils + len(fresh))
    ).rowcount
    insert_new(
        connection, usage_pupil, [{"approval_id": approval_id, "pupil_tag": tag} for tag in fresh]
    )
    return counted == 1


def _fresh(
    connection: Connection, approval_id: ApprovalId, pupil_tags: Sequence[bytes]
) -> list[bytes]:
    tags = list(dict.fromkeys(pupil_tags))
    known: set[bytes] = set()
    for start in range(0, len(tags), CHUNK):
        found = connection.execute(
            sa.select(usage_pupil.c.pupil_tag).where(
                usage_pupil.c.approval_id == approval_id,
                usage_pupil.c.pupil_tag.in_(tags[start : start + CHUNK]),
            )
        )
        known.update(found.scalars())
    return [tag for tag in tags if tag not in known]
