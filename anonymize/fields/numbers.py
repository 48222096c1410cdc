"""When are two written numbers the same number, and how is one replaced by a keyed pseudonym?

GB 11643-1999 (citizen numbers), 学籍号 (G + citizen number; J and L + 18), mobile and fixed phones.
"""

import base64
import hmac
import re
import unicodedata
from datetime import date
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—−_.·()/]+")
_MOBILE: Final = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_LANDLINE: Final = re.compile(r"(?:\+?86|0086)?(0[1-9][0-9]{8,10})")
_CITIZEN: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_LEGACY: Final = re.compile(r"[1-9][0-9]{14}")
_PUPIL: Final = re.compile(r"([GJL])([1-9][0-9]{16}[0-9X])")
_DOCUMENT: Final = re.compile(r"(?=(?:[A-Z]*[0-9]){4})[0-9A-Z]{6,20}")
_DAY: Final = re.compile(r"((?:19|20)[0-9]{2})([-/.]?)([0-9]{2})\2([0-9]{2})")
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
"""Weights of the 17 digits, and the check character by the weighted sum modulo 11."""


def tidy(value: str) -> str:
    """Return the value in NFKC without invisible format characters and outer blanks."""
    folded = unicodedata.normalize("NFKC", value)
    return "".join(char for char in folded if unicodedata.category(char) != "Cf").strip()


def compact(value: str) -> str:
    """Return the tidied value in upper case without blanks, hyphens, dots and brackets."""
    return _SEPARATORS.sub("", tidy(value).upper())


def check_character(body: str) -> str:
    """Return the ISO 7064 MOD 11-2 check character of the 17 digits (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECKS[total % 11]


def is_citizen(number: str) -> bool:
    """Tell whether the characters are those of an 18-digit citizen number; says nothing of it."""
    return bool(_CITIZEN.fullmatch(number))


def is_date(text: str) -> bool:
    """Tell whether YYYYMMDD names a day of the calendar."""
    if not (len(text) == 8 and text.isascii() and text.isdigit()):  # noqa: PLR2004  YYYYMMDD
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def document_number(value: str) -> str | None:
    """Return a document number in one writing; 15-digit citizen numbers become 18-digit ones.

    Returns None for what no document number looks like (fewer than 4 digits, 6 to 20 characters).
    """
    number = compact(value)
    if _LEGACY.fullmatch(number) and is_date("19" + number[6:12]):
        body = number[:6] + "19" + number[6:]
        return body + check_character(body)
    return number if _DOCUMENT.fullmatch(number) else None


def student_number(value: str) -> tuple[str, str] | None:
    """Return the type letter (G, J or L) and the 18-character body, or None."""
    match = _PUPIL.fullmatch(compact(value))
    return (match[1], match[2]) if match else None


def day(value: str) -> str | None:
    """Return YYYYMMDD of a day of 1900 to 2099 however written, or None."""
    match = _DAY.fullmatch(tidy(value))
    digits = match[1] + match[3] + match[4] if match else ""
    return digits if is_date(digits) else None


def phone_number(value: str) -> str | None:
    """Return a mainland mobile or fixed number as digits only, without +86, or None."""
    number = compact(value)
    match = _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)
    return match[1] if match else None


def canonical(value: str) -> str | None:
    """Return the one writing of an identifying value, or None if it identifies nobody.

    A G number is the citizen number in it; J and L numbers keep their letter, for an L body may
    equal a stranger's citizen number.
    """
    if pupil := student_number(value):
        letter, body = pupil
        return body if letter == "G" else letter + body
    if number := phone_number(value) or document_number(value):
        return number
    text = tidy(value).casefold()
    return text if "@" in text and len(text) > len("a@b") and not re.search(r"\s", text) else None


def pseudonym(value: str, key: bytes) -> str | None:
    """Return 26 characters of lower-case base32: the first 130 bits of HMAC-SHA256 (RFC 2104).

    The same number under the same key has the same pseudonym; keys do not link. Without the key
    the some 10^9 plausible citizen numbers cannot be tried. None if the value identifies nobody.
    """
    number = canonical(value)
    if number is None:
        return None
    tag = hmac.digest(key, number.encode(), "sha256")
    return base64.b32encode(tag).decode().lower()[:26]
