"""What would risk and use be under a larger k or coarser forms? Figures only; nothing leaves.

The trial starts at what policy and request allow, and can only be stricter: it weakens nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anonymize.report.aggregate import aggregate
from anonymize.worker import Options, run_in_child
from kernel.errors import ConflictError, InvalidError
from kernel.ids import StudentId
from kernel.principal import Principal
from policies.model import Policy
from policies.words import FORMS
from registry.domain.access import Look, LookKind
from registry.usecases.record_look import record_look
from sharing.door.usecases.agreed import everyone
from sharing.door.usecases.pupils import load_pupils
from sharing.door.usecases.transform import pseudonym_key
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope import Delivery, Scope
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.authorize import DECIDE, REVIEW, authorize
from sharing.requests.usecases.services import SharingServices
from sharing.tables.usecases.build_table import accepted, table_plan
from sharing.tables.usecases.preview import policy_forms

LARGEST_K: Final = 100
_STATES: Final = {REVIEW: State.SUBMITTED, DECIDE: State.REVIEWED}


@dataclass(frozen=True, slots=True)
class Choice:
    """One quasi-identifier: its forms from what would leave today to nothing, with their words."""

    field: str
    title: str
    forms: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The forms in Chinese."""
        return tuple(FORMS.get(form, form) for form in self.forms)


@dataclass(frozen=True, slots=True)
class Room:
    """Within which limits an official may try: k from the policy's on, forms from today's on."""

    least_k: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A trial: k, and for each choice the position of the form in it."""

    k: int
    levels: Mapping[str, int]


def room(policy: Policy, request: DataRequest) -> Room:
    """Return the limits of a trial.

    Raises ConflictError if no table would leave: then there is nothing to measure.
    """
    scope = _scope(request)
    forms = policy_forms(policy, scope)
    choices = [
        Choice(name, policy.field(name).title, _stricter(policy, name, form))
        for name, form in forms.items()
        if name in policy.privacy.quasi_identifiers and form != "drop"
    ]
    return Room(policy.k(scope.purpose), tuple(choices))


async def try_table(
    services: SharingServices, principal: Principal, request: DataRequest, station: str,
    wanted: Wanted,
) -> Mapping[str, Any]:  # fmt: skip
    """Return the report of the trial, once it is on record who made it.

    Raises DeniedError for whoever may not take the station, ConflictError if the data request does
    not stand there, InvalidError if k or a form is outside the limits or k cannot be reached.
    """
    await authorize(services, principal, request, station)
    if request.state is not _STATES[station]:
        raise ConflictError(
            "申请不在您的环节，不能试算", field="state", rule="申请办理流程",
            remedy="请刷新页面，查看最新状态",
        )  # fmt: skip
    limits, scope = room(services.policy, request), _scope(request)
    forms = _forms(services.policy, scope, limits, wanted)
    document = table_plan([services.policy], scope, forms)
    document["table"]["k"] = wanted.k
    emitted = [name for name, form in forms.items() if form != "drop"]
    await _record(services, principal, request, emitted)
    records = await load_pupils(services.runtime, await everyone(services, scope), emitted)
    rows = [{name: one.values.get(name) for name in emitted} for _, one in records]
    made = await run_in_child(
        rows, document, pseudonym_key(services.runtime, request.id),
        options=Options(threshold=accepted([services.policy], scope), figures_only=True),
    )  # fmt: skip
    return _with_dropped(made.report, {c.field for c in limits.choices} - set(emitted))


def _with_dropped(report: dict[str, Any], dropped: Collection[str]) -> dict[str, Any]:
    """Return the report with all of a dropped column lost, so that to drop it is no gain of use."""
    utility = report["utility"]
    losses = {**utility["loss"]["by_column"], **dict.fromkeys(dropped, 1.0)}
    bits = {**utility["entropy"], **dict.fromkeys(dropped, 1.0)}
    loss = {"by_column": losses, "all": aggregate(losses, {})}
    return {**report, "utility": {**utility, "loss": loss, "entropy": bits}}


def _forms(policy: Policy, scope: Scope, limits: Room, wanted: Wanted) -> dict[str, str]:
    if not limits.least_k <= wanted.k <= max(LARGEST_K, limits.least_k):
        raise InvalidError(
            f"k 应在 {limits.least_k} 与 {max(LARGEST_K, limits.least_k)} 之间", field="k",
            rule="试算不得放宽政策", remedy="请重新选择",
        )  # fmt: skip
    forms = policy_forms(policy, scope)
    if unasked := set(wanted.levels) - {choice.field for choice in limits.choices}:
        raise InvalidError(
            f"申请没有“{policy.field(min(unasked)).title}”", field=f"level.{min(unasked)}",
            rule="最小必要", remedy="请只改申请中的字段",
        )  # fmt: skip
    for choice in limits.choices:
        level = wanted.levels.get(choice.field, 0)
        if not 0 <= level < len(choice.forms):
            raise InvalidError(
                f"“{choice.title}”没有这一级", field=f"level.{choice.field}",
                rule="试算不得放宽政策", remedy="请重新选择",
            )  # fmt: skip
        forms[choice.field] = choice.forms[level]
    if all(form == "drop" for form in forms.values()):
        raise InvalidError("没有剩下可提供的字段", field="level", remedy="请至少保留一个字段")
    return forms


def _stricter(policy: Policy, name: str, form: str) -> tuple[str, ...]:
    """Return the permitted forms from this one on, and at last that nothing leaves."""
    entry = policy.field(name)
    known: Sequence[str] = sorted({*entry.forms, "drop"}, key=entry.strictness, reverse=True)
    return tuple(known[known.index(form) :])


def _scope(request: DataRequest) -> Scope:
    if request.scope is None or Delivery.FILE not in request.scope.deliveries:
        raise ConflictError(
            "这份申请不提供表格文件，没有可以试算的表", field="deliveries", rule="k-匿名只用于表格",
            remedy="请按预览审核",
        )  # fmt: skip
    return request.scope


async def _record(
    services: SharingServices, principal: Principal, request: DataRequest, emitted: Sequence[str]
) -> None:
    """Put the trial on record: who, in which role, over which fields, for which data request.

    It shows no pupil's row, so the look is at the data request as a whole and stands under its
    mark; a pupil is not told of a look that nobody had.
    """
    look = Look(
        LookKind.PREVIEW, ",".join(sorted(principal.roles)), tuple(emitted),
        f"数据申请 {request.id} 的试算：只看数字",
    )  # fmt: skip
    await record_look(services.runtime, principal, [StudentId(request.id)], look)
