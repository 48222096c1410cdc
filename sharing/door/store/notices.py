"""Who was told, and who agreed, to what goes to which client under which approval?"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kernel.ids import ApprovalId, ClientId
from kernel.runtime import Runtime
from sharing.door.domain.notice import CONSENTS, Told
from sharing.door.store.release_tables import notice

CHUNK = 500


async def standing(
    runtime: Runtime, client_id: ClientId, pupil_tag: bytes
) -> list[tuple[ApprovalId, Told]]:
    """Return every notice and consent of this pupil towards a client that stands."""
    rows = await runtime.database.read(
        sa.select(notice).where(
            notice.c.client_id == client_id,
            notice.c.pupil_tag == pupil_tag,
            notice.c.withdrawn_at.is_(None),
        )
    )
    return [(ApprovalId(row.approval_id), told(row)) for row in rows]


async def consents(
    runtime: Runtime, approval_id: ApprovalId, pupil_tags: Sequence[bytes]
) -> dict[bytes, list[Told]]:
    """Return the standing consents under the approval, own or guardian's, of those pupils."""
    found: dict[bytes, list[Told]] = {}
    for start in range(0, len(pupil_tags), CHUNK):
        rows = await runtime.database.read(
            sa.select(notice).where(
                notice.c.approval_id == approval_id,
                notice.c.kind.in_(CONSENTS),
                notice.c.withdrawn_at.is_(None),
                notice.c.pupil_tag.in_(pupil_tags[start : start + CHUNK]),
            )
        )
        for row in rows:
            found.setdefault(row.pupil_tag, []).append(told(row))
    return found


def all_stand(
    connection: Connection,
    approval_id: ApprovalId,
    pupil_tags: Sequence[bytes],
    notice_ids: Sequence[str],
) -> bool:
    """Tell, inside a write job, whether each pupil still has one of these consents."""
    found: set[bytes] = set()
    for start in range(0, len(notice_ids), CHUNK):
        found.update(
            connection.execute(
                sa.select(notice.c.pupil_tag).where(
                    notice.c.id.in_(notice_ids[start : start + CHUNK]),
                    notice.c.approval_id == approval_id,
                    notice.c.kind.in_(CONSENTS),
                    notice.c.withdrawn_at.is_(None),
                )
            ).scalars()
        )
    return found.issuperset(pupil_tags)


def told(row: Row[Any]) -> Told:
    """Return what a row says."""
    return Told(row.kind, row.forms, row.id)
