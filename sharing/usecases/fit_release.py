"""How is a table or count made to follow earlier releases? As it is, with few left out, or coarser.

If none of these is enough it is refused; whoever releases may then send the first answer again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from anonymize.overtime.coarser import coarser
from kernel.errors import InvalidError
from kernel.ids import StudentId
from policies import Policy
from sharing.domain.overtime import OverlapError
from sharing.domain.scope import Scope
from sharing.usecases.build_table import Built
from sharing.usecases.judge_overlap import Judgement, judge
from sharing.usecases.pupils import pupil_tag
from sharing.usecases.services import SharingServices

MOST_TRIES = 8
"""Coarser tables that are made before giving up: each is a child process."""

Build = Callable[[dict[str, str], Sequence[StudentId]], Awaitable[Built]]
"""Makes the table of these pupils in these forms."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table that may leave, in the forms that it has now, and the judgement to remember it by.

    `omitted` pupils were left out so that it may follow earlier releases; `coarser` names fields
    that leave in a coarser form than approved.
    """

    built: Built
    forms: dict[str, str]
    judgement: Judgement
    omitted: int = 0
    coarser: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it. Other recipients' releases are not in it."""
        return {"omitted": self.omitted, "coarser": list(self.coarser)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release as approved: its scope, forms and pupils, and the least k that was signed."""

    scope: Scope
    forms: dict[str, str]
    ids: Sequence[StudentId]
    least_k: int
    policies: Sequence[Policy]
    """The current policy first, then the pinned one."""


async def fit_release(services: SharingServices, wanted: Wanted, build: Build) -> Fitted:
    """Return the least changed table that may leave after all that left before.

    Raises OverlapError if there is none, and what `build` raises for the table as approved.
    """
    refusal: OverlapError | None = None
    ladders = _ladders(wanted)
    for forms in chain([wanted.forms], islice(coarser(ladders), MOST_TRIES)):
        chosen = {**wanted.forms, **forms}
        try:
            return await _attempt(services, wanted, build, chosen)
        except OverlapError as error:
            refusal = refusal or error
        except InvalidError:
            if refusal is None:
                raise  # the table as approved cannot be made, whatever left before
    raise refusal or InvalidError("没有可提供的表格")


async def foresee(
    services: SharingServices, wanted: Wanted, build: Build
) -> tuple[Built, tuple[str, ...]]:
    """Return the table that would leave now, and sentences for officials on what left before.

    If it would be refused, the table is the one as approved, and the sentence says so.
    """
    built = await build(wanted.forms, wanted.ids)
    overlap = (await judge_built(services, wanted, built)).overlap()
    if overlap is None:
        return built, ()
    try:
        fitted = await fit_release(services, wanted, build)
    except OverlapError:
        remedy = "请使用与此前相同的范围、字段和形式，或者改用更粗的形式、相差更大的范围"
        return built, (f"{overlap.note()}。按此提供会被拒绝：{remedy}",)
    titles = "、".join(wanted.policies[0].field(name).title for name in fitted.coarser)
    cures = [f"再隐去 {fitted.omitted} 人"] if fitted.omitted else []
    cures += [f"把{titles}泛化得更粗"] if titles else []
    return fitted.built, (f"{overlap.note()}，因此{'，并'.join(cures)}",)


async def _attempt(
    services: SharingServices, wanted: Wanted, build: Build, forms: dict[str, str]
) -> Fitted:
    """Return the table in these forms, with few pupils left out if that helps."""
    built = await build(forms, wanted.ids)
    judgement = await judge_built(services, wanted, built)
    overlap = judgement.overlap()
    changed = tuple(name for name, form in forms.items() if form != wanted.forms[name])
    if overlap is None:
        return Fitted(built, forms, judgement, coarser=changed)
    out = None if built.statistics else judgement.left_out(_spare(built))
    if out:
        tags = {one: pupil_tag(services.runtime, one) for one in wanted.ids}
        kept = [one for one in wanted.ids if tags[one] not in out]
        smaller = await build(forms, kept)
        again = await judge_built(services, wanted, smaller)
        within = len(wanted.ids) - len(smaller.pupils) <= _limit(built)
        if again.overlap() is None and within:
            return Fitted(smaller, forms, again, len(out), changed)
    raise OverlapError(overlap)


async def judge_built(services: SharingServices, wanted: Wanted, built: Built) -> Judgement:
    """Return how a built table stands to what left before."""
    k = max(built.required_k, wanted.least_k)
    return await judge(services, wanted.policies, wanted.scope, built.views, k)


def _ladders(wanted: Wanted) -> dict[str, list[str]]:
    """Return for each generalized or kept field its form and the coarser ones of the catalogue."""
    ladders = {}
    for name, form in wanted.forms.items():
        order = wanted.policies[0].field(name).forms
        stricter = order[: order.index(form)] if form in order else ()
        steps = [one for one in reversed(stricter) if one.startswith("generalize:")]
        if steps:
            ladders[name] = [form, *steps]
    return ladders


def _limit(built: Built) -> int:
    """Return how many pupils a table of this cohort may lose in all."""
    report = built.report
    return int(report["rows_in"] * report.get("suppression_limit", 0.0))


def _spare(built: Built) -> int:
    """Return how many more it may lose."""
    return _limit(built) - int(built.report["suppressed"])
