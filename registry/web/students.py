"""The registrar's pages: list and search, one pupil's record after a reason, a status change."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from kernel.errors import InvalidError, MissingError, Problem
from kernel.http import caller, only, page, read_form
from kernel.ids import StudentId
from kernel.principal import Role
from registry.domain.code_tables import TABLES
from registry.domain.presentation import sections
from registry.usecases import orgs
from registry.usecases.change_status import change_status
from registry.usecases.roster import RosterQuery, roster
from registry.usecases.view import EVERYTHING, may_view, view
from registry.web.edge import services

router = APIRouter()
_MOST_PAGES = 10_000


@router.get("/registry")
async def first_page(request: Request) -> Response:
    """Show the first page of the registrar's own school or area."""
    return await _listed(request, RosterQuery())


@router.post("/registry/search")
async def search(request: Request) -> Response:
    """Show what was searched. Posted, because names and numbers do not belong in addresses."""
    form = only(await read_form(request), "text", "grade", "school_id", "page")
    asked = str(form.get("page", "1"))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 5 else 1  # noqa: PLR2004  fewer than _MOST_PAGES
    query = RosterQuery(
        text=str(form.get("text", ""))[:36],
        grade=str(form.get("grade", ""))[:2],
        school_id=str(form.get("school_id", ""))[:40],
        page=min(number, _MOST_PAGES),
    )
    return await _listed(request, query)


@router.get("/registry/students/{student_id}")
async def ask_reason(request: Request, student_id: StudentId) -> Response:
    """Ask why, before anything of the pupil is shown."""
    principal = caller(request, Role.REGISTRAR)
    if not await may_view(services(request).runtime, principal, student_id):
        raise MissingError("没有这名学生，或不在您的管理范围内", remedy="请核对链接或学校")
    return _reason_page(request, student_id)


@router.post("/registry/students/{student_id}")
async def show(request: Request, student_id: StudentId) -> Response:
    """Show the record. Answered without a redirect: a look is one act with its own reason."""
    principal = caller(request, Role.REGISTRAR)
    form = only(await read_form(request), "reason")
    reason = str(form.get("reason", ""))
    try:
        values = await view(services(request).runtime, principal, student_id, EVERYTHING, reason)
    except InvalidError as error:
        return _reason_page(request, student_id, error.problems, reason)
    return page(
        request,
        "registry/student.html",
        student_id=student_id,
        name=values["name"],
        current=values["status"],
        sections=sections(values),
        statuses=TABLES["status"].labels,
    )


@router.post("/registry/students/{student_id}/status")
async def change(request: Request, student_id: StudentId) -> Response:
    """Change the pupil's status, then ask for a reason before the record is shown again."""
    principal = caller(request, Role.REGISTRAR)
    form = only(await read_form(request), "status", "reason")
    await change_status(
        services(request).runtime,
        principal,
        student_id,
        str(form.get("status", "")),
        str(form.get("reason", "")),
    )
    return RedirectResponse(f"/registry/students/{student_id}?changed=1", 303)


async def _listed(request: Request, query: RosterQuery) -> Response:
    principal = caller(request, Role.REGISTRAR)
    runtime = services(request).runtime
    found = await roster(runtime, principal, query)
    schools = await orgs.schools(runtime, principal.org_id) if principal.org_id else []
    return page(
        request,
        "registry/students.html",
        query=query,
        roster=found,
        schools=schools,
        grades=TABLES["grade"].labels,
    )


def _reason_page(
    request: Request,
    student_id: StudentId,
    problems: tuple[Problem, ...] = (),
    reason: str = "",
) -> Response:
    return page(
        request,
        "registry/reason.html",
        422 if problems else 200,
        student_id=student_id,
        problems=problems,
        reason=reason,
        changed="changed" in request.query_params,
    )
