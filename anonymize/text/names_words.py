"""Which words has the language, and which surnames its people? Read from the package, once."""

import lzma
from functools import cache
from importlib import resources
from typing import Final

LONGEST_WORD: Final = 4
_SCALE: Final = 10
"""Logarithms in the data files are whole tenths."""


def _lines(name: str) -> list[str]:
    packed = resources.files("anonymize.data").joinpath(name).read_bytes()
    raw = lzma.decompress(packed) if name.endswith(".xz") else packed
    return raw.decode("utf-8").splitlines()


@cache
def surnames() -> dict[str, float]:
    """Return each surname with the people in 10,000 that bear it, common ones first."""
    found: dict[str, float] = {}
    for line in _lines("names_surnames.txt"):
        if line.startswith("#"):
            continue
        weight, *groups = line.split()
        for group in groups:
            for name in [group[1:]] if group.startswith("=") else group:
                found.setdefault(name, float(weight))
    return found


@cache
def words() -> dict[str, float]:
    """Return the log probability of each word of the language; single characters are words too."""
    return {word: level for word, (level, _) in _dictionary().items()}


@cache
def kinds() -> dict[str, str]:
    """Return the part of speech of each word as one letter, P for places, Z for organizations."""
    return {word: kind for word, (_, kind) in _dictionary().items()}


def _dictionary() -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    for line in _lines("names_words.txt.xz"):
        level, kind, *some = line.split(" ")
        found.update(dict.fromkeys(some, (-float(level) / _SCALE, kind)))
    return found
