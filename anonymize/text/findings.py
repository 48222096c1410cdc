"""What is a finding, and which of overlapping ones is kept?"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kind(StrEnum):
    """What was found, as written to files."""

    PERSON = "PERSON"
    SCHOOL = "SCHOOL"
    CLASS = "CLASS"
    ADDRESS = "ADDRESS"
    PHONE = "PHONE"
    ID_NUMBER = "ID_NUMBER"
    STUDENT_NUMBER = "STUDENT_NUMBER"
    PASSPORT = "PASSPORT"
    BANK_CARD = "BANK_CARD"
    PLATE = "PLATE"
    EMAIL = "EMAIL"
    WECHAT = "WECHAT"
    BIRTH_DATE = "BIRTH_DATE"


TITLES: Final = MappingProxyType({
    Kind.PERSON: "姓名", Kind.SCHOOL: "学校", Kind.CLASS: "班级", Kind.ADDRESS: "地址",
    Kind.PHONE: "电话",
    Kind.ID_NUMBER: "身份证号", Kind.STUDENT_NUMBER: "学籍号", Kind.PASSPORT: "证件号",
    Kind.BANK_CARD: "银行卡号", Kind.PLATE: "车牌", Kind.EMAIL: "邮箱", Kind.WECHAT: "社交账号",
    Kind.BIRTH_DATE: "出生日期",
})  # fmt: skip
"""What a finding is called in Chinese."""

NUMBERS: Final = frozenset({
    Kind.ID_NUMBER, Kind.STUDENT_NUMBER, Kind.PHONE, Kind.BANK_CARD, Kind.PLATE, Kind.EMAIL,
})  # fmt: skip
"""What no released cell may hold. Schools, classes and places may be a released column's own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in text number `index`, at code points `start` to `end` (exclusive).

    `kind` is one of `Kind`; `score` is over 0 up to 1. The finding never holds the text itself.
    """

    index: int
    start: int
    end: int
    kind: str
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in one text before overlaps are resolved.

    `entity` numbers the known value that stands here (-1: none), so that all of its variants have
    one surrogate.
    """

    start: int
    end: int
    kind: str
    score: float
    entity: int = -1

    @property
    def known(self) -> bool:
        """Tell whether it comes from the pupil's own record."""
        return self.entity >= 0


_LEAST_REST: Final = 2
"""One character alone, left of a longer finding, tells nothing."""


def resolve(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits that do not overlap, in order: known ones before all, then the longest.

    Of equal length the surer wins, then the kind's name decides. A known hit inside a longer one of
    its own kind takes over the longer place, and what a known hit cuts off another one stays a
    finding: nothing that was found is left outside.
    """
    kept: list[Hit] = []
    for hit in sorted(_grown(list(hits)), key=_rank):
        place = bisect_right(kept, hit.start, key=_start)
        low = place - 1 if place and kept[place - 1].end > hit.start else place
        high = bisect_left(kept, hit.end, key=_start)
        if low >= high:
            kept.insert(place, hit)
        elif not hit.known and any(other.known for other in kept[low:high]):
            kept[low:high] = _with_rest(hit, kept[low:high])
    return kept


def _start(hit: Hit) -> int:
    return hit.start


def _rank(hit: Hit) -> tuple[bool, int, float, int, str]:
    return not hit.known, hit.start - hit.end, -hit.score, hit.start, hit.kind


def _with_rest(hit: Hit, winners: list[Hit]) -> list[Hit]:
    """Return the winners and, between them, what they leave of the hit."""
    result: list[Hit] = []
    start = hit.start
    for winner in winners:
        result += _rest(hit, start, winner.start)
        result.append(winner)
        start = winner.end
    return result + _rest(hit, start, hit.end)


def _rest(hit: Hit, start: int, end: int) -> list[Hit]:
    return [replace(hit, start=start, end=end)] if end - start >= _LEAST_REST else []


def _grown(hits: list[Hit]) -> list[Hit]:
    """Let each known hit take in the hits of its kind that it overlaps."""
    if not any(hit.known for hit in hits):
        return hits
    others: dict[str, list[Hit]] = {}
    for hit in sorted((hit for hit in hits if not hit.known), key=_start):
        others.setdefault(hit.kind, []).append(hit)
    return [_taken_in(hit, others.get(hit.kind, [])) if hit.known else hit for hit in hits]


def _taken_in(hit: Hit, others: list[Hit]) -> Hit:
    """Those of one kind do not overlap one another, so both ends are in order."""
    place = bisect_right(others, hit.start, key=_start)
    low = place - 1 if place and others[place - 1].end > hit.start else place
    high = bisect_left(others, hit.end, key=_start)
    if low >= high:
        return hit
    start = min(hit.start, others[low].start)
    return replace(hit, start=start, end=max(hit.end, others[high - 1].end))
