"""Which client is calling the token endpoint? RFC 6749 section 2.3, RFC 7523 section 2.2."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from identity.provider.domain.assertion import ASSERTION_TYPE, Assertion, verify
from identity.provider.domain.basic import credentials, secret_fits
from identity.provider.domain.client import AuthMethod, Client
from identity.provider.domain.errors import OAuthError, TokenRejectedError
from identity.provider.domain.jose import header_of
from identity.provider.usecases.services import ProviderServices


@dataclass(frozen=True, slots=True)
class Authenticated:
    """The proven client. An assertion still has to be spent, in the same job as what it buys."""

    client: Client
    assertion: Assertion | None


async def authenticate_client(
    services: ProviderServices, form: Mapping[str, str], authorization: str
) -> Authenticated:
    """Return the client that proves itself by its one registered method.

    Raises OAuthError `invalid_client`, or `invalid_request` if two methods are used at once
    (RFC 6749 section 2.3).
    """
    by_assertion = "client_assertion" in form or "client_assertion_type" in form
    if sum((bool(authorization), "client_secret" in form, by_assertion)) > 1:
        raise OAuthError("invalid_request", "more than one client authentication method")
    if authorization:
        return await _by_secret(services, form, authorization)
    if by_assertion:
        return await _by_assertion(services, form)
    raise OAuthError("invalid_client", "client_secret_basic or private_key_jwt is required")


async def _by_secret(
    services: ProviderServices, form: Mapping[str, str], authorization: str
) -> Authenticated:
    client_id, secret = credentials(authorization)
    client = await services.cache.client(client_id)
    fits = secret_fits(client, secret)
    if client is None or not fits or not client.active:
        raise OAuthError("invalid_client", "client authentication failed")
    if client.auth_method is not AuthMethod.SECRET_BASIC:
        raise OAuthError("invalid_client", "client authentication failed")
    _same(client, form)
    return Authenticated(client, None)


async def _by_assertion(services: ProviderServices, form: Mapping[str, str]) -> Authenticated:
    if form.get("client_assertion_type") != ASSERTION_TYPE or "client_assertion" not in form:
        raise OAuthError("invalid_client", "client_assertion_type is not jwt-bearer")
    token = form["client_assertion"]
    try:
        client = _usable(await services.cache.client(_claimed_client(token)))
        now = services.runtime.clock()
        assertion = verify(token, client, issuer=services.config.issuer, now=now)
    except TokenRejectedError as error:
        raise OAuthError("invalid_client", f"client_assertion: {error.reason}") from None
    _same(client, form)
    return Authenticated(client, assertion)


def _usable(client: Client | None) -> Client:
    if client is None or not client.active or client.auth_method is not AuthMethod.PRIVATE_KEY_JWT:
        raise TokenRejectedError("client authentication failed")
    return client


def _same(client: Client, form: Mapping[str, str]) -> None:
    """RFC 7521 section 4.2: a client_id beside the proof must name the same client."""
    if form.get("client_id", client.client_id) != client.client_id:
        raise OAuthError("invalid_client", "client_id is not the authenticated client")


def _claimed_client(token: str) -> str:
    """Return the unverified `sub`: it only chooses whose keys are tried."""
    header_of(token)  # size and shape first
    payload = token.split(".")[1]
    try:
        claims = orjson.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError:
        raise TokenRejectedError("the claims are not JSON") from None
    claimed = claims.get("sub") if isinstance(claims, dict) else None
    if not isinstance(claimed, str):
        raise TokenRejectedError("sub is not a text")
    return claimed
