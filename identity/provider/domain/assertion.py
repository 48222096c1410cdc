"""Does a client assertion prove the client, here, now, once? RFC 7523 section 3.

The audience is the issuer as one string (draft-ietf-oauth-rfc7523bis; FAPI 2.0 section 5.3.2.1):
an assertion made for another server's token endpoint must not work here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from identity.provider.domain.client import Client
from identity.provider.domain.errors import TokenRejectedError
from identity.provider.domain.jose import header_of, moment_of, text_of, verified_claims
from identity.provider.domain.keys import import_public

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = timedelta(minutes=5)
LEEWAY = timedelta(seconds=10)
LONGEST_JTI = 256
ALGORITHMS = ("ES256", "PS256", "RS256")


@dataclass(frozen=True, slots=True)
class Assertion:
    """A verified assertion; `jti` is spent by whoever uses it, and remembered until `forget_at`."""

    client_id: str
    jti: str
    forget_at: datetime


def key_for(client: Client, header: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the registered key that the header names; without `kid` the client has only one.

    Raises TokenRejectedError.
    """
    kid = header.get("kid")
    keys = [key for key in client.jwks if kid is None or key["kid"] == kid]
    if len(keys) != 1:
        raise TokenRejectedError("no registered key has this key id")
    return keys[0]


def verify(token: str, client: Client, *, issuer: str, now: datetime) -> Assertion:
    """Return the assertion after signature and claims are checked; raises TokenRejectedError."""
    key = key_for(client, header_of(token))
    claims = verified_claims(token, import_public(key), str(key["alg"]))
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise TokenRejectedError("iss and sub must be the client id")
    if claims.get("aud") != issuer:
        raise TokenRejectedError("aud must be the issuer as one string")
    jti = text_of(claims, "jti")
    if len(jti) > LONGEST_JTI:
        raise TokenRejectedError("jti is too long")
    return Assertion(client.client_id, jti, _times(claims, now))


def _times(claims: Mapping[str, Any], now: datetime) -> datetime:
    """Check exp, nbf and iat (RFC 7523 section 3, items 4 to 6); return when to forget the jti."""
    seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
    expires = moment_of(claims, "exp")
    if expires <= seconds - leeway:
        raise TokenRejectedError("the assertion has expired")
    if expires > seconds + LONGEST_LIFE.total_seconds() + leeway:
        raise TokenRejectedError("the assertion must expire within five minutes")
    for name in ("nbf", "iat"):
        if name in claims and moment_of(claims, name) > seconds + leeway:
            raise TokenRejectedError(f"{name} is in the future")
    return datetime.fromtimestamp(expires, UTC) + LEEWAY
