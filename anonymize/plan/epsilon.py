"""How is ε written and added up exactly? In billionths, as whole numbers.

Fractions of two would drift: ten times 0.1 must be 1, for a budget is refused at its very end.
"""

from decimal import Decimal, InvalidOperation
from typing import Final

from kernel.errors import InvalidError

NANO: Final = 1_000_000_000
LARGEST: Final = 10 * NANO
"""More than ε = 10 promises nothing: one answer may then be 22 026 times likelier by one pupil."""

Written = str | int | float | Decimal
"""ε as people write it: a decimal number or its text."""


def nano_epsilon(value: object, place: str = "epsilon", *, most: int = LARGEST) -> int:
    """Return ε in billionths.

    A float counts as the shortest decimal that reads as it, so 0.1 is a tenth. Raises InvalidError
    if it is no number, not above 0, above `most`, or finer than a billionth.
    """
    try:
        exact = _decimal(value) * NANO
    except (InvalidOperation, TypeError, ValueError):
        raise _invalid("ε 必须是十进制数", place, "请填写例如 0.5") from None
    if not exact.is_finite() or not 0 < exact <= most:
        raise _invalid(f"ε 必须大于 0、不超过 {in_words(most)}", place, "请按政策填写 ε")
    if exact != exact.to_integral_value():
        raise _invalid("ε 最多九位小数", place, "请减少小数位")
    return int(exact)


def as_number(nano: int) -> float:
    """Return ε as the JSON number of a document; `nano_epsilon` reads the same ε from it."""
    return nano / NANO


def in_words(nano: int) -> str:
    """Return ε as its shortest decimal text, such as `0.5` or `3`."""
    text = f"{nano // NANO}.{nano % NANO:09}"
    return text.rstrip("0").rstrip(".")


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise TypeError(value)
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _invalid(message: str, place: str, remedy: str) -> InvalidError:
    return InvalidError(message, field=place, rule="差分隐私预算", remedy=remedy)
