"""Hand one's station to a colleague for a while, and take it back."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import InvalidError, Problem
from kernel.http import caller, page
from kernel.ids import PersonId
from kernel.principal import Principal, Role
from sharing.approvals.usecases.delegate_station import (
    StandIn,
    delegate_station,
    end_delegation,
    own_delegations,
)
from sharing.requests.domain.asked import CHINA
from sharing.requests.usecases.authorize import DECIDE, REVIEW
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/delegations")
Services = Annotated[SharingServices, Depends(services)]
NAMES = ("to_person", "division", "start", "end", "reason")


@router.get("")
async def listing(request: Request, sharing: Services) -> Response:
    """Show the caller's delegations and the form for a new one."""
    return await _page(request, sharing, (), {})


@router.post("")
async def begin(request: Request, sharing: Services) -> Response:
    """Delegate the caller's own station."""
    principal = caller(request, Role.REVIEWER, Role.APPROVER)
    form = await fields(request, *NAMES)
    try:
        asked = StandIn(
            _station(principal), PersonId(form["to_person"].strip()), form["division"].strip(),
            _day(form["start"], "start"), _day(form["end"], "end") + timedelta(days=1),
            form["reason"],
        )  # fmt: skip
        await delegate_station(sharing, principal, asked)
    except InvalidError as error:
        return await _page(request, sharing, error.problems, dict(form))
    return RedirectResponse("/delegations", 303)


@router.post("/{delegation_id}/end")
async def end(request: Request, sharing: Services, delegation_id: str) -> Response:
    """End it at once."""
    principal = caller(request, Role.REVIEWER, Role.APPROVER)
    await fields(request)
    await end_delegation(sharing, principal, delegation_id)
    return RedirectResponse("/delegations", 303)


def _station(principal: Principal) -> str:
    return REVIEW if Role.REVIEWER in principal.roles else DECIDE


def _day(text: str, name: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError:
        raise InvalidError(
            "日期无效", field=name, rule="委托须有期限", remedy="按年-月-日填写，例如 2026-09-01"
        ) from None


async def _page(
    request: Request, sharing: SharingServices, faults: tuple[Problem, ...], sent: dict[str, str]
) -> Response:
    principal = caller(request, Role.REVIEWER, Role.APPROVER)
    return page(
        request, "sharing/delegations.html", 422 if faults else 200, problems=faults,
        delegations=await own_delegations(sharing, principal),
        sent=dict.fromkeys(NAMES, "") | sent,
    )  # fmt: skip
