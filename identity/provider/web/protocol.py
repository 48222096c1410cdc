"""The endpoints that programs call, as lean ASGI handlers by exact path.

Discovery, keys, token and userinfo. They stand in front of the framework: OAuth has its own
rules for parameters and errors, and a token is issued in a fraction of what routing costs.
"""

import hashlib
from collections.abc import Mapping

import orjson
from starlette.types import ASGIApp

from identity.provider.domain import discovery
from identity.provider.domain.errors import OAuthError, TokenRejectedError
from identity.provider.usecases.exchange import exchange
from identity.provider.usecases.services import ProviderServices
from identity.provider.usecases.userinfo import userinfo
from identity.provider.web.lean import JSON_HEADERS, Answer, Exchange, endpoint, secret_json
from kernel.errors import XueyinError

REALM = b'realm="xueyin"'
PUBLIC = ((b"access-control-allow-origin", b"*"), (b"cache-control", b"public, max-age=300"))
CLIENT_FAULTS = frozenset({"invalid_client"})


def routes(services: ProviderServices) -> Mapping[str, ASGIApp]:
    """Return the handlers by exact path."""
    metadata = orjson.dumps(discovery.document(services.config, services.vocabulary))
    published = _Published(metadata)

    async def well_known(exchange_: Exchange) -> Answer:
        return published.answer(exchange_)

    keys = _Keys(services)
    return {
        "/.well-known/openid-configuration": endpoint(well_known, "GET", "HEAD"),
        "/.well-known/oauth-authorization-server": endpoint(well_known, "GET", "HEAD"),
        "/jwks.json": endpoint(keys, "GET", "HEAD"),
        "/token": endpoint(_Token(services), "POST"),
        "/userinfo": endpoint(_Userinfo(services), "GET", "POST"),
    }


class _Published:
    """A public document, made once, with its ETag (RFC 9110 section 8.8.3)."""

    def __init__(self, body: bytes) -> None:
        self.etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        tag = (b"etag", self.etag.encode())
        self._full = Answer(200, body, (*JSON_HEADERS, *PUBLIC, tag))
        self._unchanged = Answer(304, b"", (*PUBLIC, tag))

    def answer(self, asked: Exchange) -> Answer:
        known = asked.headers.get("if-none-match", "")
        return self._unchanged if self.etag in known or known == "*" else self._full


class _Keys:
    """The JWKS (RFC 7517 section 5), made anew only when the keys have changed."""

    def __init__(self, services: ProviderServices) -> None:
        self._services = services
        self._made_of: bytes | None = None
        self._published = _Published(b"")

    async def __call__(self, asked: Exchange) -> Answer:
        body = (await self._services.cache.keys()).jwks
        if body is not self._made_of:
            self._published, self._made_of = _Published(body), body
        return self._published.answer(asked)


class _Token:
    """The token endpoint (RFC 6749 section 3.2)."""

    def __init__(self, services: ProviderServices) -> None:
        self._services = services

    async def __call__(self, asked: Exchange) -> Answer:
        try:
            form = await asked.form()
            authorization = asked.one_header("authorization")
            return secret_json(200, await exchange(self._services, form, authorization))
        except OAuthError as error:
            return token_error(error)
        except XueyinError as error:
            return secret_json(error.status, {"error": "temporarily_unavailable"})


def token_error(error: OAuthError) -> Answer:
    """Return the error of RFC 6749 section 5.2; 401 always names the scheme (RFC 9110 11.6.1)."""
    body = {"error": error.code, "error_description": error.description}
    if error.code in CLIENT_FAULTS:
        return secret_json(401, body, (b"www-authenticate", b"Basic " + REALM))
    return secret_json(400, body)


class _Userinfo:
    """The userinfo endpoint (OpenID Connect Core 5.3), a resource server of RFC 6750."""

    def __init__(self, services: ProviderServices) -> None:
        self._services = services

    async def __call__(self, asked: Exchange) -> Answer:
        try:
            token = await bearer_token(asked)
            if not token:
                return bearer_error(401, None)
            return secret_json(200, await userinfo(self._services, token))
        except TokenRejectedError as error:
            return bearer_error(401, OAuthError("invalid_token", error.reason))
        except OAuthError as error:
            return bearer_error(403 if error.code == "insufficient_scope" else 400, error)
        except XueyinError as error:
            return secret_json(error.status, {"error": "temporarily_unavailable"})


async def bearer_token(asked: Exchange) -> str:
    """Return the token by header or form body (RFC 6750 sections 2.1, 2.2), or an empty text.

    Never from the query (section 2.3). Raises OAuthError if both ways are used (section 2).
    """
    scheme, _, by_header = asked.one_header("authorization").partition(" ")
    if scheme and scheme.lower() != "bearer":
        return ""
    by_body = ""
    if asked.method == "POST" and asked.headers.get("content-length", "0") != "0":
        by_body = (await asked.form()).get("access_token", "")
    if by_header and by_body:
        raise OAuthError("invalid_request", "more than one way to send the token")
    return by_header.strip() or by_body


def bearer_error(status: int, error: OAuthError | None) -> Answer:
    """Return the challenge of RFC 6750 section 3; without a token it carries no error code."""
    challenge = b"Bearer " + REALM
    if error is None:
        return secret_json(status, {}, (b"www-authenticate", challenge))
    body = {"error": error.code, "error_description": error.description}
    challenge += f', error="{error.code}", error_description="{error.description}"'.encode()
    if error.uri:
        body["error_uri"] = error.uri
        challenge += f', error_uri="{error.uri}"'.encode()
    return secret_json(status, body, (b"www-authenticate", challenge))
