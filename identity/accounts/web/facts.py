"""What do the routes of accounts take from the request?"""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from identity.accounts.usecases.browser import Browser, BrowserSession
from identity.accounts.usecases.new_session import SignedIn
from identity.accounts.usecases.services import AccountServices
from kernel.errors import InvalidError
from kernel.http import page

DEVICE_LIFE = 365 * 24 * 3600


def services(request: Request) -> AccountServices:
    """Return the services that the composition root has set."""
    found: AccountServices = request.app.state.accounts
    return found


async def browser(request: Request) -> Browser:
    """Return what is known of the calling browser."""
    return await BrowserSession(services(request)).identify(request.headers.get("cookie"))


def address(request: Request) -> str:
    """Return the peer's address; behind a trusted proxy the server has put the real one there."""
    return request.client.host if request.client else ""


def texts(form: FormData, *allowed: str) -> dict[str, str]:
    """Return the allowed fields as texts, "" where absent.

    Raises InvalidError for any other field: nobody assigns what the form does not offer (CWE-915).
    """
    surplus = set(form) - set(allowed) - {"csrf"}
    if surplus:
        raise InvalidError("表单含有多余的项目", field=min(surplus), remedy="请刷新页面后重试")
    return {name: str(form.get(name, "")) for name in allowed}


async def form_page(request: Request, template: str, status: int = 200, **context: Any) -> Response:  # noqa: ANN401  template values
    """Render a page with a form also for a browser that holds no cookie yet: it gets one."""
    asking, known = BrowserSession(services(request)), await browser(request)
    if known.csrf:
        return page(request, template, status, **context, csrf=known.csrf)
    cookie = asking.new_form_cookie()
    response = page(request, template, status, **context, csrf=asking.form_token(cookie))
    _set(request, response, services(request).cookies.form, cookie, None)
    return response


def give_session(request: Request, response: Response, made: SignedIn) -> None:
    """Set the cookies of a fresh session. Closing the browser ends it; the device stays known."""
    names = services(request).cookies
    _set(request, response, names.session, made.session_cookie, None)
    _set(request, response, names.device, made.device_cookie, DEVICE_LIFE)
    _clear(request, response, names.form)


def end_session(request: Request, response: Response) -> None:
    """Take the session cookie away and what the browser has kept of our pages."""
    _clear(request, response, services(request).cookies.session)
    response.headers["Clear-Site-Data"] = '"cache"'


def _set(request: Request, response: Response, name: str, value: str, life: int | None) -> None:
    response.set_cookie(
        name, value, max_age=life, path="/", httponly=True, samesite="lax",
        secure=services(request).cookies.https,
    )  # fmt: skip


def _clear(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        name, path="/", httponly=True, samesite="lax", secure=services(request).cookies.https
    )
