"""Which personal data stands in a text? All finders over many texts at once.

Texts are joined and every rule runs over the whole by `re`, looking only where its first characters
stand; what presidio's AnalyzerEngine finds with the same rules (`anonymize.text.presidio`) is the
same, ten times slower. The name model, where it is installed, loads with the first text that is
scanned for persons; nothing else here is heavy.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Final

from anonymize.text import births, contacts, documents, known, numbers, places, schools
from anonymize.text.findings import NUMBERS, Finding, Hit, Kind, resolve
from anonymize.text.folding import fold
from anonymize.text.known import Known
from anonymize.text.persons import Persons
from anonymize.text.rule import BORDER, Finder

__all__ = ["FINDERS", "NUMBERS", "Finding", "Kind", "Known", "hits", "scan"]

FINDERS: Final[tuple[Finder, ...]] = (
    *numbers.RULES, *contacts.RULES, *documents.RULES, *births.RULES, *places.RULES, *schools.RULES,
    Persons(),
)  # fmt: skip
"""One finder a kind."""

ALL: Final = frozenset(Kind)
_BLOCK: Final = 100_000
"""Characters scanned as one: enough that calls cost nothing, few enough to stay in the cache."""


def scan(
    texts: Sequence[str],
    records: Sequence[Known | None] = (),
    *,
    kinds: Collection[str] = ALL,
) -> list[Finding]:
    """Return what was found, by text and place; findings of one text do not overlap.

    `records[i]`, if given, is what the register knows of the pupil of text i: those names, schools
    and addresses are always found, in their usual variants, and win over all else; of the other
    findings the longest wins. Full-width and other Unicode digits count as digits, and offsets stay
    those of the given text. A number with a wrong check character is found too, at a lower score: a
    slip of the pen still identifies.
    """
    return [
        Finding(index, hit.start, hit.end, str(hit.kind), round(hit.score, 2))
        for index, found in enumerate(hits(texts, records, kinds=kinds))
        for hit in found
    ]


def hits(
    texts: Sequence[str],
    records: Sequence[Known | None] = (),
    *,
    kinds: Collection[str] = ALL,
) -> Iterator[list[Hit]]:
    """Yield the findings of each text in turn, with the known value behind each."""
    finders = _wanted(frozenset(kinds))
    for first, block in _blocks(texts):
        for offset, found in enumerate(_in_block(block, finders)):
            index = first + offset
            record = records[index] if index < len(records) else None
            own = known.find(block[offset], record) if record else ()
            yield resolve([*found, *(hit for hit in own if hit.kind in kinds)])


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield runs of texts with the number of their first."""
    start = size = 0
    for index, text in enumerate(texts):
        size += len(text) + 1
        if size >= _BLOCK:
            yield start, texts[start : index + 1]
            start, size = index + 1, 0
    if start < len(texts):
        yield start, texts[start:]


def _in_block(block: Sequence[str], finders: tuple[Finder, ...]) -> list[list[Hit]]:
    """Return the hits of every text of a block, overlapping ones too."""
    joined = fold(BORDER.join(block))
    starts = [0, *accumulate(len(text) + 1 for text in block)]
    found: list[list[Hit]] = [[] for _ in block]
    for finder in finders:
        for start, end, score in finder.find(joined):
            index = bisect_right(starts, start) - 1
            base = starts[index]
            found[index].append(Hit(start - base, end - base, finder.kind, score))
    return found


@cache
def _wanted(kinds: frozenset[str]) -> tuple[Finder, ...]:
    return tuple(finder for finder in FINDERS if finder.kind in kinds)
