"""What are people in Chinese school texts called? A seeded maker of names of many kinds."""

import random
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from anonymize.text.names_lattice import surnames

_DOTS = "····••・‧"
_TRANSLITERATED = (
    "阿艾安奥巴贝比波伯布查达戴丹德迪蒂多顿厄尔法菲费弗福戈格古哈海汉赫亨侯胡华基吉加杰金卡凯坎科克肯库拉莱兰劳勒雷里"
    "丽利莉林琳卢鲁伦罗洛马玛麦曼梅蒙米密敏莫姆穆纳娜南尼妮宁诺努欧帕佩彭皮珀普奇齐乔切琼热仁日荣瑞若萨塞桑森沙莎山舍什史"
    "斯丝苏索塔泰坦特提图托瓦万旺威韦维温文翁沃乌武西希夏辛休雅亚扬耶伊因英尤约扎泽詹朱卓兹祖买孜肉吾玉热提江且克"
)


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


@dataclass
class People:
    """Makes names; the same random source gives the same people."""

    chance: random.Random
    known: list[str] = field(default_factory=list)
    """Given names of real people, by which the made ones are less uniform."""

    def surname(self) -> str:
        """Return a surname: by how common it is, or now and then any."""
        names, weights = _weighted_surnames()
        roll = self.chance.random()
        if roll < 0.66:  # noqa: PLR2004  shares of a mixture
            return self.chance.choices(names, weights)[0]
        if roll < 0.95:  # noqa: PLR2004  shares of a mixture
            return self.chance.choice(names[:340])
        return self.chance.choice(names)

    def given(self) -> str:
        """Return a given name of one or two characters."""
        lists, pick = _given(), self.chance.choice
        roll = self.chance.random()
        if roll < 0.20:  # noqa: PLR2004  shares of a mixture
            return pick(lists["single"][0])
        if roll < 0.26:  # noqa: PLR2004
            return pick(lists["word"])
        if roll < 0.33:  # noqa: PLR2004
            return pick(lists["old"])
        if roll < 0.55 and self.known:  # noqa: PLR2004
            return pick(self.known)
        if roll < 0.60:  # noqa: PLR2004
            return 2 * pick(lists["single"][0])
        if roll < 0.70:  # noqa: PLR2004
            every = "".join(lists[one][0] for one in ("first-boy", "first-girl", "second-girl"))
            return pick(every) + pick(every + lists["second-boy"][0])
        sex = pick(("boy", "girl"))
        return pick(lists[f"first-{sex}"][0]) + pick(lists[f"second-{sex}"][0])

    def han(self) -> str:
        """Return a full Han name; some are words of the language."""
        roll = self.chance.random()
        if roll < 0.06:  # noqa: PLR2004  share
            return self.chance.choice(_word_names())
        if roll < 0.08:  # noqa: PLR2004  share: both parents' surnames
            name = self.surname() + self.surname()[:1] + self.given()
            return name[:4]
        return self.surname() + self.given()

    def nick(self) -> str:
        """Return what a child is called at home: 豆豆, 小宇, 阿强."""
        lists, pick = _given(), self.chance.choice
        roll = self.chance.random()
        root = pick(lists["roots-nick"][0] + lists["single"][0])
        if roll < 0.35:  # noqa: PLR2004  shares of a mixture
            return pick(lists["nick"])
        if roll < 0.60:  # noqa: PLR2004
            return pick("小小小小小小小小阿阿阿大") + root
        if roll < 0.78:  # noqa: PLR2004
            return 2 * root
        if roll < 0.82:  # noqa: PLR2004
            return pick("小老") + self.surname()
        if roll < 0.84:  # noqa: PLR2004
            return root + pick("儿子仔妹哥")
        given = self.given()
        return given if len(given) > 1 else given + given

    def other(self) -> str:
        """Return a name of another people, with or without a dot."""
        people = self.chance.choices(
            ["uyghur", "kazakh", "tibetan", "mongol", "yi", "foreign"], [5, 3, 5, 3, 2, 5]
        )[0]
        names = _abroad()[people]
        first, second = self.chance.choice(names), self.chance.choice(names)
        if self.chance.random() < 0.12:  # noqa: PLR2004  share: no list holds them all
            first = self._syllables()
        roll = self.chance.random()
        if people in {"tibetan", "yi"}:
            joined = first + second if roll < 0.8 else first  # noqa: PLR2004
            return joined if len(joined) <= 5 else first  # noqa: PLR2004
        if roll < (0.6 if people in {"uyghur", "kazakh"} else 0.3):
            return first + self.chance.choice(_DOTS) + second
        if people == "mongol" and roll > 0.8 and len(first + second) <= 5:  # noqa: PLR2004
            return first + second
        return first

    def english(self) -> str:
        """Return a name in Latin letters: Emma, Tom Smith, Li Lei."""
        lists, roll = _abroad(), self.chance.random()
        first = self.chance.choice(lists["english"])
        return f"{first} {self.chance.choice(lists['smith'])}" if roll < 0.3 else first  # noqa: PLR2004

    def anyone(self) -> str:
        """Return a name of any kind in the mixture of a school's texts."""
        roll = self.chance.random()
        if roll < 0.80:  # noqa: PLR2004  shares of a mixture
            return self.han()
        if roll < 0.93:  # noqa: PLR2004
            return self.other()
        return self.nick()

    def _syllables(self) -> str:
        count = self.chance.choice((2, 3, 3, 4, 4, 5))
        return "".join(self.chance.choices(_TRANSLITERATED, k=count))


@cache
def _word_names() -> list[str]:
    """Return the words that read as a whole name: 高兴, 白雪, 周末."""
    single = set(surnames())
    return [word for word in _given()["word"] if word[0] in single and len(word) <= 3]  # noqa: PLR2004
