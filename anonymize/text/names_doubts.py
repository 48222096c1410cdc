"""Which findings of the model are rather something else, and which neighbours did it overlook?"""

import re
from collections.abc import Iterator
from typing import Final

from anonymize.text.names_rules import HAN, ROLES, Span, nobody
from anonymize.text.names_words import kinds, surnames, words

_LEAST: Final = 0.3
"""The model's finding counts from this probability on: recall comes first."""
_LEAST_WORD: Final = ((-11.0, 0.6), (-12.5, 0.4), (-99.0, 0.3))
"""… if it is a word of the language: the more common (log probability), the surer it has to be."""
_LEAST_ALONE: Final = 0.4
"""… if it is one character: of 王老师 it is the 王."""
_PREPOSITIONS: Final = frozenset("向和由对跟给")
"""Surnames too, but 向老师请教 is no 向."""
_NEVER: Final = 2.0
_LEAST_PLACE: Final = 0.5
"""… if it is the name of a place with two characters; with three it never counts."""
_PHRASES: Final = frozenset("il")
"""Idioms and set phrases, as the list of words calls them."""
_OF_PLACE: Final = re.compile(
    "市|县|镇|乡|村(?!民)|街|省|籍|水库|湖(?!边)|路(?![上过遇边途])|中学|小学|大学|幼儿园|学校|公司|集团|站(?!长)|牌"
)
_BESIDE_SURNAME: Final = re.compile(f"(?:{ROLES}|[家某氏姓女男父母总董工导队局处”』」])")
_NAME_BEGINS: Final = re.compile(
    f"(?![高初][一二三]|[一二三四五六七八九]年)[{HAN}]{{2}}(?![0-9０-９(（班])"
)
"""Two characters of a name: neither 高二 nor 九年, and no number or bracket behind them."""
_LIST: Final = re.compile(f"[{HAN}·]{{2,5}}(?:、[{HAN}·]{{2,5}})+")
_ITEM_LENGTHS: Final = (2, 3)
_ENOUGH: Final = 3
_IN_LIST: Final = 0.6


def stands(text: str, span: Span) -> bool:
    """Tell whether what the model found can stand as a name where it is."""
    start, end, score = span
    name, place = text[start:end], _OF_PLACE.match(text, end)
    if end - start == 1:
        beside = _BESIDE_SURNAME.match(text, end) is not None
        word = text[start : end + 1] in words() or text[start : end + 1] in nobody()
        alone = name in surnames() and name not in _PREPOSITIONS
        return alone and beside and not word and score >= _LEAST_ALONE
    if place or name in nobody():
        return False
    return score >= _least(name)


def _least(name: str) -> float:
    kind, level = kinds().get(name), words().get(name)
    if len(name) > 2 and kind in {"P", *_PHRASES}:  # noqa: PLR2004
        return _NEVER
    if kind == "P":
        return _LEAST_PLACE
    if level is None:
        return _LEAST
    return next(least for common, least in _LEAST_WORD if level > common)


def _begins_place(text: str, start: int) -> bool:
    """Tell whether a place or a school stands here, as in 舒城二中 and 金安区."""
    short = any(kinds().get(text[start : start + size]) == "P" for size in (2, 3))
    return short or any(_OF_PLACE.match(text, start + size) for size in (2, 3))


def following(text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield the name that a surname begins right after a name and a comma: 施恩、施惠姐妹."""
    known = words()
    for _, end, _ in spans:
        start = end + 1
        if text[end:start] != "、" or text[start : start + 1] not in surnames():
            continue
        rest = text[start : start + 4]
        if not _NAME_BEGINS.match(text, start) or _begins_place(text, start):
            continue
        two = not {rest[1:3], rest[2:4]} & known.keys() or rest[2:3] in "、，。"
        yield start, min(start + (3 if two else 2), len(text)), _IN_LIST


def listed(text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield the items of a list a third of whose items are names: 商羽、芦笛、原野."""
    names = {(start, end) for start, end, _ in spans}
    starts, ends = {start for start, _ in names}, {end for _, end in names}
    for found in _LIST.finditer(text):
        items: list[tuple[int, int]] = []
        start = found.start()
        for item in found.group().split("、"):
            items.append((start, start + len(item)))
            start += len(item) + 1
        known = sum(item in names for item in items[1:-1])
        known += (items[0][1] in ends) + (items[-1][0] in starts)
        if _ENOUGH * known < len(items):
            continue
        for start, end in items:
            plain = text[start:end] in nobody() or kinds().get(text[start:end]) == "P"
            if end - start in _ITEM_LENGTHS and not plain:
                yield start, end, _IN_LIST
