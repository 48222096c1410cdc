"""How much of what is marked in a set of remarks does the scan find?"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anonymize.text.scan import Known, scan

MARK = re.compile(r"\{([A-Z_]+)\|([^}]*)\}")
REMARKS = Path(__file__).with_name("remarks.txt")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and what is to be found in it: kind, start, end."""

    text: str
    spans: tuple[tuple[str, int, int], ...]
    known: Known | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """By kind: how many are marked, how many of these are found whole, how many else are found."""

    marked: Counter[str]
    found: Counter[str]
    false: Counter[str]
    missed: tuple[tuple[str, str], ...]

    def recall(self, kind: str) -> float:
        return self.found[kind] / self.marked[kind]

    def precision(self, kind: str) -> float:
        return self.found[kind] / (self.found[kind] + self.false[kind])


def marked(line: str) -> Marked:
    """Return the text of a line without its marks."""
    text, spans, place = "", [], 0
    for mark in MARK.finditer(line):
        text += line[place : mark.start()]
        spans.append((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        place = mark.end()
    return Marked(text + line[place:], tuple(spans))


def remarks() -> list[Marked]:
    lines = REMARKS.read_text("utf-8").splitlines()
    return [marked(line) for line in lines if not line.startswith("#")]


def measure(texts: Sequence[Marked]) -> Measured:
    """A marked place counts as found when findings of its kind cover it whole."""
    result = Measured(Counter(), Counter(), Counter(), ())
    missed = []
    findings = scan([one.text for one in texts], [one.known for one in texts])
    for index, one in enumerate(texts):
        here = [hit for hit in findings if hit.index == index]
        for kind, start, end in one.spans:
            result.marked[kind] += 1
            if any(h.kind == kind and h.start <= start and end <= h.end for h in here):
                result.found[kind] += 1
            else:
                missed.append((kind, one.text[start:end]))
        for hit in here:
            if not any(k == hit.kind and s < hit.end and hit.start < e for k, s, e in one.spans):
                result.false[hit.kind] += 1
                missed.append(("false " + hit.kind, one.text[hit.start : hit.end]))
    return Measured(result.marked, result.found, result.false, tuple(missed))
