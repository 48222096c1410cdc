"""Who was told, and who agreed, to what goes to which client under which approval?"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from kernel.ids import ApprovalId, ClientId
from kernel.runtime import Runtime
from sharing.store.release_tables import notice

CHUNK = 500


async def kinds_in_force(
    runtime: Runtime, client_id: ClientId, pupil_tag: bytes
) -> frozenset[tuple[ApprovalId, str]]:
    """Return (approval, kind) of every notice and consent of this pupil that stands."""
    rows = await runtime.database.read(
        sa.select(notice.c.approval_id, notice.c.kind).where(
            notice.c.client_id == client_id,
            notice.c.pupil_tag == pupil_tag,
            notice.c.withdrawn_at.is_(None),
        )
    )
    return frozenset((ApprovalId(row.approval_id), row.kind) for row in rows)


async def consenting(
    runtime: Runtime, approval_id: ApprovalId, kinds: Iterable[str], pupil_tags: Sequence[bytes]
) -> set[bytes]:
    """Return those of the tags with a standing consent of one of the kinds under the approval."""
    found: set[bytes] = set()
    for start in range(0, len(pupil_tags), CHUNK):
        rows = await runtime.database.read(
            sa.select(notice.c.pupil_tag).where(
                notice.c.approval_id == approval_id,
                notice.c.kind.in_(list(kinds)),
                notice.c.withdrawn_at.is_(None),
                notice.c.pupil_tag.in_(pupil_tags[start : start + CHUNK]),
            )
        )
        found.update(row.pupil_tag for row in rows)
    return found
