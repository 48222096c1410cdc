"""Which base64 do we accept? One spelling of each value, so that no flipped bit goes unseen."""

import base64
import binascii


def encode(data: bytes) -> str:
    """Return standard padded base64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes:
    """Return the bytes; raises ValueError on any spelling that `encode` would not have written.

    Python's own decoder forgives unused trailing bits (RFC 4648 section 3.5); this one does not.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("不是标准的 base64") from error
    if encode(data) != text:
        raise ValueError("base64 写法不规范")
    return data
