"""Which client speaks through an `Authorization: Basic` header? RFC 6749 section 2.3.1."""

import hashlib
import hmac
from base64 import b64decode
from urllib.parse import unquote_plus

from identity.provider.domain.client import Client
from identity.provider.domain.errors import OAuthError

LONGEST = 1024
_NOBODY = bytes(32)


def credentials(header: str) -> tuple[str, str]:
    """Return client id and secret; raises OAuthError `invalid_client` if they cannot be read."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > LONGEST:
        raise OAuthError("invalid_client", "Authorization must be HTTP Basic")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode("ascii")
        client_id, colon, secret = decoded.partition(":")
        pair = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except ValueError:
        raise OAuthError("invalid_client", "the Basic credentials are not well formed") from None
    if not colon or not all(pair):
        raise OAuthError("invalid_client", "the Basic credentials are not well formed")
    return pair


def hash_secret(secret: str) -> bytes:
    """Return what is stored of a client secret. It has 256 random bits, so SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


def secret_fits(client: Client | None, secret: str) -> bool:
    """Compare in constant time; an unknown client costs the same as a wrong secret."""
    stored = client.secret_hash if client is not None else None
    return hmac.compare_digest(hash_secret(secret), stored or _NOBODY) and stored is not None
