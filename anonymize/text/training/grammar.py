"""How do templates become texts that know where their names stand?"""

import random
import re
from functools import cache
from importlib import resources
from typing import Final, TypeAlias

from anonymize.text.names_lattice import words
from anonymize.text.training.people import People, read_lists

Text: TypeAlias = list[tuple[str, bool]]
"""Pieces in order; True marks a name."""

_HOLE: Final = re.compile(r"\(([^()]*)\)|\{([A-Za-z]+\d?)\}")
_KINDS: Final = {
    "N": People.han, "K": People.nick, "U": People.other, "E": People.english,
    "P": People.anyone, "S": People.surname,
}  # fmt: skip
_SPACED: Final = 0.01
_MOST_IN_LIST: Final = 6


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
def _any_words() -> list[str]:
    return [word for word, level in words().items() if len(word) == 2 and level > -12.5]  # noqa: PLR2004


class Writer:
    """Fills templates; the same random source writes the same texts."""

    def __init__(self, chance: random.Random, known: list[str]) -> None:
        self.chance = chance
        self.people = People(chance, known)
        self._old = read_lists("given.txt")["old"]

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
        return self.chance.choice(hole.group(1).split("|"))

    def _slot(self, name: str) -> Text:
        if name in _KINDS:
            return [(self._spaced(_KINDS[name](self.people)), True)]
        if name == "A":
            return [(self._adult(), True)]
        if name == "R":
            return [(self.people.surname(), True), (self.chance.choice(_fillers()["role"]), False)]
        if name == "O":
            return [(self.chance.choice("老老小小小阿大") + self.people.surname(), True)]
        if name == "X":
            some = self.chance.choice(("某", "某", "某某", "某某"))
            return [(self.people.surname() + some, True)]
        if name == "L":
            return self._list()
        if name == "w":
            return [(self.chance.choice(_any_words()), False)]
        return [(self.chance.choice(_fillers()[name]), False)]

    def _adult(self) -> str:
        roll = self.chance.random()
        if roll < 0.12:  # noqa: PLR2004  share
            return self.people.other()
        if roll < 0.5:  # noqa: PLR2004  share
            return self.people.surname() + self.chance.choice(self._old)
        return self.people.han()

    def _spaced(self, name: str) -> str:
        return " ".join(name) if self.chance.random() < _SPACED and len(name) < 4 else name  # noqa: PLR2004

    def _list(self) -> Text:
        separator = self.chance.choice(_fillers()["sep"]).replace("空", " ")
        make = self.people.han if self.chance.random() < 0.5 else self.people.anyone  # noqa: PLR2004
        pieces: Text = []
        count = self.chance.randint(2, _MOST_IN_LIST)
        for number in range(count):
            if number:
                last = number == count - 1 and self.chance.random() < 0.4  # noqa: PLR2004  share
                pieces.append((self.chance.choice("和与及") if last else separator, False))
            pieces.append((make(), True))
        return pieces
