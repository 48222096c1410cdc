"""The registrar's page of paper consents."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kernel.errors import InvalidError, MissingError, Problem
from kernel.http import caller, page, read_form
from kernel.ids import ApprovalId, StudentId
from kernel.principal import Role
from sharing.domain.guardian import LARGEST_SCAN, RELATIONS, PaperConsent
from sharing.usecases.record_guardian_consent import (
    record_guardian_consent,
    withdraw_guardian_consent,
)
from sharing.usecases.see_consents import desk, find_pupil
from sharing.usecases.services import SharingServices
from sharing.web.forms import fields, refuse_unknown, text, upload
from sharing.web.services import services

router = APIRouter(prefix="/consents")
Services = Annotated[SharingServices, Depends(services)]
PAPER = ("student_id", "approval_id", "name", "relation", "signed_on")
NOTHING = dict.fromkeys(PAPER, "")


@router.get("")
async def first_page(request: Request) -> Response:
    """Ask for the pupil's number."""
    caller(request, Role.REGISTRAR)
    return _blank(request, 200, (), request.query_params.get("done", ""))


@router.post("/search")
async def search(request: Request, sharing: Services) -> Response:
    """Show the pupil and what may be consented to. Posted: numbers do not belong in addresses."""
    principal = caller(request, Role.REGISTRAR)
    form = await fields(request, "text")
    try:
        student_id = await find_pupil(sharing, principal, form["text"])
    except MissingError as error:
        faults = tuple(replace(one, field="text") for one in error.problems)
        return _blank(request, error.status, faults)
    return await _desk(request, sharing, student_id, (), NOTHING)


@router.post("")
async def record(request: Request, sharing: Services) -> Response:
    """Record a consent; the scan's digest is kept, the paper stays with the school."""
    principal = caller(request, Role.REGISTRAR)
    form = await read_form(request)
    try:
        refuse_unknown(form, {*PAPER, "scan", "csrf"})
        sent = {name: text(form, name) for name in PAPER}
        scan = await upload(form, "scan", most=LARGEST_SCAN)
    finally:
        await form.close()
    student_id = StudentId(sent["student_id"])
    paper = PaperConsent(
        sent["name"], sent["relation"], sent["signed_on"], scan[1] if scan else b""
    )
    try:
        await record_guardian_consent(
            sharing, principal, student_id, ApprovalId(sent["approval_id"]), paper
        )
    except InvalidError as error:
        return await _desk(request, sharing, student_id, error.problems, sent)
    return RedirectResponse("/consents?done=recorded", 303)


@router.post("/withdraw")
async def withdraw(request: Request, sharing: Services) -> Response:
    """Withdraw a consent on the guardian's word."""
    principal = caller(request, Role.REGISTRAR)
    form = await fields(request, "student_id", "notice_id")
    await withdraw_guardian_consent(
        sharing, principal, StudentId(form["student_id"]), form["notice_id"]
    )
    return RedirectResponse("/consents?done=withdrawn", 303)


def _blank(request: Request, status: int, faults: tuple[Problem, ...], done: str = "") -> Response:
    """Show the page before a pupil is found. The number typed is not shown again."""
    return page(
        request, "sharing/consents.html", status, problems=faults, desk=None, sent=NOTHING,
        done=done, relations=RELATIONS,
    )  # fmt: skip


async def _desk(
    request: Request, sharing: SharingServices, student_id: StudentId,
    faults: tuple[Problem, ...], sent: dict[str, str],
) -> Response:  # fmt: skip
    principal = caller(request, Role.REGISTRAR)
    return page(
        request, "sharing/consents.html", 422 if faults else 200, problems=faults,
        desk=await desk(sharing, principal, student_id), sent=sent, done="", relations=RELATIONS,
    )  # fmt: skip
