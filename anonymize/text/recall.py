"""May free text leave? Only when the measured recall of every kind allows it; else it is dropped.

The figures and the least recall of each kind stand in `data/recall.toml`. A ratio on a few examples
proves little, so what counts is the lower end of its confidence interval (Wilson 1927, one-sided,
95 %): 52 of 52 found prove 0.95, 17 of 17 do not.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from typing import Any, Final

from anonymize.text.findings import TITLES, Kind

_Z: Final = 1.6449
"""Normal deviate of one-sided 95 %."""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many marked places of a kind were found, on which set, when (ISO 8601 day)."""

    kind: Kind
    found: int
    marked: int
    set: str
    date: str

    @property
    def recall(self) -> float:
        """The measured share, 0 to 1."""
        return self.found / self.marked if self.marked else 0.0

    @property
    def proved(self) -> float:
        """The recall that the figure proves: the lower end of its confidence interval."""
        if not self.marked:
            return 0.0
        share, spread = self.recall, _Z * _Z / self.marked
        deviation = _Z * sqrt(share * (1 - share) / self.marked + spread / (4 * self.marked))
        return (share + spread / 2 - deviation) / (1 + spread)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether free text may leave, and if not, what is missing (Chinese, one reason a kind)."""

    allowed: bool
    reasons: tuple[str, ...]


def verdict() -> Verdict:
    """Return what the measured figures allow. While not allowed, text fields stay drop-only."""
    document = _document()
    return judge(figures(), {Kind(kind): least for kind, least in document["least"].items()})


def figures() -> tuple[Figure, ...]:
    """Return the figures on file."""
    return tuple(
        Figure(Kind(one["kind"]), one["found"], one["marked"], one["set"], str(one["date"]))
        for one in _document().get("measured", ())
    )


def judge(measured: tuple[Figure, ...], least: dict[Kind, float]) -> Verdict:
    """Return the verdict on these figures; where a kind has several the worst one counts."""
    reasons = []
    for kind in Kind:
        proved = [figure.proved for figure in measured if figure.kind is kind]
        asked = least.get(kind, 1.0)
        if not proved:
            reasons.append(f"{TITLES[kind]}：没有测得的召回率")
        elif min(proved) < asked:
            reasons.append(f"{TITLES[kind]}：可证明的召回率 {min(proved):.3f}，须达到 {asked}")
    return Verdict(not reasons, tuple(reasons))


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("anonymize").joinpath("data/recall.toml").read_text("utf-8"))
