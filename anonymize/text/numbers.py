"""What do Chinese identifying numbers look like in a text?

Digits may be spaced, hyphened or broken by invisible characters. Chinese has no word boundaries,
so a number ends where no further digit follows. Sources: GB 11643-1999, GA 36-2018 (plates),
ISO/IEC 7812-1 (Luhn), 学籍号 rules (G, J, L + 18).
"""

import re
from typing import Final

from anonymize.fields.numbers import check_character, is_date
from anonymize.fields.words import PLATE_PROVINCES
from anonymize.text.folding import BLANK, GAP_CLASS
from anonymize.text.rule import DOUBTFUL, FAIR, LIKELY, SURE, Rule, Span, before

GAP: Final = f"[{GAP_CLASS}]{{0,2}}"
GAPS: Final = re.compile(f"[{GAP_CLASS}]+")
NOT_AFTER_DIGIT: Final = r"(?<![0-9])"
NOT_BEFORE_DIGIT: Final = r"(?![0-9])"

_CENTURIES: Final = ("19", "20")
_LEGACY_LENGTH: Final = 15
_LOCAL_LENGTHS: Final = (7, 8)
_NUMBERED: Final = re.compile("(?:学籍|学号|考号|考生号|准考证|学籍辅号)[^0-9A-Za-z\0]{0,6}$")
_CARD: Final = re.compile("(?:卡号|银行|账号|帐号|账户|信用社|一卡通)[^0-9\0]{0,10}$")
_CALLED: Final = re.compile(
    "(?:电话|座机|固话|联系方式|手机|号码|致电|拨打|拨|打|tel|TEL|Tel)[^0-9\0]{0,6}$"
)


def spaced(*parts: str) -> str:
    """Return the pattern of one character after another with gaps allowed between."""
    return GAP.join(parts)


def plain(text: str) -> str:
    """Return a number without its gaps, in capitals."""
    return GAPS.sub("", text).upper()


BODY: Final = spaced("[1-9]", *["[0-9]"] * 16, "[0-9Xx]")


def judge_body(number: str) -> float:
    """Return 1 for a citizen number with the right check character, 0.4 for one with a wrong one,
    0 for 18 characters that hold no date of birth.
    """  # noqa: D205  one enumeration
    if number[6:8] not in _CENTURIES or not is_date(number[6:14]):
        return 0
    return SURE if check_character(number[:17]) == number[17] else DOUBTFUL


def _id_number(text: str, start: int, end: int) -> Span | None:
    number = plain(text[start:end])
    if len(number) == _LEGACY_LENGTH:
        return (start, end, LIKELY) if is_date("19" + number[6:12]) else None
    score = judge_body(number)
    return (start, end, score) if score else None


def _student_number(text: str, start: int, end: int) -> Span | None:
    number = plain(text[start:end])
    if number[0] in "GJL" and len(number) == len("G") + 18:
        return start, end, max(judge_body(number[1:]), LIKELY)
    digits = sum(char.isdigit() for char in number)
    if digits < len(number) // 2 or not _NUMBERED.search(before(text, start, 12)):
        return None
    return start, end, FAIR


def _phone(text: str, start: int, end: int) -> Span | None:
    if len(plain(text[start:end])) in _LOCAL_LENGTHS or text[start:end].isdigit():
        return _bare_phone(text, start, end)
    return start, end, LIKELY


def _bare_phone(text: str, start: int, end: int) -> Span | None:
    """Judge digits in one piece: a mobile number speaks for itself, others need a word before."""
    mobile = re.fullmatch("(?:0?86|0086|0)?1[3-9][0-9]{9}", text[start:end])
    if mobile:
        return start, end, LIKELY
    return (start, end, FAIR) if _CALLED.search(before(text, start, 10)) else None


def _bank_card(text: str, start: int, end: int) -> Span | None:
    digits = [int(digit) for digit in reversed(plain(text[start:end]))]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004  Luhn
    if (sum(digits[::2]) + sum(doubled)) % 10 == 0:
        return start, end, LIKELY
    return (start, end, DOUBTFUL) if _CARD.search(before(text, start, 14)) else None


def _plate(_text: str, start: int, end: int) -> Span:
    return start, end, LIKELY


_MOBILE: Final = spaced("1", "[3-9]", *["[0-9]"] * 9)
_LANDLINE: Final = (
    rf"\(?0[1-9][0-9]{{1,2}}[{BLANK}\-()]{{0,2}}[2-9][0-9]{{2,3}}[{BLANK}\-]?[0-9]{{4}}"
)
_EXTENSION: Final = f"(?:[{BLANK}]?(?:转|\\-)[{BLANK}]?[0-9]{{1,4}})?"
_LOCAL: Final = f"[2-9][0-9]{{2,3}}[{BLANK}\\-]?[0-9]{{4}}"
_CARD_BODY: Final = spaced("[3-9]", *["[0-9]"] * 14) + f"(?:{GAP}[0-9]){{1,4}}"
_LEGACY: Final = spaced("[1-9]", *["[0-9]"] * 14)
_PLATE: Final = (
    rf"[{PLATE_PROVINCES}][A-HJ-Za-hj-z][{BLANK}·•\-.]?"
    r"(?:(?=[A-Za-z]{0,5}[0-9])[A-HJ-NP-Za-hj-np-z0-9]{5,6}(?![A-Za-z0-9])"
    r"|[A-HJ-NP-Za-hj-np-z0-9]{4}[学警挂领港澳](?![A-Za-z0-9]))"
)

RULES: Final = (
    Rule(
        "ID_NUMBER",
        f"{NOT_AFTER_DIGIT}(?:{BODY}|{_LEGACY}){NOT_BEFORE_DIGIT}",
        _id_number,
        f"[1-9](?=[0-9{GAP_CLASS}]{{14}})",
    ),
    Rule(
        "STUDENT_NUMBER",
        f"(?<![A-Za-z])[GJLgjl]{GAP}{BODY}{NOT_BEFORE_DIGIT}"
        "|(?<![0-9A-Za-z])[0-9A-Za-z]{6,22}(?![0-9A-Za-z])",
        _student_number,
        f"[0-9A-Za-z](?=[0-9A-Za-z{GAP_CLASS}]{{5}})",
    ),
    Rule(
        "PHONE",
        rf"{NOT_AFTER_DIGIT}(?:(?:\+|00)?86{GAP}|0)?{_MOBILE}{NOT_BEFORE_DIGIT}"
        rf"|{NOT_AFTER_DIGIT}{_LANDLINE}{NOT_BEFORE_DIGIT}{_EXTENSION}{NOT_BEFORE_DIGIT}"
        rf"|{NOT_AFTER_DIGIT}{_LOCAL}{NOT_BEFORE_DIGIT}",
        _phone,
        f"[0-9+(](?=[0-9{GAP_CLASS}()]{{6}})",
    ),
    Rule(
        "BANK_CARD",
        f"{NOT_AFTER_DIGIT}{_CARD_BODY}{NOT_BEFORE_DIGIT}",
        _bank_card,
        f"[3-9](?=[0-9{GAP_CLASS}]{{14}})",
    ),
    Rule("PLATE", _PLATE, _plate, f"[{PLATE_PROVINCES}](?=[A-Za-z])"),
)
