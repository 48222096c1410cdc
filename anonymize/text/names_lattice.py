"""How much better does a name explain these characters than the words of the language do?

A text is read twice, forward and backward, as the likeliest run of dictionary words (a unigram
model over all segmentations). Where a surname stands, the name of two, three or four characters is
weighed against the best reading of the whole text without it: the logarithm of the odds.
"""

import lzma
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

LONGEST_WORD: Final = 4
_SCALE: Final = 10
"""Logarithms in the data files are whole tenths."""
_UNKNOWN: Final = -14.0
"""Log probability of a character that no word list holds."""
_NAME_PRIOR: Final = -5.0
"""Log probability that the next word of a school text is a name."""

_RARE_GIVEN: Final = -9.5
"""Log probability of a character that no given name of ours holds."""
_ONE, _TWO = -1.4, -0.3
"""Log probability that a given name has one character, or two."""


@dataclass(frozen=True, slots=True)
class Names:
    """Log probabilities of a surname, of a single given character, of the first and the second."""

    surname: dict[str, float]
    single: dict[str, float]
    first: dict[str, float]
    second: dict[str, float]


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


@cache
def name_parts() -> Names:
    """Return the log probabilities of the parts of a Han name."""
    weights = surnames()
    total = sum(weights.values())
    parts: list[dict[str, float]] = [{}, {}, {}]
    for line in _lines("names_given.txt"):
        char, *levels = line.split(" ")
        for part, level in zip(parts, levels, strict=True):
            part[char] = -float(level) / _SCALE
    shares = {name: math.log(weight / total) for name, weight in weights.items()}
    return Names(shares, parts[0], parts[1], parts[2])


@dataclass(frozen=True, slots=True)
class Reading:
    """The best reading of a text in words, and every name that could stand in it.

    `tags` has one of B M E S a character; `words` the word that each character belongs to;
    `names` holds (start, length, log odds) for each place where a Han name could stand.
    """

    words: list[str]
    tags: list[str]
    names: list[tuple[int, int, float]]


def read(text: str) -> Reading:
    """Read a line of text."""
    known, length = words(), len(text)
    forward, back = [0.0] * (length + 1), [1] * (length + 1)
    for end in range(1, length + 1):
        best, size = forward[end - 1] + known.get(text[end - 1], _UNKNOWN), 1
        for span in range(2, min(LONGEST_WORD, end) + 1):
            level = known.get(text[end - span : end])
            if level is not None and forward[end - span] + level > best:
                best, size = forward[end - span] + level, span
        forward[end], back[end] = best, size
    backward = [0.0] * (length + 1)
    for start in range(length - 1, -1, -1):
        best = backward[start + 1] + known.get(text[start], _UNKNOWN)
        for span in range(2, min(LONGEST_WORD, length - start) + 1):
            level = known.get(text[start : start + span])
            if level is not None and backward[start + span] + level > best:
                best = backward[start + span] + level
        backward[start] = best
    inside, tags = _path(text, back)
    return Reading(inside, tags, _names(text, forward, backward))


def _path(text: str, back: list[int]) -> tuple[list[str], list[str]]:
    inside, tags, end = [""] * len(text), ["S"] * len(text), len(text)
    while end:
        size = back[end]
        start = end - size
        inside[start:end] = [text[start:end]] * size
        if size > 1:
            tags[start:end] = ["B", *["M"] * (size - 2), "E"]
        end = start
    return inside, tags


def _names(text: str, forward: list[float], backward: list[float]) -> list[tuple[int, int, float]]:
    parts, found, whole = name_parts(), [], forward[-1]
    for start, char in enumerate(text):
        for size in (1, 2):
            surname = parts.surname.get(char if size == 1 else text[start : start + 2])
            if surname is None:
                continue
            place = start + size
            for given in (1, 2):
                end = place + given
                if end > len(text):
                    break
                odds = (
                    forward[start] + _NAME_PRIOR + surname
                    + _given(text[place:end], parts) + backward[end] - whole
                )  # fmt: skip
                found.append((start, end - start, odds))
    return found


def _given(chars: str, parts: Names) -> float:
    if len(chars) == 1:
        return parts.single.get(chars, _RARE_GIVEN) + _ONE
    return parts.first.get(chars[0], _RARE_GIVEN) + parts.second.get(chars[1], _RARE_GIVEN) + _TWO
