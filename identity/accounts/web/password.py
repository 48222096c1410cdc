"""Page: change one's own password."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from identity.accounts.domain.local_path import local_path
from identity.accounts.usecases.change_password import PasswordChange, change_password
from identity.accounts.usecases.load_session import Identity
from identity.accounts.web.facts import (
    address,
    browser,
    form_page,
    give_session,
    services,
    texts,
)
from kernel.errors import Problem, SignInRequiredError, XueyinError
from kernel.http import read_form

router = APIRouter()
PASSWORD_PAGE = "/account/password"  # noqa: S105  an address


@router.get(PASSWORD_PAGE)
async def show_password(request: Request, next: str = "/") -> Response:  # noqa: A002  the name in the address
    """Show the form to who is signed in, also if nothing else is open to them yet."""
    return await _page(request, await _identity(request), local_path(next), (), 200)


@router.post(PASSWORD_PAGE)
async def post_password(request: Request) -> Response:
    """Change the password; every other session ends."""
    identity = await _identity(request)
    form = await read_form(request)
    fields = texts(form, "old_password", "new_password", "again", "next")
    target = local_path(fields["next"])
    known = await browser(request)
    change = PasswordChange(
        fields["old_password"], fields["new_password"], fields["again"], address(request),
        known.session_cookie, known.device_cookie,
    )  # fmt: skip
    try:
        made = await change_password(services(request), identity, change)
    except SignInRequiredError as refusal:
        wrong = (Problem("原密码不正确", "old_password", "", "请重新输入"),)
        return await _page(request, identity, target, wrong, refusal.status)
    except XueyinError as refusal:
        return await _page(request, identity, target, refusal.problems, refusal.status)
    response = RedirectResponse(target, 303)
    give_session(request, response, made)
    return response


def with_next(path: str, target: str) -> str:
    """Return the path with where to go afterwards."""
    return f"{path}?{urlencode({'next': target})}"


async def _identity(request: Request) -> Identity:
    identity = (await browser(request)).identity
    if identity is None:
        raise SignInRequiredError("请先登录", remedy="登录后重试")
    return identity


async def _page(
    request: Request, identity: Identity, target: str, problems: tuple[Problem, ...], status: int
) -> Response:
    outside_origin = services(request).outside_origin
    if outside_origin is not None:
        request.state.form_action = await outside_origin(target)
    profile = services(request).policy.passwords(identity.account.roles)
    return await form_page(
        request, "identity/password.html", status, next=target, problems=problems,
        must_change=identity.must_change, profile=profile,
    )  # fmt: skip
