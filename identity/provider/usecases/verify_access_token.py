"""Who calls the record API? The gateway's check of an access token, by PyJWT.

A second implementation beside the one that the provider itself verifies with, on purpose.
"""

import jwt
from jwt.types import Options

from identity.provider.domain.client import RECORD_SCOPE
from identity.provider.domain.jose import LARGEST_TOKEN
from identity.provider.domain.keys import ProviderKeys
from identity.provider.usecases.services import ProviderServices
from kernel.errors import SignInRequiredError
from kernel.ids import AccountId, PersonId
from kernel.principal import Principal, Role

_CLAIMS = ["iss", "aud", "exp", "iat", "jti", "sub", "client_id", "scope"]
_OPTIONS: Options = {
    "require": _CLAIMS,
    "verify_exp": False,
    "verify_iat": False,
    "strict_aud": True,
}
"""Times are compared with the runtime's clock below, not with the machine's."""


async def verify_access_token(services: ProviderServices, token: str) -> Principal:
    """Return the client behind a client_credentials token (RFC 9068 section 4).

    Raises SignInRequiredError: unknown key, foreign issuer or audience, expired, client disabled.
    """
    try:
        claims = _claims(services, token, await services.cache.keys())
    except (jwt.PyJWTError, ValueError, KeyError, TypeError):
        raise _unusable() from None
    client = await services.cache.client(claims["client_id"])
    if client is None or not client.active or claims["sub"] != client.client_id:
        raise _unusable()
    return Principal(
        account_id=AccountId(client.client_id),
        person_id=PersonId(client.client_id),
        roles=frozenset({Role.CLIENT}),
        display_name=client.name,
        recipient_id=client.recipient_id,
        client_id=client.client_id,
        oauth_scopes=frozenset(claims["scope"].split()),
    )


def _claims(services: ProviderServices, token: str, keys: ProviderKeys) -> dict[str, str]:
    """Return the verified claims; raises ValueError or a PyJWT error."""
    if len(token) > LARGEST_TOKEN:
        raise ValueError("too large")
    header = jwt.get_unverified_header(token)
    if header.keys() != {"alg", "kid", "typ"} or header["typ"] != "at+jwt":
        raise ValueError("not an access token of ours")
    claims = jwt.decode(
        token, keys.verifier(header["kid"]), algorithms=["ES256"], options=_OPTIONS,
        audience=services.config.record_api, issuer=services.config.issuer,
    )  # fmt: skip
    if claims["exp"] <= services.runtime.clock().timestamp():
        raise ValueError("expired")
    if not all(isinstance(claims[name], str) for name in ("client_id", "scope", "sub")):
        raise ValueError("claims of a wrong kind")
    return claims


def _unusable() -> SignInRequiredError:
    return SignInRequiredError(
        "访问令牌无效或已过期",
        rule="RFC 6750 §3.1",
        remedy=f"请用 client_credentials 重新申请 scope 为 {RECORD_SCOPE} 的令牌",
    )
