"""The public list (公开接收方清单): who may get what, why, on what ground, how long."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import ApprovalId
from policies import explain
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.load_in_force import load_in_force
from sharing.door.usecases.describe import ground_text
from sharing.oversight.usecases.cards import facts, purpose_title
from sharing.requests.usecases.recipients import recipients
from sharing.requests.usecases.services import SharingServices


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One approval in force, without any person's name."""

    approval_id: ApprovalId
    recipient: str
    contact: str
    purpose: str
    facts: tuple[tuple[str, str], ...]
    ground: str
    basis: str
    ways: tuple[str, ...]
    start: datetime
    end: datetime


async def open_list(services: SharingServices) -> tuple[OpenLine, ...]:
    """Return a line for every approval in force, the newest first; anybody may read it."""
    organisations = {one.id: one for one in await recipients(services)}
    lines = []
    for approval in reversed(await load_in_force(services)):
        organisation = organisations.get(approval.recipient_id)
        name = organisation.name if organisation else approval.recipient_id
        contact = organisation.contact if organisation else ""
        lines.append(await _line(services, approval, name, contact))
    return tuple(lines)


async def _line(
    services: SharingServices, approval: LoadedApproval, name: str, contact: str
) -> OpenLine:
    scope = approval.scope
    return OpenLine(
        approval_id=approval.approval_id,
        recipient=name,
        contact=contact,
        purpose=purpose_title(services, scope.purpose),
        facts=facts(services, scope.fields),
        ground=await ground_text(services, approval),
        basis=explain.basis_title(scope.basis.value),
        ways=tuple(explain.delivery(one.value) for one in scope.deliveries),
        start=scope.period.start,
        end=scope.period.end,
    )
