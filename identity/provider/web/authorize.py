"""The pages of signing in to an app: authorization endpoint, notice or consent, errors."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from identity.provider.domain.errors import OAuthError, UntrustedRedirectError
from identity.provider.domain.parameters import LARGEST_FORM
from identity.provider.usecases.answer_notice import answer_notice
from identity.provider.usecases.authorize import (
    Ask,
    Outcome,
    SendBack,
    SignIn,
    arrive,
    set_aside,
    take_up,
)
from identity.provider.usecases.services import ProviderServices
from kernel.http import caller, only, page, read_form
from kernel.principal import Principal

router = APIRouter()
FORM = "application/x-www-form-urlencoded"
RESUME = "/authorize/resume"


def services(request: Request) -> ProviderServices:
    """Return the provider's services."""
    found: ProviderServices = request.app.state.provider
    return found


Provider = Annotated[ProviderServices, Depends(services)]


def _principal(request: Request) -> Principal | None:
    found: Principal | None = getattr(request.state, "principal", None)
    return found


@router.get("/authorize")
async def authorize(request: Request, provider: Provider) -> Response:
    """OpenID Connect Core 3.1.2.1."""
    try:
        encoded = request.scope["query_string"]
        return show(request, await arrive(provider, encoded, _principal(request)))
    except (UntrustedRedirectError, OAuthError) as error:
        return error_page(request, error)


@router.post("/authorize")
async def authorize_posted(request: Request, provider: Provider) -> Response:
    """OpenID Connect Core 3.1.2.1: the same by POST, from any site; taken up by our own GET."""
    try:
        sealed = await set_aside(provider, await _posted(request))
    except (UntrustedRedirectError, OAuthError) as error:
        return error_page(request, error)
    if isinstance(sealed, SendBack):
        return show(request, sealed)
    return see_other(f"{RESUME}?{urlencode({'flow': sealed})}")


@router.get(RESUME)
async def resume(request: Request, provider: Provider, flow: str = "") -> Response:
    """Go on after the sign-in page, or after a POST from another site."""
    try:
        outcome, taken = await take_up(provider, flow, _principal(request))
    except UntrustedRedirectError as error:
        return error_page(request, error)
    if isinstance(outcome, SendBack) and taken.through_sign_in:
        # A redirect here would still count as the sign-in form's own navigation, which that
        # page's form-action forbids to leave the site; a page that moves on is a new one.
        return page(request, "provider/return.html", url=outcome.url)
    return show(request, outcome)


@router.post("/consent")
async def consent(request: Request, provider: Provider) -> Response:
    """Take the answer of the notice or consent page."""
    principal = caller(request)
    form = only(await read_form(request), "flow", "answer")
    try:
        outcome = await answer_notice(
            provider, str(form.get("flow", "")),
            accepted=form.get("answer") == "accept", principal=principal,
        )  # fmt: skip
    except UntrustedRedirectError as error:
        return error_page(request, error)
    return show(request, outcome)


def show(request: Request, outcome: Outcome) -> Response:
    """Return the page or redirect for an outcome."""
    match outcome:
        case SendBack(url):
            return see_other(url)
        case SignIn(flow, login_hint):
            back = f"{RESUME}?{urlencode({'flow': flow})}"
            hint = {"login_hint": login_hint} if login_hint else {}
            return see_other(f"/sign-in?{urlencode({'next': back} | hint)}")
        case Ask():
            return _question(request, outcome)


def _question(request: Request, asked: Ask) -> Response:
    request.scope.setdefault("state", {})["form_action"] = asked.origin
    return page(
        request, "provider/consent.html",
        flow=asked.flow, offer=asked.offer, client=asked.client, origin=asked.origin,
    )  # fmt: skip


def see_other(url: str) -> Response:
    """Return a 303 (RFC 9700 section 4.12) that nobody stores and that leaks no address."""
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return RedirectResponse(url, 303, headers=headers)


def error_page(request: Request, error: UntrustedRedirectError | OAuthError) -> Response:
    """Return our own page with status 400: nobody is redirected anywhere (RFC 9700 4.11.2)."""
    message = error.message if isinstance(error, UntrustedRedirectError) else "请求的格式不正确"
    return page(request, "provider/error.html", 400, code=error.code, message=message)


async def _posted(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise OAuthError("invalid_request", f"the content type must be {FORM}")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise OAuthError("invalid_request", "the request is too large")
    return body
