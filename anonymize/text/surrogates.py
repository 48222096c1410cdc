"""What stands instead of a name? Surrogates (同学Q, 学校丙) that tell no order and no number.

Within one group of texts, usually those of one pupil, one thing has one surrogate. Which letter it
gets is drawn by a keyed hash of group and value. Between groups nothing is linked: namesakes would
become one person, and what is named most often would be known by its frequency.
"""

import hmac
from typing import Final

from anonymize.fields.numbers import canonical, compact
from anonymize.text.findings import TITLES, Kind
from anonymize.text.spelling import plain_spelling
from kernel.errors import InvalidError

LEAST_KEY_BYTES: Final = 16
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_GAPS: Final = str.maketrans("", "", " \t\r\n·.-_*\u00ad\u200b\u200c\u200d\u2060\ufeff")
_TITLES_OF_PERSONS: Final = (
    "同学", "老师", "校长", "主任", "女士", "先生", "阿姨", "叔叔", "爷爷", "奶奶", "爸爸",
    "妈妈", "家长",
)  # fmt: skip
_SPOKEN: Final = (Kind.PERSON, Kind.SCHOOL, Kind.CLASS, Kind.ADDRESS)
"""Surrogates of these read well in a sentence; those of numbers stand in brackets."""
_LONGEST_SURNAME: Final = 2


def one_writing(kind: str, text: str) -> str:
    """Return the text in the one writing by which things of a kind are told apart."""
    if kind not in (Kind.PERSON, Kind.SCHOOL, Kind.ADDRESS):
        return canonical(text) or compact(text)
    plain = plain_spelling(text).translate(_GAPS)
    if kind == Kind.PERSON:
        for title in _TITLES_OF_PERSONS:
            if plain.endswith(title) and len(plain) > len(title) + 1:
                return plain.removesuffix(title)
    return plain


class Surrogates:
    """Hands out the surrogates of one group of texts."""

    def __init__(self, key: bytes, group: str) -> None:
        """Raises InvalidError for a key of fewer than 16 bytes: the draw could be repeated."""
        if len(key) < LEAST_KEY_BYTES:
            raise InvalidError(
                "代称密钥太短",
                rule="代称须带密钥",
                remedy=f"请提供至少 {LEAST_KEY_BYTES} 字节的密钥",
            )
        self._key, self._group = key, group
        self._given: dict[tuple[str, str], str] = {}
        self._taken: dict[str, set[str]] = {}

    def of(self, kind: str, writing: str) -> str:
        """Return the surrogate of a thing in its one writing."""
        if (kind, writing) not in self._given:
            whole = self._full_name(writing) if kind == Kind.PERSON else writing
            self._given[kind, writing] = self._given.get((kind, whole)) or self._draw(kind, whole)
        return self._given[kind, writing]

    def _full_name(self, writing: str) -> str:
        """A given name alone means the one person of that given name, if there is just one."""
        if len(writing) < 2:  # noqa: PLR2004  one character is no given name
            return writing
        named = {
            name
            for kind, name in self._given
            if kind == Kind.PERSON
            and name.endswith(writing)
            and 0 < len(name) - len(writing) <= _LONGEST_SURNAME
        }
        return named.pop() if len(named) == 1 else writing

    def _draw(self, kind: str, writing: str) -> str:
        signs = _LETTERS if kind == Kind.PERSON else _STEMS
        word = "同学" if kind == Kind.PERSON else TITLES[Kind(kind)]
        taken = self._taken.setdefault(kind, set())
        length = 1
        while len(signs) ** length <= len(taken):
            length += 1
        seed = hmac.digest(self._key, f"{self._group}\0{kind}\0{writing}".encode(), "sha256")
        place = int.from_bytes(seed)
        while (sign := _sign(place, signs, length)) in taken:
            place += 1
        taken.add(sign)
        return word + sign if kind in _SPOKEN else f"〔{word}{sign}〕"


def _sign(place: int, signs: str, length: int) -> str:
    drawn = ""
    for _ in range(length):
        place, rest = divmod(place, len(signs))
        drawn += signs[rest]
    return drawn
