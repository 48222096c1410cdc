"""Tell of approvals and disclosures in words: who asked, who answers for it, what left."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Row

from kernel.ids import ApprovalId, ClientId, DataRequestId, DisclosureId, RecipientId
from policies import explain
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.door.usecases.describe import ground_text
from sharing.oversight.domain.trace import STATES, ApprovalCard, DisclosureCard
from sharing.oversight.store import audit
from sharing.requests.usecases.recipients import recipients
from sharing.requests.usecases.services import SharingServices

PARTS = ("批准人", "提供方负责人", "接收方负责人")


async def disclosure_cards(
    services: SharingServices, rows: Sequence[Row[Any]]
) -> tuple[DisclosureCard, ...]:
    """Return a card for each disclosure row, in order; `times` where the row has it."""
    cited = {one for row in rows for one in row.approval_ids}
    approvals = {one.approval_id: one for one in await approval_cards(services, cited)}
    names = await people(services, {one for row in rows for one in row.responsible})
    organisations = {one.id: one.name for one in await recipients(services)}
    apps = await app_names(services, {RecipientId(row.recipient_id) for row in rows})
    return tuple(
        DisclosureCard(
            disclosure_id=DisclosureId(row.id),
            entry_id=row.entry_id,
            at=row.at,
            client_id=row.client_id,
            app=apps.get(ClientId(row.client_id), row.client_id),
            recipient=organisations.get(row.recipient_id, row.recipient_id),
            delivery=explain.delivery(row.delivery),
            purposes=tuple(purpose_title(services, one) for one in row.purposes),
            facts=facts(services, {name: form for name, (form, _) in row.forms.items()}),
            rows=row.rows,
            label=row.label,
            approvals=tuple(approvals[one] for one in row.approval_ids if one in approvals),
            policy_digest=row.policy_digest,
            plan_digest=row.plan_digest,
            responsible=responsible(row.responsible, names),
            state=STATES[row.state],
            times=getattr(row, "times", None),
        )
        for row in rows
    )


async def approval_cards(
    services: SharingServices, approval_ids: Collection[str]
) -> tuple[ApprovalCard, ...]:
    """Return a card for each approval, the newest first; an altered one says that it is."""
    rows = await services.runtime.database.read(audit.approvals_by_id(approval_ids))
    cards = []
    for row in sorted(rows, key=lambda one: (one.signed_at, one.id), reverse=True):
        found = await load_genuine(services, approval_id=ApprovalId(row.id))
        cards.append(await _card(services, found[0]) if found else _altered(row))
    return tuple(cards)


async def people(services: SharingServices, person_ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of persons as they stand in decisions and registrations."""
    rows = await services.runtime.database.read(audit.people_named(person_ids))
    return {row.id: row.name for row in rows}


async def app_names(
    services: SharingServices, recipient_ids: Collection[RecipientId]
) -> Mapping[ClientId, str]:
    """Return the names of the active apps of organisations."""
    return {
        client.client_id: client.name
        for one in recipient_ids
        for client in await services.clients.clients_of(one)
    }


def facts(services: SharingServices, forms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (title, what the recipient sees) of every field that leaves."""
    policy = services.policy
    return tuple(
        (policy.field(name).title, explain.form(policy, name, form))
        if name in policy.catalogue
        else (name, form)
        for name, form in sorted(forms.items())
        if form != "drop"
    )


def responsible(persons: Sequence[str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return (part, name) of who answers; several approvals may name more than three persons."""
    parts = PARTS if len(persons) == len(PARTS) else ("责任人",) * len(persons)
    return tuple((part, names.get(one, one)) for part, one in zip(parts, persons, strict=True))


def purpose_title(services: SharingServices, code: str) -> str:
    """Return the title of a purpose, also of one that has left the list."""
    return services.policy.purposes[code].title if code in services.policy.purposes else code


async def _card(services: SharingServices, approval: LoadedApproval) -> ApprovalCard:
    scope, signed = approval.scope, approval.signed
    names = await people(services, {approval.responsible.approver, signed.reviewer})
    return ApprovalCard(
        approval_id=approval.approval_id,
        data_request_id=approval.data_request_id,
        genuine=True,
        purpose=purpose_title(services, scope.purpose),
        ground=await ground_text(services, approval),
        basis=explain.basis_title(scope.basis.value),
        decided_by=scope.ground.decided_by,
        signed_by=names.get(approval.responsible.approver, approval.responsible.approver),
        reviewed_by=names.get(signed.reviewer, signed.reviewer),
        signed_at=approval.signed_at,
        start=scope.period.start,
        end=scope.period.end,
        state=_state(services, approval),
        policy_digest=approval.policy_digest,
    )


def _state(services: SharingServices, approval: LoadedApproval) -> str:
    now, period = services.runtime.clock(), approval.scope.period
    checks = (
        (approval.revoked, "已撤销"), (now >= period.end, "已到期"),
        (now < period.start, "尚未生效"), (approval.switched_off, "已紧急停止"),
    )  # fmt: skip
    return next((title for holds, title in checks if holds), "生效中")


def _altered(row: Row[Any]) -> ApprovalCard:
    return ApprovalCard(
        ApprovalId(row.id), DataRequestId(row.data_request_id), genuine=False, purpose="",
        ground="", basis="", decided_by="", signed_by="", reviewed_by="", signed_at=row.signed_at,
        start=None, end=None, state="签名核验未通过，不能据以提供", policy_digest="",
    )  # fmt: skip
