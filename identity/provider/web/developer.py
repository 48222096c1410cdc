"""The developer's pages: own clients, a new one, its secret (once), why the door refused."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from identity.provider.domain.client import ID_TOKEN_ALGORITHMS, AuthMethod, Profile
from identity.provider.domain.registration import Registration
from identity.provider.usecases.own_clients import (
    own_client,
    own_clients,
    rotate_secret,
    set_active,
)
from identity.provider.usecases.refuse import latest_refusals
from identity.provider.usecases.register_client import register_client
from identity.provider.usecases.services import ProviderServices
from kernel.errors import DeniedError, InvalidError, Problem
from kernel.http import caller, only, page, read_form
from kernel.principal import Role

FIELDS = (
    "name", "kind", "redirect_uris", "auth_method", "jwks", "id_token_alg", "profile",
    "profile_reason",
)  # fmt: skip
router = APIRouter(prefix="/developer/clients")


def services(request: Request) -> ProviderServices:
    """Return the provider's services."""
    found: ProviderServices = request.app.state.provider
    return found


Provider = Annotated[ProviderServices, Depends(services)]


@router.get("")
async def listing(request: Request, provider: Provider) -> Response:
    """Show the caller's clients."""
    principal = caller(request, Role.DEVELOPER)
    return page(request, "provider/clients.html", clients=await own_clients(provider, principal))


@router.get("/new")
async def new(request: Request) -> Response:
    """Show the form."""
    caller(request, Role.DEVELOPER)
    return _form(request, {}, ())


@router.post("")
async def create(request: Request, provider: Provider) -> Response:
    """Register a client and show its secret on this one answer."""
    principal = caller(request, Role.DEVELOPER)
    form = only(await read_form(request), *FIELDS)
    if principal.recipient_id is None:
        raise DeniedError("您的账号没有所属单位", remedy="请联系管理员登记单位")
    try:
        registered = await register_client(
            provider.runtime, _asked(form),
            owner=principal.account_id, recipient_id=principal.recipient_id,
        )  # fmt: skip
    except InvalidError as error:
        return _form(request, {k: str(v) for k, v in form.items()}, error.problems)
    return page(
        request, "provider/client.html", 201,
        client=registered.client, secret=registered.secret, config=provider.config,
    )  # fmt: skip


@router.get("/{client_id}")
async def show(request: Request, provider: Provider, client_id: str) -> Response:
    """Show one client without its secret, with snippets that work as they stand."""
    client = await own_client(provider, caller(request, Role.DEVELOPER), client_id)
    return page(request, "provider/client.html", client=client, secret="", config=provider.config)


@router.post("/{client_id}/secret")
async def new_secret(request: Request, provider: Provider, client_id: str) -> Response:
    """Give the client a new secret and show it on this one answer."""
    principal = caller(request, Role.DEVELOPER)
    only(await read_form(request))
    secret = await rotate_secret(provider, principal, client_id)
    client = await own_client(provider, principal, client_id)
    return page(
        request, "provider/client.html", client=client, secret=secret, config=provider.config
    )


@router.post("/{client_id}/state")
async def state(request: Request, provider: Provider, client_id: str) -> Response:
    """Disable or enable the client."""
    principal = caller(request, Role.DEVELOPER)
    form = only(await read_form(request), "active")
    await set_active(provider, principal, client_id, active=form.get("active") == "yes")
    return RedirectResponse(f"/developer/clients/{client_id}", 303)


@router.get("/{client_id}/refusals")
async def refusals(request: Request, provider: Provider, client_id: str) -> Response:
    """Show why the door stayed shut for this client."""
    client = await own_client(provider, caller(request, Role.DEVELOPER), client_id)
    found = await latest_refusals(provider, client.client_id)
    return page(request, "provider/refusals.html", client=client, refusals=found)


def _form(request: Request, sent: dict[str, str], problems: tuple[Problem, ...]) -> Response:
    return page(
        request, "provider/client_new.html", 422 if problems else 200,
        sent=dict.fromkeys(FIELDS, "") | sent, problems=problems, algorithms=ID_TOKEN_ALGORITHMS,
    )  # fmt: skip


def _asked(form: FormData) -> Registration:
    """Return the form as a registration; raises InvalidError for what cannot even be read."""
    text = {name: str(value).strip() for name, value in form.items()}
    try:
        jwks = orjson.loads(text["jwks"]) if text.get("jwks") else {}
        if not isinstance(jwks, dict):
            raise TypeError  # noqa: TRY301  one message for both
    except (ValueError, TypeError):
        raise InvalidError("公钥不是有效的 JSON", field="jwks", rule="RFC 7517 §5") from None
    by_key = text.get("auth_method") == AuthMethod.PRIVATE_KEY_JWT
    basic = text.get("profile") == Profile.OIDC_BASIC
    return Registration(
        name=text.get("name", ""),
        sandbox=text.get("kind") != "production",
        redirect_uris=tuple(text.get("redirect_uris", "").split()),
        auth_method=AuthMethod.PRIVATE_KEY_JWT if by_key else AuthMethod.SECRET_BASIC,
        jwks=jwks,
        id_token_alg=text.get("id_token_alg") or "ES256",
        profile=Profile.OIDC_BASIC if basic else Profile.DEFAULT,
        profile_reason=text.get("profile_reason", ""),
    )
