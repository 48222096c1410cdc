"""Who was told, and who agreed, to what goes to which client under which approval?"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kernel.ids import ApprovalId, ClientId
from kernel.runtime import Runtime
from sharing.store.release_tables import notice

CHUNK = 500
CONSENTS = ("consent", "guardian_consent")


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


def all_consent(
    connection: Connection, approval_id: ApprovalId, pupil_tags: Sequence[bytes]
) -> bool:
    """Tell, inside a write job, whether each of the pupils still consents under the approval."""
    tags = list(dict.fromkeys(pupil_tags))
    found = 0
    for start in range(0, len(tags), CHUNK):
        found += connection.execute(
            sa.select(sa.func.count(notice.c.pupil_tag.distinct())).where(
                notice.c.approval_id == approval_id,
                notice.c.kind.in_(CONSENTS),
                notice.c.withdrawn_at.is_(None),
                notice.c.pupil_tag.in_(tags[start : start + CHUNK]),
            )
        ).scalar_one()
    return found == len(tags)


async def consenting(
    runtime: Runtime, approval_id: ApprovalId, pupil_tags: Sequence[bytes]
) -> set[bytes]:
    """Return those of the tags with a standing consent, own or guardian's, under the approval."""
    found: set[bytes] = set()
    for start in range(0, len(pupil_tags), CHUNK):
        rows = await runtime.database.read(
            sa.select(notice.c.pupil_tag).where(
                notice.c.approval_id == approval_id,
                notice.c.kind.in_(CONSENTS),
                notice.c.withdrawn_at.is_(None),
                notice.c.pupil_tag.in_(pupil_tags[start : start + CHUNK]),
            )
        )
        found.update(row.pupil_tag for row in rows)
    return found
