"""Is an access token one of ours, for this audience, still good? RFC 9068 section 4."""

from dataclasses import dataclass

from identity.provider.domain.errors import TokenRejectedError
from identity.provider.domain.jose import header_of, moment_of, text_of, verified_claims
from identity.provider.domain.keys import ProviderKeys


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The facts of a verified access token; `expires` in seconds since 1970."""

    subject: str
    client_id: str
    oauth_scopes: frozenset[str]
    family_id: str
    expires: float


def verify(
    token: str, keys: ProviderKeys, *, issuer: str, audience: str, now: float
) -> AccessToken:
    """Return the token's facts; raises TokenRejectedError. No leeway: the clock is our own."""
    header = header_of(token)
    if header.get("typ") != "at+jwt":
        raise TokenRejectedError("not an access token")
    key, algorithm = keys.public(header.get("kid"))
    claims = verified_claims(token, key, algorithm)
    if claims.get("iss") != issuer or claims.get("aud") != audience:
        raise TokenRejectedError("issued by or for somebody else")
    expires = moment_of(claims, "exp")
    if expires <= now:
        raise TokenRejectedError("the token has expired")
    return AccessToken(
        subject=text_of(claims, "sub"),
        client_id=text_of(claims, "client_id"),
        oauth_scopes=frozenset(text_of(claims, "scope").split()),
        family_id=str(claims.get("family", "")),
        expires=expires,
    )
