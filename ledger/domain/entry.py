"""What may stand in the log? Identifiers, digests, counts, times and codes: nothing of a pupil.

Every value must have one of a few shapes, so that a name, a number or a free text cannot get in
by mistake. What a shape cannot tell (a digest of guessable bytes) is the caller's promise.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ledger.domain.tile import MOST_ENTRY_BYTES

NONCE_BYTES = 16
LABELS = frozenset({"去标识化", "匿名化"})
MOST_NUMBER = 10**10
"""A phone number has eleven digits."""
_PUPIL_PREFIXES = ("student_", "pupil_", "guardian_", "subject_")
_WHOLE = re.compile(
    r"[a-z][a-z_]{0,23}_[0-9a-f]{32}"  # an identifier of the house
    r"|(?:sha256:)?[0-9a-f]{64}"  # a digest or a keyed commitment
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z"
)
_CODE = re.compile(
    r"[0-9]{0,6}"  # an area code, a version, nothing
    r"|[A-Za-z][A-Za-z0-9]{0,19}(?:[_.:@/-][A-Za-z0-9]{1,20}){0,7}"  # words and short numbers
)
_LONG_NUMBER = re.compile(r"[0-9]{7}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class EntryError(ValueError):
    """An entry holds what the log may not hold, or is too long."""


def entry_id(nonce: bytes) -> str:
    """Return the identifier of the entry with this random nonce; raises EntryError."""
    if len(nonce) != NONCE_BYTES:
        raise EntryError("an entry's nonce is 16 random bytes")
    return f"entry_{nonce.hex()}"


def complete(body: Mapping[str, Any], *, at: datetime, nonce: bytes) -> dict[str, Any]:
    """Return the body with its time and nonce, once each value has been looked at.

    Raises EntryError if a value has none of the shapes, or `type` is missing.
    """
    if not isinstance(body.get("type"), str) or {"at", "nonce"} & body.keys():
        raise EntryError("an entry names its type, and leaves `at` and `nonce` to the log")
    _check(body, "entry")
    moment = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {**body, "at": moment, "nonce": nonce.hex()}


def check_length(entry: bytes) -> None:
    """Raise EntryError if an entry does not fit a bundle (https://c2sp.org/tlog-tiles)."""
    if len(entry) > MOST_ENTRY_BYTES:
        raise EntryError(f"an entry has at most {MOST_ENTRY_BYTES} bytes, this one {len(entry)}")


def _check(value: Any, place: str) -> None:  # noqa: ANN401  any JSON value
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise EntryError(f"{place}: a key is a short lower-case word")
            _check(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _check(item, f"{place}[{number}]")
    elif not (value is None or (isinstance(value, int) and abs(value) < MOST_NUMBER)):
        raise EntryError(f"{place}: neither a count nor a text")


def _check_text(text: str, place: str) -> None:
    # The text itself is not repeated: what was refused may be a pupil's.
    if text in LABELS:
        return
    if text.startswith(_PUPIL_PREFIXES):
        raise EntryError(f"{place}: nothing that names a pupil has a place in the log")
    if _WHOLE.fullmatch(text):
        return
    if not _CODE.fullmatch(text) or _LONG_NUMBER.search(text):
        raise EntryError(f"{place}: not an identifier, digest, time or code")
