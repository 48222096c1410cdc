"""Pages: a registrar gives a pupil of the own school an account or a new one-time password."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from identity.accounts.usecases.find_pupil_account import find_pupil_account
from identity.accounts.usecases.issue_pupil_account import issue_pupil_account
from identity.accounts.usecases.reissue_password import reissue_password
from identity.accounts.web.administration import shown_once
from identity.accounts.web.facts import services, texts
from kernel.errors import MissingError
from kernel.http import caller, page, read_form
from kernel.ids import StudentId
from kernel.principal import Role

router = APIRouter()
PAGE = "/pupil-accounts/{student_id}"


@router.get(PAGE)
async def show_pupil_account(request: Request, student_id: str) -> Response:
    """Show whether the pupil has an account, and the button that makes one."""
    principal = caller(request, Role.REGISTRAR)
    account = await find_pupil_account(services(request), principal, StudentId(student_id))
    return page(request, "identity/pupil_account.html", student_id=student_id, account=account)


@router.post(PAGE)
async def post_pupil_account(request: Request, student_id: str) -> Response:
    """Make the account and show its one-time password, once."""
    principal = caller(request, Role.REGISTRAR)
    texts(await read_form(request))
    issued = await issue_pupil_account(services(request), principal, StudentId(student_id))
    return shown_once(request, issued, PAGE.format(student_id=student_id))


@router.post(PAGE + "/password")
async def post_pupil_password(request: Request, student_id: str) -> Response:
    """Hand out a new one-time password."""
    principal = caller(request, Role.REGISTRAR)
    texts(await read_form(request))
    account = await find_pupil_account(services(request), principal, StudentId(student_id))
    if account is None:
        raise MissingError("该学生还没有账号", remedy="请先开通账号")
    issued = await reissue_password(services(request), principal, account.account_id)
    return shown_once(request, issued, PAGE.format(student_id=student_id))
