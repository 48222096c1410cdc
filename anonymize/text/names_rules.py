"""Which names does a rule find more surely than a model? Dots, Latin letters, spaces, repetition."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

from anonymize.text.names_lattice import surnames, words

Span: TypeAlias = tuple[int, int, float]
"""Start and end in code points, and how sure the finding is, 0 to 1."""
SURE, LIKELY = 0.95, 0.8

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_GAP: Final = re.compile(f"(?<=[{_HAN}])[ \u3000\u00a0\u2002\u2003\u200b]{{1,3}}(?=[{_HAN}])")
_HAN_RUN: Final = re.compile(f"[{_HAN}]+")
_SEX: Final = frozenset("男女")
_LONGEST: Final = 4
_DOTTED: Final = re.compile(f"[{_HAN}]{{2,12}}(?:[·•‧・∙⋅･][{_HAN}]{{2,12}})+")
_COMMON: Final = -10.0
"""Log probability from which a word is too common to be taken for a name by repetition alone."""


def squeeze(text: str) -> tuple[str, list[int]]:
    """Return the text without the spaces inside of "张 三", and where each character stood."""
    drop: set[int] = set()
    end = -1
    for gap in _GAP.finditer(text):
        left, right = gap.start(), gap.end()
        begins = left - 1 == end or not (left > 1 and _HAN_RUN.match(text[left - 2]))
        if not begins or text[right] in _SEX or (left - 1 != end and text[left - 1] not in surnames()):
            continue
        drop.update(range(left, right))
        end = right
    places = [place for place in range(len(text)) if place not in drop]
    return "".join(text[place] for place in places), places


def dotted(text: str) -> Iterator[Span]:
    """Yield runs of Han characters joined by dots: 阿依古丽·买买提."""
    for found in _DOTTED.finditer(text):
        yield found.start(), found.end(), LIKELY


@cache
def _latin() -> re.Pattern[str]:
    packed = resources.files("anonymize.data").joinpath("names_latin.txt").read_text("utf-8")
    lists = [line.split() for line in packed.splitlines() if not line.startswith("#")]
    english, chinese, syllables = ("|".join(sorted(some, key=len, reverse=True)) for some in lists)
    given = rf"(?:{syllables})(?:[-' ]?(?:{syllables}))?"
    return re.compile(
        rf"(?<![A-Za-z])(?:(?:(?:{english})(?: (?:{english}|{chinese}|[A-Z][a-z]+))?)"
        rf"|(?:{chinese}) (?-i:[A-Z])(?<=[A-Z])(?i:{given})"
        rf"|(?<=Mr )[A-Z][a-z]+|(?<=Ms )[A-Z][a-z]+|(?<=Miss )[A-Z][a-z]+|(?<=Mrs )[A-Z][a-z]+)"
        r"(?![A-Za-z])"
    )


def latin(text: str) -> Iterator[Span]:
    """Yield names in Latin letters: Emma, Tom Smith, Zhang Wei, the name after Mr or Ms."""
    for found in _latin().finditer(text):
        yield found.start(), found.end(), LIKELY


def repeated(text: str, spans: list[Span]) -> Iterator[Span]:
    """Yield further places of names that were found once, and of given names without surname."""
    known = words()
    names: dict[str, float] = {}
    for start, end, score in spans:
        name = text[start:end]
        if len(name) >= 2 and known.get(name, -99.0) < _COMMON:  # noqa: PLR2004  one is no name
            names[name] = max(score, names.get(name, 0))
            if len(name) == 3 and name[0] in surnames() and name[1:] not in known:  # noqa: PLR2004
                names.setdefault(name[1:], score)
    for name, score in names.items():
        place = text.find(name)
        while place >= 0:
            yield place, place + len(name), score
            place = text.find(name, place + 1)
