"""The approver's pages: inbox, the decision with its bounds, signing, revocation.

The same routes serve the command line: `…/prepare`, then `GET …/to-sign` as JSON, then `…/sign`
with a signature made by a key file.
"""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import InvalidError, Problem
from kernel.http import caller, page
from kernel.ids import ApprovalId, DataRequestId
from sharing.approvals.domain.bounds import RULE, proposed
from sharing.approvals.usecases.decide_request import Signed, decide_request
from sharing.approvals.usecases.declare_interest import declare_interest
from sharing.approvals.usecases.make_preview import make_preview
from sharing.approvals.usecases.pending import pending_of
from sharing.approvals.usecases.prepare_decision import Wanted, prepare_decision
from sharing.approvals.usecases.take_station import take_station
from sharing.approvals.usecases.view_request import attachment_of, view_request
from sharing.approvals.web import risk_parts
from sharing.approvals.web.reviews import OFFICE_KINDS
from sharing.requests.domain.request_state import State
from sharing.requests.domain.scope import Bounds, Delivery
from sharing.requests.usecases.authorize import DECIDE, against, authorize
from sharing.requests.usecases.see_request import SUBMITTED, expect_version, inbox, station_request
from sharing.requests.usecases.services import SharingServices
from sharing.requests.web import form_page
from sharing.requests.web.forms import fields
from sharing.requests.web.services import services

router = APIRouter(prefix="/decisions")
Services = Annotated[SharingServices, Depends(services)]
BOUNDS = ("most_rows", "least_k", "highest_risk")


@router.get("")
async def listing(request: Request, sharing: Services) -> Response:
    """Show what waits for a decision in the caller's area, and what is decided."""
    principal = caller(request)
    waiting = await inbox(sharing, principal, DECIDE, (State.REVIEWED,))
    done = await inbox(sharing, principal, DECIDE, tuple(set(SUBMITTED) - {State.REVIEWED}))
    return page(
        request, "sharing/inbox.html", title="待批准的申请",
        waiting=form_page.listed(sharing.policy, waiting, "/decisions"),
        done=form_page.listed(sharing.policy, done[::-1], "/decisions"),
    )  # fmt: skip


@router.get("/{request_id}")
async def show(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show everything that the approver is to judge, and the bounds to sign."""
    return await _page(request, sharing, request_id, (), {})


@router.post("/{request_id}/preview")
async def preview(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Make and freeze the preview anew."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    form = await fields(request, "version")
    expect_version(seen.request, form["version"])
    await authorize(sharing, principal, seen.request, DECIDE)
    await make_preview(sharing, principal, seen.request)
    return RedirectResponse(f"/decisions/{request_id}#preview", 303)


@router.post("/{request_id}/verdict")
async def verdict(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Return or reject; to approve needs a signature."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    form = await fields(request, "version", "verdict", "reason")
    expect_version(seen.request, form["version"])
    try:
        await take_station(
            sharing, principal, seen.request, DECIDE, form["verdict"], form["reason"]
        )
    except InvalidError as error:
        return await _page(request, sharing, request_id, error.problems, dict(form))
    return RedirectResponse("/decisions", 303)


@router.post("/{request_id}/interest")
async def interest(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Declare an interest in the recipient: the caller steps back for good."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    form = await fields(request, "note")
    await declare_interest(sharing, principal, seen.request.recipient_id, form["note"])
    return RedirectResponse("/decisions", 303)


@router.post("/{request_id}/prepare")
async def prepare(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Make the document to sign, with the bounds of the form."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    form = await fields(request, "version", "reason", "key_id", *BOUNDS)
    expect_version(seen.request, form["version"])
    try:
        wanted = Wanted(_bounds(dict(form)), form["reason"], form["key_id"])
        await prepare_decision(sharing, principal, seen.request, wanted)
    except InvalidError as error:
        return await _page(request, sharing, request_id, error.problems, dict(form))
    return RedirectResponse(f"/decisions/{request_id}/sign", 303)


@router.get("/{request_id}/sign")
async def to_sign_page(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show the document word by word, and the button that signs it."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    waiting = await pending_of(sharing, principal, request_id)
    shown = await view_request(sharing, seen.request, principal)
    names = {station: row.person_name for station, row in shown.stations.items()}
    return page(
        request, "sharing/sign.html", shown=shown, waiting=waiting,
        steps=form_page.steps(seen.request, names),
        words=form_page.scope_words(sharing.policy, waiting.signed.scope),
        sign_data={
            "key_id": waiting.key_id, "payload": base64.b64encode(waiting.payload).decode(),
        },
    )  # fmt: skip


@router.get("/{request_id}/to-sign")
async def to_sign(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Answer with the exact bytes to sign, for a key file and the command line."""
    principal = caller(request)
    await station_request(sharing, principal, request_id, DECIDE)
    waiting = await pending_of(sharing, principal, request_id)
    body = {
        "approval_id": waiting.approval_id, "data_request_id": waiting.data_request_id,
        "key_id": waiting.key_id, "payload": base64.b64encode(waiting.payload).decode(),
        "digest": waiting.digest, "until": waiting.until.isoformat(),
    }  # fmt: skip
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.post("/{request_id}/sign")
async def sign(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Approve, if the signature is the caller's over exactly the document that was made."""
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    form = await fields(request, "approval_id", "signature")
    signed = Signed(ApprovalId(form["approval_id"]), _signature(form["signature"]))
    await decide_request(sharing, principal, seen.request, signed)
    return RedirectResponse(f"/decisions/{request_id}", 303)


@router.get("/{request_id}/attachments/{digest}")
async def attached(
    request: Request, sharing: Services, request_id: DataRequestId, digest: str
) -> Response:
    """Answer with a text or scan of the data request."""
    seen = await station_request(sharing, caller(request), request_id, DECIDE)
    return form_page.download(await attachment_of(sharing, seen.request, digest, OFFICE_KINDS))


def _bounds(form: dict[str, str]) -> Bounds:
    faults = []
    numbers: dict[str, float] = {}
    for name in BOUNDS:
        typed = form[name].strip()
        try:
            numbers[name] = float(typed) if name == "highest_risk" else int(typed)
        except ValueError:
            faults.append(Problem("请填写数字", name, RULE, "例如 1000 或 0.1"))
    if faults:
        raise InvalidError.of(tuple(faults))
    return Bounds(
        int(numbers["most_rows"]), int(numbers["least_k"]), float(numbers["highest_risk"])
    )


def _signature(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidError(
            "签名的写法有误", field="signature", rule="base64", remedy="请重新签署"
        ) from None


async def _page(
    request: Request, sharing: SharingServices, request_id: DataRequestId,
    faults: tuple[Problem, ...], sent: dict[str, str],
) -> Response:  # fmt: skip
    principal = caller(request)
    seen = await station_request(sharing, principal, request_id, DECIDE)
    shown = await view_request(sharing, seen.request, principal)
    names = {station: row.person_name for station, row in shown.stations.items()}
    bounds = dict.fromkeys(BOUNDS, "")
    if seen.request.scope is not None:
        k = sharing.policy.k(seen.request.scope.purpose)
        first = proposed(seen.request.scope, policy_k=k)
        bounds = {name: str(getattr(first, name)) for name in BOUNDS}
    keys = await sharing.keys.usable(
        person_id=principal.person_id, org_id=seen.standing.office.org_id,
        at=sharing.runtime.clock(),
    )  # fmt: skip
    return page(
        request, "sharing/decision.html", 422 if faults else 200, shown=shown, problems=faults,
        words=form_page.words(sharing.policy, seen.request), root="/decisions", keys=keys,
        steps=form_page.steps(seen.request, names), sent={**bounds, "reason": "", **sent},
        against=await against(sharing, principal, seen.request, DECIDE),
        open=seen.request.state is State.REVIEWED,
        current=seen.request.policy_digest == sharing.policy.digest,
        risk=risk_parts.short(sharing.policy, shown.report),
        tabular=seen.request.scope is not None and Delivery.FILE in seen.request.scope.deliveries,
    )  # fmt: skip
