"""Remarks written by hand with the names marked 【】: as they stand, or about other people."""

import re
from functools import cache
from importlib import resources
from typing import Final

from anonymize.text.names_words import surnames
from anonymize.text.training.grammar import Text
from anonymize.text.training.people import People

_NAME: Final = re.compile("【([^】]+)】")
_CHANGED: Final = 0.6
"""Share of the names that another takes the place of."""
_KEPT_FIRST: Final = "小阿老大"
_HALF: Final = 0.5
_SHORT: Final = 2
_LONG: Final = 3
_HAN: Final = "\u3400"


@cache
def remarks() -> tuple[Text, ...]:
    """Return the remarks of this package as pieces, of which True ones are names."""
    raw = resources.files(__package__).joinpath("remarks.txt").read_text("utf-8")
    return tuple(pieces(line) for line in raw.splitlines() if not line.startswith("#"))


def pieces(line: str) -> Text:
    """Return a line's pieces in order; raises ValueError if its marks do not match."""
    found = [(piece, place % 2 == 1) for place, piece in enumerate(_NAME.split(line)) if piece]
    if any(mark in piece for piece, _ in found for mark in "【】"):
        raise ValueError(f"marks do not match: {line}")
    return found


def peopled_anew(text: Text, people: People) -> Text:
    """Return the text about other people: equal names change alike, and kinds stay what they are.

    So what stands around a name is learnt, and not the name.
    """
    others: dict[str, str] = {}
    for name in dict.fromkeys(piece for piece, is_name in text if is_name):
        changed = people.chance.random() < _CHANGED
        others[name] = _another(name, people) if changed else name
    return [(others[piece] if is_name else piece, is_name) for piece, is_name in text]


def _another(name: str, people: People) -> str:
    """Return somebody else's name of the same kind."""
    if len(name) == 1:
        return people.surname() if name in surnames() else name
    if name[0] < _HAN:
        return people.english()
    if "某" in name:
        return people.surname() + name[1:]
    if len(name) == _SHORT:
        return _another_short(name, people)
    is_han = len(name) <= _LONG or name[:2] in surnames()
    return people.han() if is_han and not set("·•") & set(name) else people.other()


def _another_short(name: str, people: People) -> str:
    chance = people.chance
    if name[0] in _KEPT_FIRST and chance.random() >= _HALF:
        return name[0] + (people.surname() if name[1] in surnames() else people.char("single"))
    if name[0] in _KEPT_FIRST:
        return people.nick()
    if name[0] not in surnames():
        return chance.choice((people.nick, people.home_name))()
    return people.han()
