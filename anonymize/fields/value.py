"""What becomes of one value under one treatment? The only code that transforms a value.

`record` and `run` both call it, so one pupil and a table of a million are treated alike.
"""

from collections.abc import Callable
from typing import Final

from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.fields.masks import MASKS
from anonymize.fields.numbers import pseudonym
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import InvalidError

Transform = Callable[[str], str | None]
"""Returns what may leave, or None: nothing of this value may."""

LEAST_KEY_BYTES: Final = 16


def transform(treatment: Treatment, key: bytes) -> Transform:
    """Return the function of a treatment. It never raises, whatever the text.

    A value that its treatment does not know (malformed, or not encodable as UTF-8) gives None; it
    is never passed through. Raises InvalidError if a pseudonym is asked under a key of fewer than
    16 bytes, for pseudonyms without a secret fall to a dictionary.
    """
    if treatment.kind is Kind.PSEUDONYM and len(key) < LEAST_KEY_BYTES:
        raise InvalidError(
            "假名密钥太短", rule="假名须带密钥", remedy=f"请提供至少 {LEAST_KEY_BYTES} 字节的密钥"
        )
    rule = _rule(treatment, key)
    return lambda value: rule(value) if is_text(value) else None


def is_missing(value: str | None) -> bool:
    """Tell whether there is no value at all: null, empty or blank."""
    return value is None or not value.strip()


def is_text(value: str) -> bool:
    """Tell whether the string can be written as UTF-8 (no lone surrogate)."""
    return value.isascii() or not any("\ud800" <= char <= "\udfff" for char in value)


def _rule(treatment: Treatment, key: bytes) -> Transform:
    if treatment.kind is Kind.MASK:
        return MASKS[treatment.style]
    if treatment.kind is Kind.GENERALIZE:
        hierarchy, level = HIERARCHIES[treatment.style], treatment.level
        return lambda value: hierarchy(value, level)
    if treatment.kind is Kind.PSEUDONYM:
        return lambda value: pseudonym(value, key)
    return _nothing if treatment.kind is Kind.DROP else _same


def _nothing(_value: str) -> None:
    return None


def _same(value: str) -> str:
    return value
