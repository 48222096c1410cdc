"""Where do people's names stand in a Chinese text? A small model and a few rules. Heavy.

The model is a chain of conditional probabilities over characters (CRF); `docs/names.md` says what
it was trained on and how well it does. Nothing is fetched; the first call loads the model.
"""

import gzip
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from anonymize.text.names_features import features, units
from anonymize.text.names_rules import Span, dotted, latin, repeated, squeeze

if TYPE_CHECKING:
    import pycrfsuite

_DOUBT: Final = 0.3
"""A character is taken for part of a name from this probability on: recall comes first."""


def find(text: str) -> list[Span]:
    """Return the names of people as start, end (exclusive) in code points, and score 0 to 1.

    Findings lie apart and in order. A role is no part of a name: of 王老师 only 王 is found, of
    小明 and 阿强 both characters, of 张某 both.
    """
    plain, places = squeeze(text)
    found = [span for start, unit in units(plain) for span in _model(unit, start)]
    found = _apart([*found, *latin(plain), *dotted(plain)])
    found = _apart([*found, *repeated(plain, found)])
    return [(places[start], places[end - 1] + 1, score) for start, end, score in found]


def _model(unit: str, offset: int) -> Iterator[Span]:
    tagger = _tagger()
    tagger.set(features(unit))
    marks = tagger.tag()
    doubts = [tagger.marginal("O", place) for place in range(len(unit))]
    start, sure = -1, 0.0
    for place, mark in enumerate([*marks, "O"]):
        name = place < len(unit) and doubts[place] < 1 - _DOUBT
        if mark == "O" and name:
            mark = max("BMES", key=lambda label: tagger.marginal(label, place))
        if start >= 0 and (not name or mark in "BS"):
            yield offset + start, offset + place, round(sure, 2)
            start = -1
        if name:
            start, sure = (place, 0.0) if start < 0 else (start, sure)
            sure = max(sure, 1 - doubts[place])


def _apart(spans: list[Span]) -> list[Span]:
    """Return the spans in order; of overlapping ones the longest stays."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one[0] - one[1], -one[2], one[0])):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)


@cache
def _tagger() -> "pycrfsuite.Tagger":
    import pycrfsuite  # noqa: PLC0415  heavy: loaded on first use

    packed = resources.files("anonymize.data").joinpath("names_model.crfsuite.gz").read_bytes()
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(gzip.decompress(packed))
    return tagger
