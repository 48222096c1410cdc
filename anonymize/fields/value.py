"""What becomes of one value under one treatment? The only code that transforms a value.

`record` and `run` both call it, so one pupil and a table of a million are treated alike.
"""

from collections.abc import Callable
from typing import Final

from anonymize.fields import preserving
from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.masks import MASKS
from anonymize.fields.numbers import pseudonym
from anonymize.plan.hierarchy import OwnHierarchy
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError

Transform = Callable[[str], str | None]
"""Returns what may leave, or None: nothing of this value may."""

LEAST_KEY_BYTES: Final = 16
KEYED: Final = frozenset({Kind.PSEUDONYM, Kind.FORMAT_PRESERVING, Kind.DATE})


def transform(treatment: Treatment, key: bytes, *, own: OwnHierarchy | None = None) -> Transform:
    """Return the function of a treatment. It never raises, whatever the text.

    A value that its treatment does not know (malformed, outside its hierarchy, or not encodable as
    UTF-8) gives None; it is never passed through. `own` is the column's own hierarchy; without it
    its forms give None. So do dates, which need their subject (`dates`), and texts, which only the
    child process can scan. Raises InvalidError if a keyed form is asked under a key of fewer than
    16 bytes, for without a secret it falls to a dictionary.
    """
    require_key(treatment, key)
    rule = _rule(treatment, key, own)
    return lambda value: rule(value) if is_text(value) else None


def require_key(treatment: Treatment, key: bytes) -> None:
    """Raise InvalidError if the treatment is keyed and the key has fewer than 16 bytes."""
    if treatment.kind in KEYED and len(key) < LEAST_KEY_BYTES:
        raise InvalidError(
            "假名密钥太短", rule="假名须带密钥", remedy=f"请提供至少 {LEAST_KEY_BYTES} 字节的密钥"
        )


def is_missing(value: str | None) -> bool:
    """Tell whether there is no value at all: null, empty or blank."""
    return value is None or not value.strip()


def is_text(value: str) -> bool:
    """Tell whether the string can be written as UTF-8 (no lone surrogate)."""
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


def _rule(treatment: Treatment, key: bytes, own: OwnHierarchy | None) -> Transform:
    match treatment.kind:
        case Kind.GENERALIZE:
            return _generalize(treatment, own)
        case Kind.KEEP:
            return _same if own is None else own.generalize
        case Kind.MASK:
            return MASKS[treatment.style]
        case Kind.PSEUDONYM:
            return lambda value: pseudonym(value, key)
        case Kind.FORMAT_PRESERVING:
            return preserving.RULES[treatment.style](key)
        case _:
            return _nothing


def _generalize(treatment: Treatment, own: OwnHierarchy | None) -> Transform:
    level = treatment.level
    if not treatment.own:
        hierarchy = HIERARCHIES[treatment.style]
        return lambda value: hierarchy(value, level)
    return _nothing if own is None else lambda value: own.generalize(value, level)


def _nothing(_value: str) -> None:
    return None


def _same(value: str) -> str:
    return value
