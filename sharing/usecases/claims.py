"""Claims at sign-in: what would leave, what the pupil was told, and what leaves now."""

from dataclasses import dataclass

from anonymize.row import report
from kernel.canonical import canonical_bytes
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Principal
from policies import explain
from registry.source import Record
from sharing.domain.leaving import DEIDENTIFIED, Leaving
from sharing.domain.notice import CONSENT, GUARDIAN, NOTICE, Told
from sharing.domain.pupil import PupilFacts
from sharing.domain.release import Ask, ClientFacts, Offer, OfferItem
from sharing.domain.scope import Basis, Delivery
from sharing.store import notices
from sharing.usecases.describe import ground_text, recipient_name
from sharing.usecases.disclose import Stopped, disclose
from sharing.usecases.permits import Permit, failures, permits
from sharing.usecases.pupils import load_pupil, pupil_tag
from sharing.usecases.record_notice import record_notices
from sharing.usecases.refuse import refuse
from sharing.usecases.services import SharingServices
from sharing.usecases.stopped import stopped_error
from sharing.usecases.transform import record_plan, transformed

READY = "ready"
_NEEDS = (CONSENT, NOTICE, GUARDIAN)
"""In this order: what the pupil can do now comes first."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One permit with its values, transformed; whether its basis is satisfied, and by what."""

    permit: Permit
    values: dict[str, str]
    state: str
    notice_id: str


async def offer(
    services: SharingServices, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
) -> Offer:
    """Return what would leave of this pupil, and what is missing. Nothing leaves by this."""
    _, found, parts = await _parts(services, client, student_id, asked)
    items = [item for part in parts for item in await _items(services, part)]
    states = {item.state for item in items}
    return Offer(
        failures=failures(found),
        items=tuple(items),
        recipient_name=await recipient_name(services, client),
        needs=next((need for need in _NEEDS if need in states), "nothing"),
    )


async def acknowledge(
    services: SharingServices,
    client: ClientFacts,
    student_id: StudentId,
    shown: Offer,
    principal: Principal,
) -> None:
    """Record that the pupil was told, or agreed to, exactly what was shown.

    A guardian's consent is not recorded by this; see `record_guardian_consent`.
    """
    told: dict[ApprovalId, Told] = {}
    for item in shown.items:
        if item.approval_id is not None and item.state in (NOTICE, CONSENT):
            forms = told[item.approval_id].forms if item.approval_id in told else {}
            told[item.approval_id] = Told(item.state, {**forms, item.field: item.form})
    await record_notices(services, client, student_id, told, shown.notice_digest, principal)


async def release(
    services: SharingServices, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
) -> dict[str, str]:
    """Return the claims that leave now, once their disclosure is durable.

    Empty when only `sub` may leave: no basis, or the log cannot be sealed. Raises DeniedError with
    all reasons when something was asked that is not (or no more) approved. The disclosure stays
    open, which counts as delivered: whether the app received the answer is not known here.
    """
    if not asked or not services.log.health().writable:
        return {}
    ask, found, parts = await _parts(services, client, student_id, asked)
    if failures(found):
        raise await refuse(services, ask, found)
    ready = [part for part in parts if part.state == READY and part.values]
    if not ready:
        return {}
    claims = {
        services.policy.field(name).claim or "": value
        for part in ready
        for name, value in part.values.items()
    }
    leaving = _leaving(services, client, student_id, ready, canonical_bytes(claims))
    written = await disclose(services.runtime, leaving, cite=True)
    services.log.wake()
    if isinstance(written, Stopped):
        raise stopped_error(written)
    return claims


async def _parts(
    services: SharingServices, client: ClientFacts, student_id: StudentId, asked: frozenset[str]
) -> tuple[Ask, tuple[Permit, ...], list[_Part]]:
    runtime = services.runtime
    pupil, _ = await load_pupil(runtime, student_id, ())
    ask = Ask(client, Delivery.CLAIMS, dict.fromkeys(asked, ""), (pupil,), runtime.clock())
    found = await permits(services, ask)
    fields = {name for permit in found for name in permit.decision.forms}
    _, record = await load_pupil(runtime, student_id, fields)
    tag = pupil_tag(runtime, student_id)
    told = await notices.standing(runtime, client.client_id, tag)
    parts = [_part(services, permit, pupil, record, told) for permit in found]
    return ask, found, [part for part in parts if part is not None]


def _part(
    services: SharingServices,
    permit: Permit,
    pupil: PupilFacts,
    record: Record,
    told: list[tuple[ApprovalId, Told]],
) -> _Part | None:
    if not permit.decision.allowed or not permit.decision.forms:
        return None
    plan = record_plan(services.policy, permit.decision.forms)
    values = transformed(services.runtime, permit.approval, plan, record.values)
    return _Part(permit, values, *_basis(services, permit, pupil, told))


def _basis(
    services: SharingServices,
    permit: Permit,
    pupil: PupilFacts,
    told: list[tuple[ApprovalId, Told]],
) -> tuple[str, str]:
    """Tell what is still missing before these facts may leave (PIPL art. 13, 31), or by which
    notice or consent they may.
    """  # noqa: D205  one thought
    approval, forms = permit.approval, permit.decision.forms
    if approval is None:
        return READY, ""
    policy = services.policy
    standing = [one for approval_id, one in told if approval_id == approval.approval_id]
    if approval.scope.basis is Basis.STATUTORY_DUTY:
        missing = NOTICE
        found = next((o for o in standing if o.kind == NOTICE and o.covers(policy, forms)), None)
    else:
        young = pupil.is_under_14(services.runtime.clock())
        missing = GUARDIAN if young else CONSENT
        found = Told.consent_among(standing, policy, forms, under_14=young)
    return (READY, found.notice_id) if found is not None else (missing, "")


async def _items(services: SharingServices, part: _Part) -> list[OfferItem]:
    approval, policy = part.permit.approval, services.policy
    ground = await ground_text(services, approval)
    purpose = policy.purpose(approval.scope.purpose).title if approval else "沙箱测试（合成学生）"
    return [
        OfferItem(
            field=name,
            title=policy.field(name).title,
            claim=policy.field(name).claim or "",
            form=form,
            form_text=explain.form(policy, name, form),
            sample=part.values.get(name, ""),
            approval_id=approval.approval_id if approval else None,
            ground_text=ground,
            basis=approval.scope.basis.value if approval else "",
            purpose_title=purpose,
            state=part.state,
        )
        for name, form in part.permit.decision.forms.items()
        if form != "drop"
    ]


def _leaving(
    services: SharingServices,
    client: ClientFacts,
    student_id: StudentId,
    parts: list[_Part],
    content: bytes,
) -> Leaving:
    approvals = tuple(part.permit.approval for part in parts if part.permit.approval)
    forms = {name: part.permit.decision.forms[name] for part in parts for name in part.values}
    plan = record_plan(services.policy, forms)
    return Leaving(
        client=client,
        delivery=Delivery.CLAIMS,
        approvals=approvals,
        forms=forms,
        cited={
            name: part.permit.approval.approval_id
            for part in parts
            if part.permit.approval
            for name in part.values
        },
        label=DEIDENTIFIED,
        policy_digest=services.policy.digest,
        plan_digest=plan.digest,
        pupil_tags=(pupil_tag(services.runtime, student_id),),
        rows=1,
        content=content,
        report=report(plan),
        notice_ids=tuple(part.notice_id for part in parts if part.notice_id),
    )
