"""ID numbers that keep GB 11643 and belong to nobody."""

from datetime import date, timedelta

NOBODY = "99"
"""Last two digits of the address code: GB/T 2260 has assigned none of our cities a county 99, so
a number with it is recognized as invented, yet its shape, date and check character are right."""


def check_character(digits: str) -> str:
    """Return the ISO 7064 MOD 11-2 check character by the recursive method of the standard."""
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    value = (12 - remainder) % 11
    return "X" if value == 10 else str(value)  # noqa: PLR2004  the standard writes 10 as X


class NumberBook:
    """Gives every person another number. Bounded by 499 men and 499 women a birthday."""

    def __init__(self, city: str) -> None:
        self._address = city + NOBODY
        self._given: dict[tuple[str, bool], int] = {}

    def number(self, born: str, *, male: bool) -> str:
        """Return a new number for a YYYYMMDD birth date; raises ValueError when all are given."""
        nth = self._given.get((born, male), 0)
        self._given[born, male] = nth + 1
        sequence = 2 * nth + (1 if male else 2)
        if sequence > 999:  # noqa: PLR2004  three digits
            raise ValueError(f"no synthetic number left for {born}: make a smaller county")
        digits = f"{self._address}{born}{sequence:03}"
        return digits + check_character(digits)


def day(start: date, offset: int) -> str:
    """Return the YYYYMMDD of the day that many days after the start."""
    return (start + timedelta(days=offset)).strftime("%Y%m%d")
