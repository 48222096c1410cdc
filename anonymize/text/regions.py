"""Which names of GB/T 2260 end or begin at a place of a text? A closed list, in full and short."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_TAILS: Final = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县",
    "自治旗",
    "地区", "省", "市", "区", "县", "旗", "盟",
)  # fmt: skip
_FILLERS: Final = ("行政区划", "委员会", "管委会", "海域")
_LEAST_SHORT: Final = 2
_LONGEST: Final = 15


@dataclass(frozen=True, slots=True)
class _Names:
    full: frozenset[str]
    short: frozenset[str]
    """Names without 省, 市, 县 and the like, of at least two characters; provinces in two "
    "(山东)."""


def ending(text: str, end: int, *, least: int = 0) -> int | None:
    """Return where a full name begins that ends at the place, the longest; None if none does."""
    return _ending(text, end, _names().full, least)


def chain_start(text: str, start: int, least: int) -> int:
    """Return where the region names begin that stand right before the place, else the place."""
    names = _names()
    while True:
        spot = start
        while spot > least and text[spot - 1] == " ":
            spot -= 1
        found = _ending(text, spot, names.full, least)
        if found is None:
            found = _ending(text, spot, names.short, least)
        if found is None:
            return start
        start = found


def beginnings(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every full or short name in a short text, longest at each start."""
    names = _names()
    for start in range(len(text)):
        for end in range(min(len(text), start + _LONGEST), start + 1, -1):
            if text[start:end] in names.full or text[start:end] in names.short:
                yield start, end
                break


def is_region(name: str) -> bool:
    """Tell whether this is the full name of a province, city or county."""
    return name in _names().full


def _ending(text: str, end: int, names: frozenset[str], least: int) -> int | None:
    for start in range(max(least, end - _LONGEST), end - 1):
        if text[start:end] in names:
            return start
    return None


@cache
def _names() -> _Names:
    text = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8")
    rows = (line.split(" ", 1)[1] for line in text.splitlines() if not line.startswith("#"))
    full = frozenset(name for name in rows if not name.endswith(_FILLERS))
    return _Names(full, frozenset(short for name in full for short in _shortened(name)))


def _shortened(name: str) -> Iterator[str]:
    for tail in _TAILS:
        short = name.removesuffix(tail)
        if short != name and len(short) >= _LEAST_SHORT:
            yield short
            return
