"""The pages 试算 and 风险报告 of a data request, for reviewer and approver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from anonymize.report.digest import digest
from kernel.errors import InvalidError, MissingError, Problem
from kernel.http import caller, page
from kernel.ids import DataRequestId
from sharing.approvals.usecases.frozen_report import frozen_report
from sharing.approvals.web import risk_parts
from sharing.requests.usecases.authorize import DECIDE, REVIEW, authorize
from sharing.requests.usecases.see_request import Seen, station_request
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services
from sharing.tables.usecases.try_table import LARGEST_K, Room, Wanted, room, try_table

router = APIRouter()
Services = Annotated[SharingServices, Depends(services)]


@dataclass(frozen=True, slots=True)
class Tried:
    """What was chosen, and what came of it: figures, or why it cannot be."""

    wanted: Wanted
    found: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()


ROOTS = {REVIEW: "/reviews", DECIDE: "/decisions"}


@router.get("/reviews/{request_id}/trial")
async def review_trial(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show the reviewer the sliders."""
    return await _sliders(request, sharing, request_id, REVIEW)


@router.post("/reviews/{request_id}/trial")
async def review_try(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Measure what the reviewer chose."""
    return await _measured(request, sharing, request_id, REVIEW)


@router.get("/decisions/{request_id}/trial")
async def decision_trial(
    request: Request, sharing: Services, request_id: DataRequestId
) -> Response:
    """Show the approver the sliders."""
    return await _sliders(request, sharing, request_id, DECIDE)


@router.post("/decisions/{request_id}/trial")
async def decision_try(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Measure what the approver chose."""
    return await _measured(request, sharing, request_id, DECIDE)


@router.get("/reviews/{request_id}/report")
async def review_report(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show the reviewer the whole risk report of the preview."""
    return await _report(request, sharing, request_id, REVIEW)


@router.get("/decisions/{request_id}/report")
async def decision_report(
    request: Request, sharing: Services, request_id: DataRequestId
) -> Response:
    """Show the approver the whole risk report of the preview."""
    return await _report(request, sharing, request_id, DECIDE)


async def _sliders(
    request: Request, sharing: SharingServices, request_id: DataRequestId, station: str
) -> Response:
    seen = await station_request(sharing, caller(request), request_id, station)
    await authorize(sharing, caller(request), seen.request, station)
    limits = room(sharing.policy, seen.request)
    return _page(request, seen, station, limits, Tried(Wanted(limits.least_k, {})))


async def _measured(
    request: Request, sharing: SharingServices, request_id: DataRequestId, station: str
) -> Response:
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, station)
    names = [f"level.{name}" for name in sharing.policy.privacy.quasi_identifiers]
    wanted = _wanted(await fields(request, "k", *names))
    await authorize(sharing, principal, seen.request, station)
    limits = room(sharing.policy, seen.request)
    try:
        report = await try_table(sharing, principal, seen.request, station, wanted)
    except InvalidError as error:
        tried = Tried(wanted, faults=error.problems)
    else:
        before = await frozen_report(sharing, seen.request)
        tried = Tried(wanted, {
            **risk_parts.short(sharing.policy, report),
            "compared": risk_parts.compared(before, report),
            "note": _note(limits, wanted, risk_parts.facts(report)),
        })  # fmt: skip
    return _page(request, seen, station, limits, tried)


async def _report(
    request: Request, sharing: SharingServices, request_id: DataRequestId, station: str
) -> Response:
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, station)
    await authorize(sharing, principal, seen.request, station)
    found = await frozen_report(sharing, seen.request)
    if not found:
        raise MissingError("这份申请的预览没有风险报告", field="report", remedy="请先生成预览")
    return page(
        request, "sharing/risk_report.html", root=ROOTS[station], request_id=request_id,
        body=risk_parts.full(sharing.policy, found), digest=digest(found),
    )  # fmt: skip


def _wanted(form: Mapping[str, str]) -> Wanted:
    """Return the trial of a form; an unanswered slider counts as not moved."""
    try:
        numbers = {name: int(text) for name, text in form.items() if text}
    except ValueError:
        raise InvalidError(
            "滑块的值必须是整数", field="k", rule="试算", remedy="请重新选择"
        ) from None
    k = numbers.pop("k", 0)
    return Wanted(k, {name.removeprefix("level."): one for name, one in numbers.items()})


def _note(limits: Room, wanted: Wanted, figures: list[tuple[str, str]]) -> str:
    """Return the trial as a sentence to the applicant."""
    moved = [
        f"{choice.title}改为“{choice.words[wanted.levels[choice.field]]}”"
        for choice in limits.choices
        if wanted.levels.get(choice.field)
    ]
    chosen = "，".join([f"k={wanted.k}", *moved])
    told = "，".join(f"{name} {value}" for name, value in figures)
    return f"试算（{chosen}）：{told}。请据此修改后重新提交。"


def _page(request: Request, seen: Seen, station: str, limits: Room, tried: Tried) -> Response:
    return page(
        request, "sharing/trial.html", root=ROOTS[station], request_id=seen.request.id,
        version=seen.request.version, limits=limits, wanted=tried.wanted, found=tried.found,
        faults=tried.faults, largest_k=max(LARGEST_K, limits.least_k),
    )  # fmt: skip
