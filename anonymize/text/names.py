"""Where do people's names stand in a Chinese text? A small model and a few rules. Heavy.

The model is a chain of conditional probabilities over characters (CRF); `docs/names.md` says what
it was trained on and how well it does. Nothing is fetched; the first call loads the model.
"""

import lzma
from bisect import bisect
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from anonymize.text.names_doubts import following, listed, stands
from anonymize.text.names_features import features, units
from anonymize.text.names_rules import Span, repeated, ruled, squeeze, trim

if TYPE_CHECKING:
    import pycrfsuite

_LEAST: Final = 0.15
"""A character is taken for part of a name from this probability on: recall comes first."""


def find(text: str) -> list[Span]:
    """Return the names of people as start, end (exclusive) in code points, and score 0 to 1.

    Findings lie apart and in order. A role is no part of a name: of 王老师 only 王 is found, of
    小明 and 阿强 both characters, of 张某 both.
    """
    plain, places = squeeze(text)
    found = [span for start, unit in units(plain) for span in _modelled(unit, start)]
    found = _apart([*ruled(plain), *(span for span in found if stands(plain, span))])
    found = _joined(found, listed(plain, found))
    found = _joined(found, following(plain, found))
    found = _joined(found, repeated(plain, found))
    return [(places[start], places[end - 1] + 1, score) for start, end, score in found]


def _modelled(unit: str, offset: int) -> Iterator[Span]:
    """Yield what the model finds in a sentence that begins at `offset`."""
    for first, last, score in _runs(unit):
        start, end = trim(unit, first, last)
        if start < end:
            yield offset + start, offset + end, score


def _runs(unit: str) -> Iterator[Span]:
    tagger = _tagger()
    tagger.set(features(unit))
    marks = tagger.tag()
    start, sure = -1, 0.0
    for place, mark in enumerate(marks):
        score = 1 - tagger.marginal("O", place)
        name = score >= _LEAST
        if name and mark == "O":
            mark = _likeliest(tagger, place)  # noqa: PLW2901  the chain's O is overruled
        if start >= 0 and (not name or mark in "BS"):
            yield start, place, round(sure, 2)
            start, sure = -1, 0.0
        if name:
            start, sure = place if start < 0 else start, max(sure, score)
    if start >= 0:
        yield start, len(unit), round(sure, 2)


def _likeliest(tagger: "pycrfsuite.Tagger", place: int) -> str:
    return max("BMES", key=lambda one: float(tagger.marginal(one, place)))


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


@cache
def _tagger() -> "pycrfsuite.Tagger":
    import pycrfsuite  # noqa: PLC0415  heavy: loaded on first use

    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(_model())
    return tagger


@cache
def _model() -> bytes:
    """Return the model; the tagger reads it where it lies, so it is kept."""
    packed = resources.files("anonymize.data").joinpath("names_model.crfsuite.xz").read_bytes()
    return lzma.decompress(packed)
