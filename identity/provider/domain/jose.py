"""Is an untrusted JWT genuine? Size first, then header, then one key with its one algorithm.

The header is read only to choose among our own or the client's registered keys; a key, an
address of a key, or an extension inside it is refused (RFC 8725 sections 3.1, 3.4, 3.10).
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from identity.provider.domain.errors import TokenRejectedError

LARGEST_TOKEN = 16 * 1024
LARGEST_HEADER = 512
LONGEST_KID = 128
ALLOWED_HEADER = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})

PublicKey = ECKey | RSAKey | OKPKey


def header_of(token: str) -> dict[str, Any]:
    """Return the unverified header of a compact JWS; raises TokenRejectedError if it is odd."""
    if len(token) > LARGEST_TOKEN or not token.isascii() or token.count(".") != 2:  # noqa: PLR2004
        raise TokenRejectedError("not a compact JWS of allowed size")
    encoded = token.partition(".")[0]
    if len(encoded) > LARGEST_HEADER:
        raise TokenRejectedError("the header is too large")
    try:
        header = orjson.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError:
        raise TokenRejectedError("the header is not JSON") from None
    if not isinstance(header, dict) or not header.keys() <= ALLOWED_HEADER:
        raise TokenRejectedError("the header has a member that is not allowed")
    kid = header.get("kid", "")
    if not isinstance(kid, str) or len(kid) > LONGEST_KID:
        raise TokenRejectedError("the key id is not a short text")
    return header


def verified_claims(token: str, key: PublicKey, algorithm: str) -> dict[str, Any]:
    """Return the claims after the signature is checked with the key's one algorithm.

    Claims are not judged here. Raises TokenRejectedError.
    """
    if header_of(token).get("alg") != algorithm:
        raise TokenRejectedError("the algorithm is not the key's")
    try:
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        raise TokenRejectedError("the signature does not verify") from None


def moment_of(claims: Mapping[str, Any], name: str) -> float:
    """Return a NumericDate claim; raises TokenRejectedError if it is absent or no number."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise TokenRejectedError(f"{name} is not a time")
    return value


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Return a text claim; raises TokenRejectedError if it is absent, empty or no text."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise TokenRejectedError(f"{name} is not a text")
    return value
