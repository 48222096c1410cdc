"""The reviewer's pages: inbox, one data request with findings and preview, the verdict."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import InvalidError, Problem
from kernel.http import caller, page
from kernel.ids import DataRequestId
from sharing.approvals.usecases.declare_interest import declare_interest
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.take_station import take_station
from sharing.approvals.usecases.view_request import attachment_of, view_request
from sharing.approvals.web import risk_parts
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope import Delivery
from sharing.requests.usecases.authorize import REVIEW, against, authorize
from sharing.requests.usecases.see_request import SUBMITTED, expect_version, inbox, station_request
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web import form_page
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/reviews")
Services = Annotated[SharingServices, Depends(services)]
OFFICE_KINDS = frozenset({"agreement", "impact_assessment", "document"})


@router.get("")
async def listing(request: Request, sharing: Services) -> Response:
    """Show what waits in the caller's area, the oldest first, and what is done."""
    principal = caller(request)
    waiting = await inbox(sharing, principal, REVIEW, (State.SUBMITTED,))
    done = await inbox(sharing, principal, REVIEW, tuple(set(SUBMITTED) - {State.SUBMITTED}))
    return page(
        request, "sharing/inbox.html", title="待审核的申请",
        waiting=form_page.listed(sharing.policy, waiting, "/reviews"),
        done=form_page.listed(sharing.policy, done[::-1], "/reviews"),
    )  # fmt: skip


@router.get("/{request_id}")
async def show(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show everything that the reviewer is to judge."""
    return await _page(request, sharing, request_id, ())


@router.post("/{request_id}/preview")
async def preview(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Make and freeze the preview."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, REVIEW)
    form = await fields(request, "version")
    expect_version(seen.request, form["version"])
    await authorize(sharing, principal, seen.request, REVIEW)
    await make_preview(sharing, principal, seen.request)
    return RedirectResponse(f"/reviews/{request_id}#preview", 303)


@router.post("/{request_id}/verdict")
async def verdict(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Pass, return or reject."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, REVIEW)
    form = await fields(request, "version", "verdict", "reason")
    expect_version(seen.request, form["version"])
    try:
        await take_station(
            sharing, principal, seen.request, REVIEW, form["verdict"], form["reason"]
        )
    except InvalidError as error:
        return await _page(request, sharing, request_id, error.problems, form["reason"])
    return RedirectResponse("/reviews", 303)


@router.post("/{request_id}/interest")
async def interest(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Declare an interest in the recipient: the caller steps back for good."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, REVIEW)
    form = await fields(request, "note")
    await declare_interest(sharing, principal, seen.request.recipient_id, form["note"])
    return RedirectResponse("/reviews", 303)


@router.get("/{request_id}/attachments/{digest}")
async def attached(
    request: Request, sharing: Services, request_id: DataRequestId, digest: str
) -> Response:
    """Answer with a text or scan of the data request."""
    seen = await station_request(sharing, caller(request), request_id, REVIEW)
    return form_page.download(await attachment_of(sharing, seen.request, digest, OFFICE_KINDS))


async def _page(
    request: Request, sharing: SharingServices, request_id: DataRequestId,
    faults: tuple[Problem, ...], reason: str = "",
) -> Response:  # fmt: skip
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, REVIEW)
    shown = await view_request(sharing, seen.request, principal)
    names = {station: row.person_name for station, row in shown.stations.items()}
    return page(
        request, "sharing/review.html", 422 if faults else 200, shown=shown, problems=faults,
        words=form_page.words(sharing.policy, seen.request), root="/reviews",
        steps=form_page.steps(seen.request, names), reason=reason,
        against=await against(sharing, principal, seen.request, REVIEW),
        open=seen.request.state is State.SUBMITTED,
        current=seen.request.policy_digest == sharing.policy.digest,
        risk=risk_parts.short(sharing.policy, shown.report),
        tabular=seen.request.scope is not None and Delivery.FILE in seen.request.scope.deliveries,
    )  # fmt: skip
