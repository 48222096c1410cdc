"""The developer's pages: own data requests, the form, check answers, submit, withdraw."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import ConflictError, InvalidError, Problem
from kernel.http import caller, page, read_form
from kernel.ids import ClientId, DataRequestId
from kernel.principal import Role
from registry.usecases.orgs import governments
from sharing.approvals.usecases.view_request import attachment_of, view_request
from sharing.requests.domain.asked import MULTIPLE, PREFIXES, SINGLE
from sharing.requests.domain.request_state import Step, may
from sharing.requests.store.attachments import Attachment
from sharing.requests.store.requests import DataRequest
from sharing.requests.usecases.check_request import check_request
from sharing.requests.usecases.draft_request import LARGEST_FILE, Begun, begin_request, edit_request
from sharing.requests.usecases.see_request import expect_version, own_request, own_requests
from sharing.requests.usecases.services import SharingServices
from sharing.requests.usecases.submit_request import submit_request
from sharing.requests.usecases.withdraw_request import withdraw_request
from sharing.requests.web import form_page
from sharing.requests.web.forms import fields, refuse_unknown, text, upload
from sharing.requests.web.services import services

router = APIRouter()
Services = Annotated[SharingServices, Depends(services)]
HOME = "/developer/data-requests"
OWN_KINDS = frozenset({"agreement", "impact_assessment", "document"})
"""Previews hold pupils' transformed values: not for the applicant before the approval."""


@router.get(HOME)
async def listing(request: Request, sharing: Services) -> Response:
    """Show the organisation's data requests."""
    principal = caller(request, Role.DEVELOPER)
    found = await own_requests(sharing, principal)
    return page(
        request, "sharing/requests.html",
        requests=form_page.listed(sharing.policy, found),
    )  # fmt: skip


@router.get(HOME + "/new")
async def new(request: Request, sharing: Services) -> Response:
    """Ask app, purpose and area: they decide the questions that follow."""
    return await _new_page(request, sharing, {}, ())


@router.post(HOME + "/new")
async def begin(request: Request, sharing: Services) -> Response:
    """Make the draft and go on to its questions."""
    principal = caller(request, Role.DEVELOPER)
    form = await fields(request, "client_id", "purpose", "division")
    begun = Begun(ClientId(form["client_id"]), form["purpose"], form["division"].strip())
    try:
        identity = await begin_request(sharing, principal, begun)
    except InvalidError as error:
        return await _new_page(request, sharing, dict(form), error.problems)
    return RedirectResponse(f"{HOME}/{identity}/edit", 303)


@router.get(HOME + "/{request_id}/edit")
async def edit(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show the questions with the answers given so far."""
    found = await own_request(sharing, caller(request, Role.DEVELOPER), request_id)
    if not may(found.state, Step.EDIT):
        return RedirectResponse(f"/data-requests/{request_id}", 303)
    return await _edit_page(request, sharing, found, ())


@router.post(HOME + "/{request_id}/edit")
async def save(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Keep the answers as typed and go on to check them."""
    principal = caller(request, Role.DEVELOPER)
    found = await own_request(sharing, principal, request_id)
    form = await read_form(request)
    try:
        version = text(form, "version")
        typed, scan = await _typed(sharing, found, form)
    finally:
        await form.close()
    try:
        if may(found.state, Step.EDIT):
            expect_version(found, version)
        await edit_request(sharing, principal, found, typed, scan)
    except (InvalidError, ConflictError) as error:
        found = await own_request(sharing, principal, request_id)
        if not may(found.state, Step.EDIT):
            raise
        # What was typed stays on the page: a second tab must not cost anybody their work.
        return await _edit_page(request, sharing, found, error.problems, typed)
    return RedirectResponse(f"{HOME}/{request_id}/check", 303)


@router.get(HOME + "/{request_id}/check")
async def check(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show the answers in words, with every fault."""
    found = await own_request(sharing, caller(request, Role.DEVELOPER), request_id)
    if not may(found.state, Step.EDIT):
        return RedirectResponse(f"/data-requests/{request_id}", 303)
    return await _check_page(request, sharing, found, 200)


@router.post(HOME + "/{request_id}/submit")
async def submit(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Hand it to the first station."""
    principal = caller(request, Role.DEVELOPER)
    found = await own_request(sharing, principal, request_id)
    form = await fields(request, "version")
    expect_version(found, form["version"])
    try:
        await submit_request(sharing, principal, found)
    except InvalidError:
        return await _check_page(request, sharing, found, 422)
    return RedirectResponse(f"/data-requests/{request_id}", 303)


@router.post(HOME + "/{request_id}/withdraw")
async def withdraw(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """End it before it is decided."""
    principal = caller(request, Role.DEVELOPER)
    found = await own_request(sharing, principal, request_id)
    form = await fields(request, "version")
    expect_version(found, form["version"])
    await withdraw_request(sharing, principal, found)
    return RedirectResponse(f"/data-requests/{request_id}", 303)


@router.get("/data-requests/{request_id}")
async def show(request: Request, sharing: Services, request_id: DataRequestId) -> Response:
    """Show where an own data request stands."""
    found = await own_request(sharing, caller(request, Role.DEVELOPER), request_id)
    return page(
        request, "sharing/request.html", shown=await view_request(sharing, found),
        words=form_page.words(sharing.policy, found), steps=form_page.steps(found),
        may_edit=may(found.state, Step.EDIT), may_withdraw=may(found.state, Step.WITHDRAW),
    )  # fmt: skip


@router.get("/data-requests/{request_id}/attachments/{digest}")
async def attached(
    request: Request, sharing: Services, request_id: DataRequestId, digest: str
) -> Response:
    """Answer with a text or scan that the applicant attached."""
    found = await own_request(sharing, caller(request, Role.DEVELOPER), request_id)
    return form_page.download(await attachment_of(sharing, found, digest, OWN_KINDS))


async def _typed(
    sharing: SharingServices, found: DataRequest, form: FormData
) -> tuple[dict[str, str | list[str]], Attachment | None]:
    asked = sharing.policy.purpose(str(found.form["purpose"])).fields
    single = SINGLE | {prefix + name for prefix in PREFIXES for name in asked}
    refuse_unknown(form, single | {"csrf", "version", "document_scan"}, MULTIPLE)
    typed: dict[str, str | list[str]] = {name: text(form, name) for name in sorted(single)}
    for name in sorted(MULTIPLE):
        typed[name] = [value for value in form.getlist(name) if isinstance(value, str)]
    sent = await upload(form, "document_scan", most=LARGEST_FILE)
    scan = Attachment("document", sent[0], "", sent[1]) if sent else None
    return typed, scan


async def _new_page(
    request: Request, sharing: SharingServices, sent: dict[str, str], faults: tuple[Problem, ...]
) -> Response:
    principal = caller(request, Role.DEVELOPER)
    clients = (
        await sharing.clients.clients_of(principal.recipient_id) if principal.recipient_id else ()
    )
    return page(
        request, "sharing/request_new.html", 422 if faults else 200,
        problems=faults, clients=[one for one in clients if not one.sandbox],
        purposes=sharing.policy.purposes.values(),
        sent={"client_id": "", "purpose": "", "division": ""} | sent,
    )  # fmt: skip


async def _edit_page(
    request: Request, sharing: SharingServices, found: DataRequest,
    faults: tuple[Problem, ...], typed: dict[str, str | list[str]] | None = None,
) -> Response:  # fmt: skip
    form = typed if typed is not None else found.form
    return page(
        request, "sharing/request_edit.html", 422 if faults else 200,
        problems=faults, shown=found, form=form_page.answers(sharing.policy, found, form),
        choices=form_page.choices(sharing.policy, found),
        governments=await governments(sharing.runtime, found.division),
        grades=form_page.GRADE_TITLES, grounds=form_page.grounds(sharing.policy, found),
    )  # fmt: skip


async def _check_page(
    request: Request, sharing: SharingServices, found: DataRequest, status: int
) -> Response:
    checked = await check_request(sharing, found)
    return page(
        request, "sharing/request_check.html", status, shown=found,
        problems=checked.problems, asked=checked.asked,
        words=form_page.asked_words(sharing.policy, found, checked.asked),
        rows=form_page.asked_fields(sharing.policy, checked.asked),
        may_submit=not checked.problems and may(found.state, Step.SUBMIT),
    )  # fmt: skip
