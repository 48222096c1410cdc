"""Which numbers of travel documents stand in a text? They are weak alone and need a word beside.

Passports (E, EA to EZ, G, D, S, P, DE, SE, PE), 往来港澳通行证 (C, W), 往来台湾通行证 (L, T),
港澳居民来往内地通行证 (H, M), 台湾居民来往大陆通行证 (8 or 10 digits), 外国人永久居留身份证 (three
letters and 12 digits; since 2023 18 digits from 9 on), and passports of other countries.
"""

import re
from typing import Final

from anonymize.text.folding import GAP_CLASS
from anonymize.text.numbers import GAP, NOT_BEFORE_DIGIT, plain
from anonymize.text.rule import FAIR, LIKELY, Rule, Span, after, before

_WORDS: Final = (
    "护照|通行证|回乡证|台胞证|返乡证|永久居留|永居|居留证|居住证|旅行证|证件|(?<!考)证号|签证"
    "|[Pp]assport|PASSPORT"
)
_BEFORE: Final = re.compile(rf"(?:{_WORDS})[^0-9\0]{{0,12}}$")
_AFTER: Final = re.compile(
    rf"^[^0-9A-Za-z\0]{{0,3}}(?:是|为|的)?[^0-9A-Za-z\0]{{0,6}}?(?:{_WORDS})"
)
_OURS: Final = re.compile(
    r"E[0-9]{8}|E[A-Z][0-9]{7}|G[0-9]{8}|[DSP][0-9]{7,8}|[DSP]E[0-9]{7}|1[45][0-9]{7}"
    r"|C[0-9]{8}|C[A-Z][0-9]{7}|W[0-9]{8}|[LT][0-9]{8}|[HM][0-9]{8}(?:[0-9]{2})?"
    r"|[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"
)
_DIGITS: Final = 6


def _document(text: str, start: int, end: int) -> Span | None:
    number = plain(text[start:end])
    if sum(char.isdigit() for char in number) < _DIGITS:
        return None
    if not (_BEFORE.search(before(text, start, 22)) or _AFTER.search(after(text, end, 14))):
        return None
    return start, end, LIKELY if _OURS.fullmatch(number) else FAIR


RULES: Final = (
    Rule(
        "PASSPORT",
        rf"(?<![A-Za-z0-9])(?:[A-Za-z]{{1,3}}{GAP})?[0-9](?:{GAP}[0-9]){{5,17}}[A-Za-z]?"
        rf"(?![A-Za-z])(?<!\.){NOT_BEFORE_DIGIT}",
        _document,
        f"[0-9A-Za-z](?=[0-9A-Za-z{GAP_CLASS}]{{5}})",
    ),
)
