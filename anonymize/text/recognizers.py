"""What do Chinese identifying numbers look like in a text? Recognizers for presidio. Heavy.

Digits may be spaced, hyphened or broken by invisible characters. Chinese has no word boundaries,
so a number ends where no further digit follows. Sources: GB 11643-1999, GA 36-2018 (plates),
ISO/IEC 7812-1 (Luhn), 学籍号 rules (G, J, L + 18).
"""

import re
from typing import Any, Final

import spacy
from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.nlp_engine import SlimSpacyNlpEngine
from typing_extensions import override

from anonymize.fields.numbers import check_character, is_date
from anonymize.fields.words import PLATE_PROVINCES

_GAP: Final = r"[\s\-‐-―_.·\u00ad\u200b-\u200f\u2060\ufeff]{0,2}"
_NOT_AFTER_DIGIT: Final = r"(?<![0-9])"
_NOT_BEFORE_DIGIT: Final = r"(?![0-9])"
_GAPS: Final = re.compile(_GAP.removesuffix("{0,2}") + "+")

_CENTURIES: Final = ("19", "20")
_LEGACY_LENGTH: Final = 15
_SURE, _LIKELY, _DOUBTFUL = 1.0, 0.8, 0.4


def _spaced(*parts: str) -> str:
    """Return the pattern of one character after another with gaps allowed between."""
    return _GAP.join(parts)


_BODY: Final = _spaced("[1-9]", *["[0-9]"] * 16, "[0-9Xx]")


class _Number(PatternRecognizer):
    """A recognizer whose score is decided by `judge` on the text found without gaps."""

    def __init__(self, kind: str, pattern: str) -> None:
        super().__init__(
            supported_entity=kind,
            supported_language="zh",
            patterns=[Pattern(kind.lower(), pattern, _DOUBTFUL)],
            global_regex_flags=re.DOTALL,
        )

    @override
    def analyze(self, text: str, entities: Any, *args: Any, **kwargs: Any) -> list[Any]:
        found: list[Any] = super().analyze(text, entities, *args, **kwargs)
        for result in found:
            result.score = self.judge(_GAPS.sub("", text[result.start : result.end]).upper())
        return [result for result in found if result.score > 0]

    def judge(self, number: str) -> float:  # noqa: ARG002  those with checks look at it
        """Return the score of the number: 0 means that it is none."""
        return _LIKELY


class _IdNumber(_Number):
    @override
    def judge(self, number: str) -> float:
        if len(number) == _LEGACY_LENGTH:
            return _LIKELY if is_date("19" + number[6:12]) else 0
        return judge_body(number)


class _StudentNumber(_Number):
    @override
    def judge(self, number: str) -> float:
        return max(judge_body(number[1:]), _LIKELY)


class _BankCard(_Number):
    @override
    def judge(self, number: str) -> float:
        digits = [int(digit) for digit in reversed(number)]
        doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]  # noqa: PLR2004  Luhn
        return _LIKELY if (sum(digits[::2]) + sum(doubled)) % 10 == 0 else 0


def judge_body(number: str) -> float:
    """Return 1 for a citizen number with the right check character, 0.4 for one with a wrong one,
    0 for 18 characters that hold no date of birth.
    """  # noqa: D205  one enumeration
    if number[6:8] not in _CENTURIES or not is_date(number[6:14]):
        return 0
    return _SURE if check_character(number[:17]) == number[17] else _DOUBTFUL


def all_recognizers() -> list[PatternRecognizer]:
    """Return our recognizers; presidio's own, which know no Chinese number, stay out."""
    legacy = _spaced("[1-9]", *["[0-9]"] * 14)
    mobile = _spaced("1", "[3-9]", *["[0-9]"] * 9)
    landline = r"0[1-9][0-9]{1,2}[\s\-()]{1,2}[2-9][0-9]{6,7}"
    card = _spaced("[3-9]", *["[0-9]"] * 14) + f"(?:{_GAP}[0-9]){{1,4}}"
    plate = (
        rf"[{PLATE_PROVINCES}][A-HJ-Za-hj-z][\s·•\-.]?"
        r"(?=[A-Za-z]{0,5}[0-9])[A-HJ-NP-Za-hj-np-z0-9]{5,6}"
    )
    mail = (
        r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9_%+][A-Za-z0-9._%+\-]*"
        r"\s?@\s?[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"
    )
    return [
        _IdNumber("ID_NUMBER", f"{_NOT_AFTER_DIGIT}(?:{_BODY}|{legacy}){_NOT_BEFORE_DIGIT}"),
        _StudentNumber("STUDENT_NUMBER", f"(?<![A-Za-z])[GJLgjl]{_GAP}{_BODY}{_NOT_BEFORE_DIGIT}"),
        _Number(
            "PHONE",
            rf"{_NOT_AFTER_DIGIT}(?:(?:\+|00)?86{_GAP}|0)?{mobile}{_NOT_BEFORE_DIGIT}"
            rf"|{_NOT_AFTER_DIGIT}{landline}{_NOT_BEFORE_DIGIT}",
        ),
        _BankCard("BANK_CARD", f"{_NOT_AFTER_DIGIT}{card}{_NOT_BEFORE_DIGIT}"),
        _Number("PLATE", f"{plate}(?![A-Za-z0-9])"),
        _Number("EMAIL", mail),
    ]


class _BlankChinese(SlimSpacyNlpEngine):
    """spaCy's blank Chinese tokenizer. Asked for `zh` the parent would download a model instead."""

    def __init__(self) -> None:
        super().__init__(models=[], auto_download=False, generic_tokenizer="blank")
        self.models = []

    @override
    def load(self) -> None:
        self.nlp = {"zh": spacy.blank("zh")}  # type: ignore[assignment] # presidio says None


def blank_engine() -> SlimSpacyNlpEngine:
    """Return the engine without any model."""
    engine = _BlankChinese()
    engine.load()
    return engine
