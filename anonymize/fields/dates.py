"""How are a pupil's dates moved so that their distances stay and the days do not?

Every date of one subject moves by one keyed number of days. Whoever knows the true day of a single
event of that pupil knows the shift and so all other days: dates that are known to others are
refused by the plan (`KNOWN_DATES`), and a column in which one day stands for many is refused by
`date_columns`. Days of the week leak too: of events that only fall on school days, some two dozen
leave one shift in seven. A shifted date is personal data (去标识化), nothing less.
"""

import hmac
from datetime import date, timedelta
from typing import Final

from anonymize.fields import numbers
from anonymize.fields.keys import derived

USE: Final = "date shift"
_BYTES: Final = 16


def shift_of(subject: str | None, days: int, key: bytes) -> int | None:
    """Return the days by which all dates of a subject move: -days to days, uniform, never 0.

    Depends on the canonical number of the subject, so a G number and its citizen number move alike.
    None if the subject is nobody.
    """
    number = None if subject is None else numbers.canonical(subject)
    if number is None:
        return None
    tag = hmac.digest(derived(key, USE), number.encode(), "sha256")
    # 128 bits modulo at most 732: no shift is likelier than another by more than 2^-118.
    place = int.from_bytes(tag[:_BYTES], "big") % (2 * days)
    return place - days if place < days else place - days + 1


def shifted(value: str, shift: int) -> str | None:
    """Return the day so many days later as YYYYMMDD, or None if the value is no day."""
    digits = numbers.day(value)
    if digits is None:
        return None
    moved = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) + timedelta(days=shift)
    return f"{moved:%Y%m%d}"
