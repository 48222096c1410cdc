"""Which approvals permit what to this client for these pupils? All facts are loaded here.

Every asked field is cited to one approval; each approval is judged by the policy with the fields
that it is asked for. Whoever reads pupils for the outside comes through here first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.errors import UnavailableError
from policies import Policy
from policies.articles import REGULATION_24
from policies.decide import Decision, Facts, Failure, decide
from policies.merge import both
from sharing.approvals.domain.approval import LoadedApproval
from sharing.approvals.usecases.load_in_force import load_genuine
from sharing.door.domain.release import EVERYTHING_APPROVED, Ask
from sharing.door.usecases.load_facts import facts_under, recipient_kind, sandbox_facts
from sharing.door.usecases.pinned_policy import pinned_policy
from sharing.requests.domain.scope import Delivery
from sharing.requests.usecases.services import SharingServices

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
        return (await _judged(services, None, sandbox_facts(services, ask)),)
    approvals = [
        one
        for one in await load_genuine(services, client_id=ask.client.client_id)
        if ask.approval_id in (None, one.approval_id)
        # An app that changed hands takes no approval along: it was signed for its old recipient.
        and one.recipient_id == ask.client.recipient_id
    ]
    kind = await recipient_kind(services, ask.client)
    cited = _cite(services.policy, approvals, ask)
    # At sign-in nothing approved means `sub` only; every other way is refused with its reasons.
    if not cited and (ask.delivery is not Delivery.CLAIMS or any(p.synthetic for p in ask.pupils)):
        cited = [(None, {})]
    judged = []
    for approval, forms in cited:
        facts = await facts_under(services, approval, replace(ask, forms=forms), kind)
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
