"""What is a rule of the scan? A pattern that finds places, and a judge that looks at each.

A pattern is plain enough to mean the same to `re` and to presidio's `regex`. It matches no NUL, so
texts joined by NUL are scanned as one; a judge never looks past one either.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol

Span = tuple[int, int, float]
"""Start, end (exclusive) in code points, score over 0 up to 1."""
Judge = Callable[[str, int, int], Span | None]
"""Looks at a match in its text; returns what is to be reported, or None if it is nothing."""

SURE: Final = 1.0
LIKELY: Final = 0.8
FAIR: Final = 0.6
DOUBTFUL: Final = 0.4
BORDER: Final = "\0"
"""Stands between texts that are scanned as one."""


class Finder(Protocol):
    """Whatever finds one kind of personal data in a folded text."""

    @property
    def kind(self) -> str:
        """The kind that is found."""

    def find(self, text: str) -> list[Span]:
        """Return spans in order that do not overlap."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A finder by pattern and judge."""

    kind: str
    pattern: str
    judge: Judge
    starts: str
    """A cheap pattern of one character (and what must follow) at which alone a match can begin.

    It opens with a character class, for which `re` has a fast search."""
    signs: str = ""
    """A text without any of these characters holds nothing; empty: always look."""

    def find(self, text: str) -> list[Span]:
        """See Finder.find."""
        if self.signs and not any(sign in text for sign in self.signs):
            return []
        return self.judged(text, self._places(text))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield what `finditer` of the pattern would, looking only where a match can begin."""
        match, end = _compiled(self.pattern).match, 0
        for start in _compiled(self.starts).finditer(text):
            place = start.start()
            if place >= end and (found := match(text, place)):
                end = found.end()
                yield place, end

    def judged(self, text: str, places: Iterable[tuple[int, int]]) -> list[Span]:
        """Return what the judge makes of the places; of spans that overlap the longest."""
        spans = [span for start, end in places if (span := self.judge(text, start, end))]
        return longest(spans)


def longest(spans: Iterable[Span]) -> list[Span]:
    """Return spans that do not overlap, in order; the longest, then surest, then first win."""
    kept: list[Span] = []
    for span in sorted(spans):
        while kept and span[0] < kept[-1][1] and _weight(span) > _weight(kept[-1]):
            kept.pop()
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def before(text: str, start: int, most: int) -> str:
    """Return at most so many characters before the place, none of another text."""
    window = text[max(0, start - most) : start]
    return window[window.rfind(BORDER) + 1 :]


def after(text: str, end: int, most: int) -> str:
    """Return at most so many characters from the place on, none of another text."""
    return text[end : end + most].partition(BORDER)[0]


def han_without(stops: str, *, also: str = "") -> str:
    """Return a character class of Han characters without the stops (and with what is added)."""
    low, ranges = 0x4E00, ""
    for code in [*sorted(map(ord, set(stops))), 0xA000]:
        ranges += f"{chr(low)}-{chr(code - 1)}" if code > low else ""
        low = code + 1
    return f"[{also}{ranges}]"


def _weight(span: Span) -> tuple[int, float, int]:
    return span[1] - span[0], span[2], -span[0]


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
