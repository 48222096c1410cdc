"""Pages: sign in, sign out."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from identity.accounts.domain.local_path import local_path
from identity.accounts.usecases.check_password import Attempt
from identity.accounts.usecases.sign_in import sign_in
from identity.accounts.usecases.sign_out import sign_out
from identity.accounts.web.facts import (
    address,
    browser,
    end_session,
    form_page,
    give_session,
    services,
    texts,
)
from identity.accounts.web.password import PASSWORD_PAGE, with_next
from kernel.errors import Problem, XueyinError
from kernel.http import read_form

router = APIRouter()


@router.get("/sign-in")
async def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002  the name in the address
    """Show the form, also to who is signed in (another person, or `prompt=login`)."""
    return await _page(request, local_path(next), (), 200)


@router.post("/sign-in")
async def post_sign_in(request: Request) -> Response:
    """Check the password; then go to `next`, by way of the password page if one must be chosen."""
    fields = texts(await read_form(request), "username", "password", "next")
    target = local_path(fields["next"])
    known = await browser(request)
    attempt = Attempt(
        fields["username"], fields["password"], address(request),
        known.session_cookie, known.device_cookie,
    )  # fmt: skip
    try:
        made = await sign_in(services(request), attempt)
    except XueyinError as refusal:
        return await _page(request, target, refusal.problems, refusal.status)
    if made.must_change:
        target = with_next(PASSWORD_PAGE, target)
    response = RedirectResponse(target, 303)
    give_session(request, response, made)
    return response


@router.post("/sign-out")
async def post_sign_out(request: Request) -> Response:
    """End the session."""
    texts(await read_form(request))
    known = await browser(request)
    await sign_out(services(request), known.identity, known.session_cookie, address(request))
    response = RedirectResponse("/", 303)
    end_session(request, response)
    return response


async def _page(
    request: Request, target: str, problems: tuple[Problem, ...], status: int
) -> Response:
    outside_origin = services(request).outside_origin
    if outside_origin is not None:
        request.state.form_action = await outside_origin(target)
    return await form_page(request, "identity/sign_in.html", status, next=target, problems=problems)
