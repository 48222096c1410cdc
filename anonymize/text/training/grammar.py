"""How do templates become texts that know where their names stand?"""

import random
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

from anonymize.text.names_words import kinds, words
from anonymize.text.training.people import Makers, People, read_lists

Text: TypeAlias = list[tuple[str, bool]]
"""Pieces in order; True marks a name."""

_HOLE: Final = re.compile(r"\(([^()]*)\)|\{([A-Za-z]+\d?)\}")
_PLAIN: Final = {"nn": "nv", "vv": "v", "aa": "ad", "ii": "i", "pl": "P", "w": "nvadix"}
"""Slots for any word of the language, by part of speech."""
_SPACED: Final = 0.01
_LONGEST_SPACED: Final = 3
_REAL_PLACE: Final = 0.5
_ALL_HAN: Final = 0.5
_AND_LAST: Final = 0.4
_FREQUENT: Final = -13.2
"""Log probability of a word that a text of any kind may hold."""
_MOST_IN_LIST: Final = 6
_LONGEST: Final = 4


@cache
def templates(name: str) -> dict[str, list[str]]:
    """Return the templates of a file of this package by genre."""
    found: dict[str, list[str]] = {}
    genre = ""
    for line in resources.files(__package__).joinpath(name).read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and "{" not in line:
            genre = line.strip("[]")
            found[genre] = []
        elif line and not line.startswith("#"):
            found[genre].append(line)
    return found


@cache
def _fillers() -> dict[str, list[str]]:
    return read_lists("fillers.txt")


@cache
def _words_of(some: str) -> list[str]:
    return [
        word
        for word, kind in kinds().items()
        if kind in some
        and 1 < len(word) <= _LONGEST
        and (words()[word] > _FREQUENT or some in "iP")
    ]


def _adult(people: People) -> str:
    return people.any_of(_ADULT)


_ADULT: Final[Makers] = {
    People.other: 0.12,
    lambda people: people.surname() + people.listed("old"): 0.38,
    People.han: 0.5,
}
_KINDS: Final[dict[str, Callable[[People], str]]] = {
    "N": People.han,
    "K": People.nick,
    "U": People.other,
    "E": People.english,
    "P": People.anyone,
    "S": People.surname,
    "A": _adult,
    "O": lambda people: people.chance.choice("老老小小小阿大") + people.surname(),
    "X": lambda people: people.surname() + people.chance.choice(("某", "某某")),
}


class Writer:
    """Fills templates; the same random source writes the same texts."""

    def __init__(self, chance: random.Random, known: list[str]) -> None:
        self.chance = chance
        self.people = People(chance, known)

    def fill(self, template: str) -> Text:
        """Return the template with every choice made and every slot filled."""
        while "(" in template:
            chosen = _HOLE.sub(self._choose, template)
            if chosen == template:
                break
            template = chosen
        pieces: Text = []
        place = 0
        for hole in _HOLE.finditer(template):
            pieces.append((template[place : hole.start()], False))
            pieces += self._slot(hole.group(2) or "")
            place = hole.end()
        pieces.append((template[place:], False))
        return pieces

    def _choose(self, hole: re.Match[str]) -> str:
        if hole.group(1) is None:
            return hole.group(0)
        chosen: str = self.chance.choice(hole.group(1).split("|"))
        return chosen

    def _slot(self, name: str) -> Text:
        if name in _KINDS:
            return [(self._spaced(_KINDS[name](self.people)), True)]
        if name == "L":
            return self._list()
        if name == "R":
            return [(self.people.surname(), True), (self._filler("role"), False)]
        return [(self._filler(name), False)]

    def _filler(self, name: str) -> str:
        if name in _PLAIN:
            return self.chance.choice(_words_of(_PLAIN[name]))
        if name == "place" and self.chance.random() < _REAL_PLACE:
            return self.chance.choice(_words_of("P"))
        return self.chance.choice(_fillers()[name])

    def _spaced(self, name: str) -> str:
        spread = len(name) <= _LONGEST_SPACED and self.chance.random() < _SPACED
        return " ".join(name) if spread else name

    def _list(self) -> Text:
        separator = self._filler("sep").replace("空", " ")
        make = self.people.han if self.chance.random() < _ALL_HAN else self.people.anyone
        pieces: Text = []
        count = self.chance.randint(2, _MOST_IN_LIST)
        for number in range(count):
            if number:
                last = number == count - 1 and self.chance.random() < _AND_LAST
                pieces.append((self.chance.choice("和与及") if last else separator, False))
            pieces.append((make(), True))
        return pieces
