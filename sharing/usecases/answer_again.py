"""Send the first answer of an anonymous table again: the same bytes, and nothing new is told."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Row

from kernel.ids import DisclosureId, new_id
from sharing.domain.approval import LoadedApproval
from sharing.domain.overtime import Overlap
from sharing.store import answers
from sharing.store.approvals import refused_now
from sharing.usecases.disclose import Written
from sharing.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class TableRelease:
    """The file as it leaves. Whoever sends it closes the disclosure as delivered."""

    name: str
    content: bytes
    written: Written


async def keep_answer(
    services: SharingServices, approval: LoadedApproval, released: TableRelease
) -> None:
    """Return once the package is kept sealed. If that fails it is made anew when asked again."""
    values = answers.row(
        services.runtime.keyring, released.written.disclosure_id, approval.approval_id,
        released.content, services.runtime.clock(),
    )  # fmt: skip
    await services.runtime.database.write(lambda connection: answers.keep(connection, values))


async def answer_of(services: SharingServices, disclosure_id: DisclosureId) -> TableRelease | None:
    """Return the package as it left under that disclosure; None if it is not kept."""
    found = await services.runtime.database.read(answers.of_disclosure(disclosure_id))
    return _release(services, found[0]) if found else None


async def answer_instead(
    services: SharingServices, approval: LoadedApproval, overlap: Overlap
) -> TableRelease | None:
    """Return the newest answer under the approval, instead of one that may not leave; None: none.

    It is counted for its pupils, and takes no quota: it tells nothing that was not told. Which
    earlier releases stood in the way is kept for officials, whatever the outcome.
    """
    runtime = services.runtime
    found = await runtime.database.read(answers.of_approval(approval.approval_id))
    now, overlap_id = runtime.clock(), new_id("overlap", runtime.entropy)
    smallest = overlap.smallest
    values: dict[str, Any] = {
        "id": overlap_id, "approval_id": approval.approval_id, "at": now,
        "disclosure_ids": overlap.disclosure_ids, "groups": len(overlap.collisions),
        "smallest": smallest.pupils, "least": smallest.least,
    }  # fmt: skip

    def job(connection: Connection) -> bool:
        again = bool(found) and not refused_now(
            connection, approval.approval_id, approval.client_id, now
        )
        outcome = "repeated" if again else "refused"
        answers.note_overlap(connection, values | {"outcome": outcome})
        if again:
            answers.count_again(connection, found[0].disclosure_id)
        return again

    again = await runtime.database.write(job)
    return _release(services, found[0]) if again else None


def _release(services: SharingServices, row: Row[Any]) -> TableRelease:
    written = Written(DisclosureId(row.disclosure_id), row.entry_id, b"", b"")
    content = answers.open_row(services.runtime.keyring, row)
    return TableRelease(f"xueyin-{written.disclosure_id}.zip", content, written)
