"""How is a number replaced by one of the same format under a key? FF1 over the plausible numbers.

Telephone numbers stay telephone numbers: 1[3-9] and eleven digits, or 0 and the length of the fixed
one. So a ciphertext may be the number of a stranger, and nobody may dial it.

Citizen numbers must not become a stranger's citizen number. Each plausible one (known province, day
of 1900 to 2099, right check character) has a rank; the rank is encrypted as 15 digits, and the
result is `79`, these digits and a right check character. No province has or had 79, so whoever
knows the standard (GB 11643-1999, GB/T 2260) sees that it is no citizen's number, and programs that
test length, digits and check character take it. The numbers of pupils have ranks of their own after
those of citizens; a G number has its citizen number's, so both share one ciphertext, and the letter
(of which L tells that a pupil has no 户口) is always G.
"""

from collections.abc import Callable
from datetime import date
from types import MappingProxyType
from typing import Final

from anonymize.fields import numbers
from anonymize.fields.ff1 import FF1
from anonymize.fields.keys import derived

PROVINCES: Final = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37",
    "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
    "71", "81", "82", "83", "91", "92", "93", "94", "95", "96",
)  # fmt: skip
"""First two digits of citizen numbers; 9 and the place of application for permanent residents."""

FIRST_DAY: Final = date(1900, 1, 1).toordinal()
DAYS: Final = date(2099, 12, 31).toordinal() - FIRST_DAY + 1
AREAS: Final = 10_000
SEQUENCES: Final = 1_000
CITIZENS: Final = len(PROVINCES) * AREAS * DAYS * SEQUENCES
TAILS: Final = "0123456789X"
RANK_DIGITS: Final = 15
"""10^15 > 23 * CITIZENS: citizens, and J and L numbers with any of the eleven last characters."""

MARK: Final = "79"
MOBILE: Final = b"mobile"
FIXED: Final = b"fixed"
PHONE_USE: Final = "ff1 phone"
NUMBER_USE: Final = "ff1 number"

Rule = Callable[[str], str | None]


def phone(key: bytes) -> Rule:
    """Return the rule of telephone numbers: any writing in, bare digits out."""
    secret = derived(key, PHONE_USE)
    mobile, fixed = FF1(secret, 10, MOBILE), FF1(secret, 10, FIXED)

    def rule(value: str) -> str | None:
        number = numbers.phone_number(value)
        if number is None:
            return None
        if number[0] == "1":
            return "1" + _walk(mobile, number[1:], "3456789")
        return "0" + _walk(fixed, number[1:], "123456789")

    return rule


def document_number(key: bytes) -> Rule:
    """Return the rule of citizen numbers; passports and all else are dropped."""
    cipher = FF1(derived(key, NUMBER_USE))

    def rule(value: str) -> str | None:
        number = numbers.document_number(value)
        rank = None if number is None else _citizen_rank(number)
        return None if rank is None else _marked(cipher, rank)

    return rule


def student_number(key: bytes) -> Rule:
    """Return the rule of pupils' numbers: `G` and what their citizen number becomes."""
    cipher = FF1(derived(key, NUMBER_USE))

    def rule(value: str) -> str | None:
        parts = numbers.student_number(value)
        rank = None if parts is None else _pupil_rank(*parts)
        return None if rank is None else "G" + _marked(cipher, rank)

    return rule


RULES: Final = MappingProxyType[str, Callable[[bytes], Rule]](
    {"phone": phone, "document_number": document_number, "student_number": student_number}
)


def _walk(cipher: FF1, digits: str, first: str) -> str:
    """Encrypt until the first digit is allowed (cycle walking): a bijection of the allowed ones."""
    while True:
        digits = cipher.encrypt(digits)
        if digits[0] in first:
            return digits


def _pupil_rank(letter: str, body: str) -> int | None:
    if letter == "G":
        return _citizen_rank(body)
    rank = _body_rank(body)
    if rank is None:
        return None
    # The last character of J and L numbers is no check character: it is part of the number.
    section = CITIZENS * (1 if letter == "J" else 1 + len(TAILS))
    return section + rank * len(TAILS) + TAILS.index(body[17])


def _citizen_rank(number: str) -> int | None:
    rank = _body_rank(number)
    if rank is None or numbers.check_character(number[:17]) != number[17]:
        return None
    return rank


def _body_rank(number: str) -> int | None:
    """Return which of the plausible bodies this is, or None if it is none."""
    if not numbers.is_citizen(number) or number[:2] not in PROVINCES:
        return None
    if number[6:8] not in ("19", "20") or not numbers.is_date(number[6:14]):
        return None
    area = PROVINCES.index(number[:2]) * AREAS + int(number[2:6])
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    day = born.toordinal() - FIRST_DAY
    return (area * DAYS + day) * SEQUENCES + int(number[14:17])


def _marked(cipher: FF1, rank: int) -> str:
    body = MARK + f"{cipher.encrypt_number(rank, RANK_DIGITS):0{RANK_DIGITS}}"
    return body + numbers.check_character(body)
