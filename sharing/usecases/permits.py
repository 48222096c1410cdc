"""Which approvals permit what to this client for these pupils? All facts are loaded here.

Every asked field is cited to one approval; each approval is judged by the policy with the fields
that it is asked for. Whoever reads pupils for the outside comes through here first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kernel.errors import UnavailableError
from kernel.ids import ApprovalId
from policies import Policy
from policies.articles import REGULATION_24
from policies.decide import Decision, Facts, Failure, decide
from policies.merge import both
from sharing.domain.approval import LoadedApproval
from sharing.domain.office import government_problems
from sharing.domain.pupil import PupilFacts
from sharing.domain.release import ClientFacts
from sharing.domain.scope import Delivery
from sharing.store.tables import recipient as recipient_table
from sharing.store.usage import left
from sharing.usecases.authorize import office
from sharing.usecases.load_in_force import load_genuine
from sharing.usecases.pinned_policy import pinned_policy
from sharing.usecases.services import SharingServices

EVERYTHING_APPROVED = "*"
"""Among asked fields: all that is approved for the client, and so never too much."""
_SAID_WITHOUT_APPROVAL = frozenset({
    "no_approval", "mixed_population", "switched_off", "log_unwritable",
})  # fmt: skip
_LOST = (
    Failure(
        "policy_lost", REGULATION_24, "找不到签署批准时的政策文件，按不得提供处理",
        "请联系管理员恢复政策文件，或者重新申请",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of the door. `forms` maps fields to the form asked ("": as approved).

    With `approval_id` only that approval is looked at: a file is released under the one it is of.
    """

    client: ClientFacts
    delivery: Delivery
    forms: Mapping[str, str]
    pupils: Sequence[PupilFacts]
    now: datetime
    approval_id: ApprovalId | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """One approval (None: a sandbox) and what the policy decides for the fields cited to it.

    The decision supposes that the basis is satisfied; whoever releases checks the basis too.
    """

    approval: LoadedApproval | None
    facts: Facts
    decision: Decision


async def permits(services: SharingServices, ask: Ask) -> tuple[Permit, ...]:
    """Return a permit for each approval that asked fields are cited to.

    What is asked too much comes in a permit of its own, denied field by field. Pupils whom the
    client may not even meet (sandbox and real never mix) are denied whatever is asked.
    """
    if ask.client.sandbox:
        return (await _judged(services, None, _sandbox_facts(services, ask)),)
    approvals = [
        one
        for one in await load_genuine(services, client_id=ask.client.client_id)
        if ask.approval_id in (None, one.approval_id)
    ]
    kind = await _recipient_kind(services, ask.client)
    cited = _cite(services.policy, approvals, ask)
    # At sign-in nothing approved means `sub` only; every other way is refused with its reasons.
    if not cited and (ask.delivery is not Delivery.CLAIMS or any(p.synthetic for p in ask.pupils)):
        cited = [(None, {})]
    judged = []
    for approval, forms in cited:
        facts = await _facts(services, approval, replace(ask, forms=forms), kind)
        judged.append(await _judged(services, approval, facts))
    return tuple(judged)


def failures(found: Sequence[Permit]) -> tuple[Failure, ...]:
    """Return all failures, each once."""
    return tuple(dict.fromkeys(one for permit in found for one in permit.decision.failures))


def require_log(services: SharingServices) -> None:
    """Raise UnavailableError while disclosures cannot be sealed: no durable entry, no data."""
    if not services.log.health().writable:
        raise UnavailableError(
            "提供记录暂时无法封存，已停止一切对外提供", rule="先记录、后提供", remedy="请稍后重试"
        )


async def _judged(
    services: SharingServices, approval: LoadedApproval | None, facts: Facts
) -> Permit:
    decision = decide(services.policy, facts)
    if approval is None:
        return Permit(None, facts, decision if facts.synthetic else _unfounded(decision))
    pinned = await pinned_policy(services, approval)
    if pinned is None:
        return Permit(approval, facts, replace(decision, allowed=False, forms={}, failures=_LOST))
    if pinned is not services.policy:
        decision = both(services.policy, decide(pinned, facts), decision)
    return Permit(approval, facts, decision)


def _unfounded(decision: Decision) -> Decision:
    """Without any approval most rules fail for want of it: keep the reasons that say something."""
    said = tuple(
        one for one in decision.failures if one.field or one.code in _SAID_WITHOUT_APPROVAL
    )
    return replace(decision, failures=said or decision.failures)


def _cite(
    policy: Policy, approvals: Sequence[LoadedApproval], ask: Ask
) -> list[tuple[LoadedApproval | None, dict[str, str]]]:
    """Give each field to an approval: one in force that covers the pupils, else one to explain."""
    cited: dict[tuple[str, bool], tuple[LoadedApproval | None, dict[str, str]]] = {}
    for name, form in _asked(policy, approvals, ask).items():
        holding = [one for one in approvals if name in one.scope.fields]
        best = max(holding or approvals, key=lambda one: _fitness(one, ask), default=None)
        key = (best.approval_id if best else "", bool(holding))
        cited.setdefault(key, (best, {}))[1][name] = form
    return list(cited.values())


def _asked(policy: Policy, approvals: Sequence[LoadedApproval], ask: Ask) -> dict[str, str]:
    """Return the asked fields; "everything approved" stands for what fits these very pupils."""
    asked = dict(ask.forms)
    if EVERYTHING_APPROVED in asked:
        del asked[EVERYTHING_APPROVED]
        for approval in approvals:
            if all(_fitness(approval, ask)):
                fitting = policy.sendable(approval.scope.fields, ask.delivery.value)
                asked = dict.fromkeys(fitting, "") | asked
    return asked


def _fitness(approval: LoadedApproval, ask: Ask) -> tuple[bool, bool, bool]:
    return (
        approval.in_force(ask.now),
        ask.delivery in approval.scope.deliveries,
        all(pupil.in_cohort(approval.scope.cohort) for pupil in ask.pupils),
    )


def _sandbox_facts(services: SharingServices, ask: Ask) -> Facts:
    asked = dict(ask.forms)
    if EVERYTHING_APPROVED in asked:
        del asked[EVERYTHING_APPROVED]
        defaults = services.policy.sendable(
            {f.name: f.default_form for f in services.policy.catalogue.values()}, ask.delivery.value
        )
        asked.update({name: "" for name, form in defaults.items() if form != "drop"})
    return Facts(
        **_common(services, replace(ask, forms=asked)),
        purpose="", ground_kind="", law_id="", ground_valid=False, ground_problems=(),
        recipient_kind="", basis=None, basis_satisfied=False, approved={},
        approved_deliveries=frozenset(), approval_found=False, approval_signed=False,
        persons_distinct=False, revoked=False, switched_off=False, period_start=None,
        period_end=None, cohort_ok=False, jurisdiction_ok=False, rows_left=None,
        pupils_left=None, calls_left=None,
    )  # fmt: skip


def _common(services: SharingServices, ask: Ask) -> dict[str, Any]:
    synthetic = [pupil.synthetic for pupil in ask.pupils]
    return {
        "asked": dict(ask.forms),
        "delivery": ask.delivery.value,
        "now": ask.now,
        "rows": len(ask.pupils),
        "under_14": any(pupil.is_under_14(ask.now) for pupil in ask.pupils),
        "log_writable": services.log.health().writable,
        "synthetic": ask.client.sandbox and all(synthetic),
        "mixed": any(one != ask.client.sandbox for one in synthetic),
        # Pupils counted before cost nothing again; the write job counts exactly.
        "new_pupils": 0,
    }


async def _facts(
    services: SharingServices, approval: LoadedApproval | None, ask: Ask, kind: str
) -> Facts:
    if approval is None:
        nothing = _sandbox_facts(services, ask)
        return replace(nothing, synthetic=False, recipient_kind=kind)
    scope, people = approval.scope, approval.responsible
    problems = await _ground_problems(services, approval, ask.pupils)
    remaining = await left(services.runtime, approval.approval_id, scope.quota)
    return Facts(
        **_common(services, ask),
        purpose=scope.purpose,
        ground_kind=scope.ground.kind,
        law_id=scope.ground.law_id,
        ground_valid=not problems,
        ground_problems=problems,
        recipient_kind=kind,
        basis=scope.basis.value,
        basis_satisfied=True,
        approved=scope.fields,
        approved_deliveries=frozenset(one.value for one in scope.deliveries),
        approved_obligations=scope.obligations,
        approval_found=True,
        approval_signed=approval.signed_ok,
        persons_distinct=len({people.approver, approval.signed.reviewer, people.recipient}) == 3,  # noqa: PLR2004  three persons
        revoked=approval.revoked,
        switched_off=approval.switched_off,
        period_start=scope.period.start,
        period_end=scope.period.end,
        cohort_ok=all(pupil.in_cohort(scope.cohort) for pupil in ask.pupils),
        jurisdiction_ok=await _jurisdiction(services, approval, ask.pupils),
        # A pupil who signs in again cites the first disclosure and takes nothing: the job decides.
        rows_left=len(ask.pupils) if ask.delivery is Delivery.CLAIMS else remaining.rows,
        pupils_left=remaining.pupils,
        calls_left=1 if ask.delivery is Delivery.CLAIMS else remaining.calls,
    )


def _areas(approval: LoadedApproval, pupils: Sequence[PupilFacts]) -> list[str]:
    return sorted({pupil.division for pupil in pupils} or {approval.scope.cohort.division})


async def _ground_problems(
    services: SharingServices, approval: LoadedApproval, pupils: Sequence[PupilFacts]
) -> tuple[str, ...]:
    """Test the issuing government again, for each area that a pupil's school stands in."""
    ground = approval.scope.ground
    if ground.kind != "government_approval":
        return ()
    government = await office(services, ground.government_org_id)
    found = (
        problem.message
        for area in _areas(approval, pupils)
        for problem in government_problems(government, area, within_approver=True)
    )
    return tuple(dict.fromkeys(found))


async def _jurisdiction(
    services: SharingServices, approval: LoadedApproval, pupils: Sequence[PupilFacts]
) -> bool:
    """Tell whether the approver's own government stands over every pupil's school authority."""
    seat = await office(services, approval.approver_org)
    return seat is not None and all(seat.covers(area) for area in _areas(approval, pupils))


async def _recipient_kind(services: SharingServices, client: ClientFacts) -> str:
    rows = await services.runtime.database.read(
        sa.select(recipient_table.c.kind).where(recipient_table.c.id == client.recipient_id)
    )
    return rows[0].kind if rows else ""
