"""What are people in Chinese school texts called? A seeded maker of names of many kinds."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

from anonymize.text.names_words import kinds, surnames, words

_DOTS: Final = "····••・‧"
_TRANSLITERATED: Final = (
    "阿艾安奥巴贝比波伯布查达戴丹德迪蒂多顿厄尔法菲费弗福戈格古哈海汉赫亨侯胡华基吉加杰金卡凯坎科克肯库拉莱兰劳勒雷里"
    "丽利莉林琳卢鲁伦罗洛马玛麦曼梅蒙米密敏莫姆穆纳娜南尼妮宁诺努欧帕佩彭皮珀普奇齐乔切琼热仁日荣瑞若萨塞桑森沙莎山舍什史"
    "斯丝苏索塔泰坦特提图托瓦万旺威韦维温文翁沃乌武西希夏辛休雅亚扬耶伊因英尤约扎泽詹朱卓兹祖买孜肉吾玉热提江且克"
)
_PEOPLES: Final = {
    "uyghur": 5.0, "kazakh": 3.0, "tibetan": 5.0, "mongol": 3.0, "yi": 2.0, "foreign": 5.0,
}  # fmt: skip
_UNLISTED: Final = 0.12
_TWO_WORDS: Final = 0.8
_DOTTED: Final = {True: 0.6, False: 0.3}
"""Share of names with a dot among Uyghurs and Kazakhs, and among the rest."""
_WITH_LAST: Final = 0.3
_LONGEST_JOINED: Final = 5
_LONGEST_HAN: Final = 4
_IN_USE: Final = 12
"""From so many in 10,000 on a surname is not rare."""
_FREQUENT: Final = -13.0
"""Log probability of a word that every reader knows."""


def read_lists(name: str) -> dict[str, list[str]]:
    """Return the words of a list file of this package, by the heading they stand under."""
    lists: dict[str, list[str]] = {}
    heading = ""
    for line in resources.files(__package__).joinpath(name).read_text("utf-8").splitlines():
        if line.startswith("["):
            heading = line.strip("[]")
            lists[heading] = []
        elif heading:
            lists[heading] += line.split()
    return lists


@cache
def _given() -> dict[str, list[str]]:
    return read_lists("given.txt")


@cache
def _abroad() -> dict[str, list[str]]:
    return read_lists("abroad.txt")


@cache
def _weighted_surnames() -> tuple[list[str], list[float]]:
    weights = surnames()
    return list(weights), list(weights.values())


Makers = dict[Callable[["People"], str], float]


@dataclass
class People:
    """Makes names; the same random source gives the same people."""

    chance: random.Random
    known: list[str] = field(default_factory=list)
    """Given names of real people, by which the made ones are less uniform."""

    def any_of(self, makers: Makers) -> str:
        """Return what one of the makers makes, chosen by its share."""
        return self.chance.choices(list(makers), list(makers.values()))[0](self)

    def surname(self) -> str:
        """Return a surname: by how common it is, or any in use, or now and then the rarest."""
        return self.any_of(_SURNAMES)

    def given(self) -> str:
        """Return a given name, mostly of one or two characters."""
        return self.any_of(_GIVEN)

    def han(self) -> str:
        """Return a full Han name; some are words of the language."""
        return self.any_of(_HAN)

    def nick(self) -> str:
        """Return what a child is called at home: 豆豆, 小宇, 阿强."""
        return self.any_of(_NICK)

    def anyone(self) -> str:
        """Return a name of any kind in the mixture of a school's texts."""
        return self.any_of(_ANYONE)

    def other(self) -> str:
        """Return a name of another people, with or without a dot."""
        people = self.chance.choices(list(_PEOPLES), list(_PEOPLES.values()))[0]
        first, second = self.chance.choices(_abroad()[people], k=2)
        first = self.spelt() if self.chance.random() < _UNLISTED else first
        roll = self.chance.random()
        if people in {"tibetan", "yi"} or (people == "mongol" and roll > _TWO_WORDS):
            joined = first + second
            return joined if len(joined) <= _LONGEST_JOINED and roll < _TWO_WORDS else first
        dotted = roll < _DOTTED[people in {"uyghur", "kazakh"}]
        return first + self.chance.choice(_DOTS) + second if dotted else first

    def english(self) -> str:
        """Return a name in Latin letters: Emma, Tom Smith."""
        first, last = (self.chance.choice(_abroad()[some]) for some in ("english", "smith"))
        return f"{first} {last}" if self.chance.random() < _WITH_LAST else first

    def spelt(self) -> str:
        """Return syllables that could be a name of another language: no list holds them all."""
        return "".join(self.chance.choices(_TRANSLITERATED, k=self.chance.choice((2, 3, 3, 4, 5))))

    def listed(self, *lists: str) -> str:
        """Return a given name or a character out of the named lists."""
        return self.chance.choice([one for some in lists for one in _given()[some]])

    def char(self, *lists: str) -> str:
        """Return a character of the named pools."""
        return self.chance.choice("".join(_given()[some][0] for some in lists))

    def home_name(self) -> str:
        """Return a given name as it is called out, seldom one that is a plain word."""
        given = self.given()
        return given if len(given) > 1 and given not in words() else 2 * self.char("single")


def _child(person: People) -> str:
    sex = person.chance.choice(("boy", "girl"))
    return person.char(f"first-{sex}") + person.char(f"second-{sex}")


def _mixed(person: People) -> str:
    pools = ("first-boy", "first-girl", "second-girl")
    return person.char(*pools) + person.char(*pools, "second-boy")


def _common_surname(person: People) -> str:
    return person.chance.choices(*_weighted_surnames())[0]


def _two_surnames(person: People) -> str:
    return (person.surname() + person.surname()[:1] + person.given())[:_LONGEST_HAN]


@cache
def _in_use() -> list[str]:
    return [name for name, weight in surnames().items() if weight >= _IN_USE]


@cache
def _word_names() -> list[str]:
    """Return the words that read as a whole name: 高兴, 白雪, 周末."""
    return [word for word in _given()["word"] if word[0] in surnames() and len(word) < _LONGEST_HAN]


@cache
def _any_word_names() -> list[str]:
    """Return words of the dictionary that begin with a surname in use, whatever they mean."""
    common = set(_in_use())
    return [
        word
        for word, level in words().items()
        if word[0] in common
        and len(word) == 2  # noqa: PLR2004  surname and one more
        and level > _FREQUENT
        and kinds()[word] in "nvadix"
    ]


_SURNAMES: Final[Makers] = {
    _common_surname: 0.66,
    lambda person: person.chance.choice(_in_use()): 0.29,
    lambda person: person.chance.choice(list(surnames())): 0.05,
}
_GIVEN: Final[Makers] = {
    lambda person: person.char("single"): 0.20,
    lambda person: person.listed("word"): 0.06,
    lambda person: person.listed("old"): 0.07,
    lambda person: person.chance.choice(person.known or _given()["old"]): 0.22,
    lambda person: 2 * person.char("single"): 0.05,
    _mixed: 0.10,
    _child: 0.30,
}
_HAN: Final[Makers] = {
    lambda person: person.chance.choice(_word_names()): 0.05,
    lambda person: person.chance.choice(_any_word_names()): 0.025,
    _two_surnames: 0.02,
    lambda person: person.surname() + person.given(): 0.905,
}
_NICK: Final[Makers] = {
    lambda person: person.listed("nick"): 0.38,
    lambda person: (
        person.chance.choice("小小小小小小小小阿阿阿大") + person.char("roots-nick", "single")
    ): 0.26,
    lambda person: 2 * person.char("roots-nick", "single"): 0.16,
    lambda person: person.chance.choice("小老") + person.surname(): 0.04,
    lambda person: person.char("roots-nick") + person.chance.choice("儿子仔妹哥"): 0.02,
    People.home_name: 0.14,
}
_ANYONE: Final[Makers] = {People.han: 0.80, People.other: 0.13, People.nick: 0.07}
