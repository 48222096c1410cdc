"""Which personal data stands in a text? Presidio with our own recognizers, no model, no network.

Heavy: presidio and spaCy load on the first call. Only child processes and the command line call it.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from anonymize.fields.words import PLATE_PROVINCES
from anonymize.text.folding import fold

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine


SHORTEST_NUMBER: Final = 10
"""Digits of a fixed-line number with a three-digit area code and seven more."""
_PLATES: Final = frozenset(PLATE_PROVINCES)


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in text number `index`, at code points `start` to `end` (exclusive).

    `kind` is ID_NUMBER, STUDENT_NUMBER, PHONE, BANK_CARD, PLATE or EMAIL; `score` is 0 to 1.
    The finding never holds the text itself.
    """

    index: int
    start: int
    end: int
    kind: str
    score: float


def scan(texts: Sequence[str]) -> list[Finding]:
    """Return what was found, by text and place; where findings overlap the longest wins.

    Full-width and other Unicode digits count as digits, and offsets stay those of the given text.
    An ID number with a wrong check character is found too, at a lower score: a slip of the pen
    still identifies.
    """
    return [
        Finding(index, result.start, result.end, result.entity_type, round(result.score, 2))
        for index, text in enumerate(texts)
        for result in _longest(_analyze(text))
    ]


def _analyze(text: str) -> list[Any]:
    folded = fold(text)
    if not _worth_a_look(folded):
        return []
    found: list[Any] = _engine().analyze(text=folded, language="zh", nlp_artifacts=_artifacts())
    return found


def _worth_a_look(folded: str) -> bool:
    """Tell whether any recognizer can find something: an at sign, a plate's first character, or as
    many digits as the shortest number has. Most columns (grade, year, code) load nothing heavy.
    """  # noqa: D205  one enumeration
    return (
        "@" in folded
        or sum("0" <= char <= "9" for char in folded) >= SHORTEST_NUMBER
        or not _PLATES.isdisjoint(folded)
    )


def _longest(results: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for result in sorted(results, key=lambda r: (r.start - r.end, -r.score, r.start)):
        # Those kept lie apart and in order, so only the two neighbours can overlap.
        place = bisect(kept, result.start, key=lambda r: r.start)
        before, after = kept[place - 1 : place], kept[place : place + 1]
        if all(r.end <= result.start for r in before) and all(result.end <= r.start for r in after):
            kept.insert(place, result)
    return kept


@cache
def _engine() -> "AnalyzerEngine":
    from presidio_analyzer import (  # noqa: PLC0415  heavy: loaded on first use
        AnalyzerEngine,
        RecognizerRegistry,
    )

    from anonymize.text.recognizers import all_recognizers, blank_engine  # noqa: PLC0415

    registry = RecognizerRegistry(recognizers=all_recognizers(), supported_languages=["zh"])
    return AnalyzerEngine(registry=registry, nlp_engine=blank_engine(), supported_languages=["zh"])


@cache
def _artifacts() -> Any:  # noqa: ANN401  presidio is untyped here
    """Return one empty analysis for all texts: no recognizer of ours looks at words."""
    return _engine().nlp_engine.process_text("", "zh")
