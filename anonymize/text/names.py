"""Where do people's names stand in a Chinese text? A small network and a few rules. Heavy.

`docs/names.md` says what the network was trained on and how well it does. Nothing is fetched; the
first call loads it.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from typing import Final

from anonymize.text.names_doubts import following, listed, stands
from anonymize.text.names_net import MARKS, Chances, chances, windows
from anonymize.text.names_rules import HAN, Span, repeated, ruled, squeeze, trim

_HAN: Final = re.compile(f"[{HAN}]")
_LEAST: Final = 0.3
"""A character is taken for part of a name from this probability on: recall comes first."""


def find(text: str) -> list[Span]:
    """Return the names of people as start, end (exclusive) in code points, and score 0 to 1.

    Findings lie apart and in order. A role is no part of a name: of 王老师 only 王 is found, of
    小明 and 阿强 both characters, of 张某 both.
    """
    plain, places = squeeze(text)
    read = {piece: list(_modelled(piece)) for piece in {piece for _, piece in windows(plain)}}
    found = [
        (start + first, start + last, score)
        for start, piece in windows(plain)
        for first, last, score in read[piece]
    ]
    found = _apart([*ruled(plain), *(span for span in found if stands(plain, span))])
    found = _joined(found, listed(plain, found))
    found = _joined(found, following(plain, found))
    found = _joined(found, repeated(plain, found))
    return [(places[start], places[end - 1] + 1, score) for start, end, score in found]


def _modelled(piece: str) -> Iterator[Span]:
    """Yield what the network finds in a piece of text; names in Latin letters are the rules'."""
    if not _HAN.search(piece):
        return
    for first, last, score in _runs(chances(piece)):
        start, end = trim(piece, first, last)
        if start < end:
            yield start, end, score


def _runs(found: Chances) -> Iterator[Span]:
    """Yield the runs of characters that are likely in a name, cut where one begins."""
    scores = 1 - found[:, 0]
    marks = found[:, 1:].argmax(axis=1) + 1
    start, sure = -1, 0.0
    for place, score in enumerate(scores):
        name = score >= _LEAST
        if start >= 0 and (not name or MARKS[marks[place]] in "BS"):
            yield start, place, round(sure, 2)
            start, sure = -1, 0.0
        if name:
            start, sure = place if start < 0 else start, max(sure, float(score))
    if start >= 0:
        yield start, len(scores), round(sure, 2)


def _joined(found: list[Span], more: Iterable[Span]) -> list[Span]:
    """Return the findings and those of the others that touch none of them."""
    taken = {place for start, end, _ in found for place in range(start, end)}
    free = [span for span in more if taken.isdisjoint(range(span[0], span[1]))]
    return _apart([*found, *free])


def _apart(spans: list[Span]) -> list[Span]:
    """Return the spans in order; of overlapping ones the longest stays, else the first given."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one[0] - one[1]):
        place = bisect(kept, span)
        before, after = kept[place - 1 : place], kept[place : place + 1]
        if all(one[1] <= span[0] for one in before) and all(span[1] <= one[0] for one in after):
            kept.insert(place, span)
    return kept
