"""What stays readable of a masked value? Chinese conventions, the unsafe ones refused.

A mask leaves personal data: it helps a person to recognize an own value, it does not hide it from
who holds a list of all values. Each docstring says how many candidates remain to whom knows what.
Every function returns None for a value that is not of its kind: the caller then drops it.
"""

import re
import unicodedata
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from anonymize.fields import numbers, regions
from anonymize.fields.words import COMPOUND_SURNAMES, PUBLIC_MAIL

STAR: Final = "*"
_MARKS: Final = frozenset("〇々")
"""Characters of Han names that are a number and a modifier to Unicode."""

_DOTS: Final = frozenset("·•‧・．.-'’")
_HEAD_AND_TAIL: Final = (1, 2)
_SHORTEST_DOCUMENT: Final = 7

_MAIL: Final = re.compile(r"([0-9a-z_][0-9a-z_.+\-]*)@([0-9a-z\-]+(?:\.[0-9a-z\-]+)+)")


def name(value: str) -> str | None:
    """Return the surname and a star a character: 张三 → 张*, 欧阳修 → 欧阳*, 张三丰 → 张**.

    Names with a dot, Latin names and long ones show the first character and two stars, for their
    shape and length would tell the ethnicity. One-character names are hidden wholly. In a class,
    as many candidates remain as bear the surname: a rare surname still names its bearer.
    """
    letters = _name_letters(value)
    if not letters:
        return None
    if len(letters) == 1:
        return STAR
    surname = letters[:2] if letters[:2] in COMPOUND_SURNAMES else letters[0]
    if not _is_han(letters) or _DOTS & set(value):
        return letters[0] + STAR * 2
    hidden = len(letters) - len(surname)
    if hidden == 0:
        return letters[0] + STAR
    return surname + STAR * hidden if hidden in (1, 2) else letters[0] + STAR * 2


def phone(value: str) -> str | None:
    """Return `1********12`: 1 head and 2 tail digits of a mainland mobile or fixed number.

    The customary 3+4 leaves 10^4 numbers and so, beside a class's list, nearly always one pupil.
    1+2 leaves 7·10^7 mobile numbers (13 to 19, 7 free digits); beside a list of 50 numbers the two
    tail digits still pick one with probability 0.61, so a mask is for recognition, not for hiding.
    """
    number = numbers.phone_number(value)
    return _head_and_tail(number) if number else None


def document_number(value: str) -> str | None:
    """Return `3***************1X`: 1 head and 2 tail characters of a document number.

    6+4 leaves some 33 citizen numbers to whom knows county and school year; 1+2 leaves some 3 300
    (365 days × 100 sequence numbers / 11 check characters). Numbers under 7 characters, of which
    too little would be hidden, become stars. 15-digit numbers are masked as their 18-digit form.
    """
    number = numbers.document_number(value)
    if number is None:
        return None
    if len(number) < _SHORTEST_DOCUMENT:
        return STAR * len(number)
    return _head_and_tail(number)


def student_number(value: str) -> str | None:
    """Return the mask of the 18 characters after the letter; a G number looks as its ID number.

    The letter is hidden, for L tells that a pupil is foreign, from 港澳台, or without 户口.
    """
    number = numbers.student_number(value)
    return _head_and_tail(number[1]) if number else None


def email(value: str) -> str | None:
    """Return `z***@qq.com`; the domain stays only if it is a public provider's, else `z***@***`.

    A school's or a family's own domain would name it.
    """
    match = _MAIL.fullmatch(numbers.tidy(value).lower())
    if match is None:
        return None
    local, domain = match.groups()
    return f"{local[0]}***@{domain if domain in PUBLIC_MAIL else STAR * 3}"


def address(value: str) -> str | None:
    """Return the address up to the county (a closed list of names) and four stars.

    No village, road or number passes. As many candidates remain as live in the county.
    """
    area = regions.generalize(value, "county")
    return None if area is None else area + STAR * 4


MASKS: Final = MappingProxyType[str, Callable[[str], str | None]](
    {
        "name": name,
        "phone": phone,
        "document_number": document_number,
        "student_number": student_number,
        "email": email,
        "address": address,
    }
)


def _head_and_tail(number: str) -> str:
    head, tail = _HEAD_AND_TAIL
    return number[:head] + STAR * (len(number) - head - tail) + number[-tail:]


def _name_letters(value: str) -> str:
    """Return the letters of a name, or nothing if there is anything else than a name in it."""
    letters = []
    for char in numbers.tidy(value):
        if _is_letter(char):
            letters.append(char)
        elif not (char in _DOTS or char.isspace() or unicodedata.category(char)[0] == "M"):
            return ""
    return "".join(letters)


def _is_letter(char: str) -> bool:
    # Rare characters may be newer than Python's Unicode tables (planes 2 and 3) or lie in the
    # private use area of older school software.
    return char.isalpha() or char in _MARKS or _is_rare(char)


def _is_rare(char: str) -> bool:
    return 0x20000 <= ord(char) <= 0x3FFFF or unicodedata.category(char) == "Co"  # noqa: PLR2004  planes 2 and 3


def _is_han(text: str) -> bool:
    return all(
        ord(char) >= 0x20000 or char in _MARKS or unicodedata.category(char) in ("Lo", "Co")  # noqa: PLR2004  plane 2
        for char in text
    )
