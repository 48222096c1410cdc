"""What are the bytes of a document, so that two programs hash the same?"""

import hashlib
from typing import Any

import rfc8785


def canonical_bytes(value: Any) -> bytes:  # noqa: ANN401  any JSON value
    """Return the RFC 8785 (JCS) bytes of a JSON value; raises on what JSON cannot hold."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:  # noqa: ANN401  any JSON value
    """Return `sha256:` and the hex SHA-256 of the value's canonical bytes."""
    return digest_bytes(canonical_bytes(value))


def digest_bytes(data: bytes) -> str:
    """Return `sha256:` and the hex SHA-256 of the bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
