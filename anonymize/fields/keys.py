"""How do one recipient's pseudonyms, ciphers and shifts come from one key without meeting?"""

import hmac
from typing import Final

_PREFIX: Final = b"\0xueyin anonymize "
"""Begins with a byte that no canonical value begins with: no pseudonym is ever a derived key."""


def derived(key: bytes, use: str) -> bytes:
    """Return the 32 bytes of a use: one block of HKDF-Expand with SHA-256 (RFC 5869, 2.3).

    `key` is the secret of one recipient and approval, 16 bytes or more and uniformly random, so
    the extract step falls away. Keys of two uses tell nothing of each other.
    """
    return hmac.digest(key, _PREFIX + use.encode() + b"\x01", "sha256")
