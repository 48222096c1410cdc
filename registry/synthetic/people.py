"""Invented families: guardians who fit the child, siblings who share them, one address a family."""

from dataclasses import dataclass
from datetime import date
from random import Random

from registry.synthetic import values
from registry.synthetic.numbers import NumberBook, day
from registry.synthetic.place import Place, School

_FAMILIES = 40
_SIBLING = 0.25
_GENERATION = 20
_YEAR_DAYS = 365
_HAN = "汉族"


@dataclass(frozen=True, slots=True)
class Family:
    """Two guardians' cells, and what all children of the family share."""

    surname: str
    ethnicity: str
    father: tuple[str, ...]
    mother: tuple[str, ...]
    youngest_parent: int
    address: str
    phone: str
    rural: bool


class People:
    """Makes pupils of one county; the same seed makes the same people."""

    def __init__(self, rng: Random, place: Place, year: int) -> None:
        self._rng = rng
        self._place = place
        self._year = year
        self._book = NumberBook(place.city)
        self._families: list[Family] = []

    def pupil(self, school: School, grade: int, class_number: int, seat: int) -> list[str]:
        """Return the cells of one pupil, in the order of the form."""
        rng = self._rng
        male = rng.random() < 0.52  # noqa: PLR2004  the real share
        born = day(date(self._year - 6 - grade, 9, 1), int(rng.random() * _YEAR_DAYS))
        family = self._family(int(born[:4]))
        name = self._name(family, male=male)
        stage = 1 if grade <= 6 else 7 if grade <= 9 else 10  # noqa: PLR2004  stages of school
        parents_away = rng.random()
        return [
            school.code, name, "男" if male else "女", born, self._place.county,
            self._place.native, family.ethnicity, "中国", "居民身份证",
            self._book.number(born, male=male), "非港澳台侨外",
            "群众" if grade < 8 else "共青团员",  # noqa: PLR2004  the League's least age
            values.pick(rng, _HEALTH), "", "", "", family.address,
            "农业户口" if family.rural else "非农业户口", values.pick(rng, _TALENTS), "",
            f"{class_number:02}{seat:02}", f"{grade:02}", f"{class_number}班",
            f"{self._year - (grade - stage)}09", "就近入学" if grade < 10 else "统一招生考试",  # noqa: PLR2004  upper school
            "走读" if rng.random() < 0.8 else "住校", "正常入学",  # noqa: PLR2004  most
            family.address, family.address, family.address, family.phone, self._place.postcode,
            "", "", "否", "是",
            "非留守儿童" if parents_away < 0.85 else "单亲留守儿童",  # noqa: PLR2004  most
            "否", "否", "否", "否", "无残疾", "否",
            "是" if rng.random() < 0.06 else "否", "否",  # noqa: PLR2004  few
            f"{rng.random() * 6:.1f}", values.pick(rng, _WAYS), "否",
            *family.father, *family.mother,
        ]  # fmt: skip

    def _name(self, family: Family, *, male: bool) -> str:
        if family.ethnicity in values.MINORITY:
            own, fathers = values.minority_name(self._rng, family.ethnicity)
            return f"{own}·{fathers}"
        return family.surname + values.given_name(self._rng, male=male, child=True)

    def _family(self, born: int) -> Family:
        rng = self._rng
        if self._families and rng.random() < _SIBLING:
            family = self._families[int(rng.random() * len(self._families))]
            if family.youngest_parent <= born - _GENERATION:
                return family
        family = self._new_family(born)
        if len(self._families) < _FAMILIES:
            self._families.append(family)
        else:
            self._families[int(rng.random() * _FAMILIES)] = family
        return family

    def _new_family(self, born: int) -> Family:
        rng = self._rng
        ethnicity = _HAN
        if rng.random() < 0.03:  # noqa: PLR2004  few
            ethnicity = values.pick(rng, tuple(values.MINORITY))
        surname = values.surname(rng)
        rural = rng.random() < 0.6  # noqa: PLR2004  more than half
        address = self._place.address(rng, rural=rural)
        years = born - 22 - int(rng.random() * 12), born - 21 - int(rng.random() * 11)
        parents = [
            self._parent(surname, ethnicity, address, year, male=male)
            for year, male in zip(years, (True, False), strict=True)
        ]
        return Family(
            surname, ethnicity, parents[0], parents[1], max(years), address, parents[0][7], rural
        )

    def _parent(
        self, surname: str, ethnicity: str, address: str, year: int, *, male: bool
    ) -> tuple[str, ...]:
        rng = self._rng
        born = day(date(year, 1, 1), int(rng.random() * _YEAR_DAYS))
        if ethnicity in values.MINORITY:
            name = "·".join(values.minority_name(rng, ethnicity))
        else:
            name = (surname if male else values.surname(rng)) + values.given_name(
                rng, male=male, child=False
            )
        return (
            name, "父亲" if male else "母亲", "", ethnicity, values.firm(rng), address, address,
            values.phone(rng), "是", "居民身份证", self._book.number(born, male=male), "",
        )  # fmt: skip


_HEALTH = ("健康或良好",) * 18 + ("一般或较弱", "有慢性病")
_TALENTS = ("", "", "", "绘画", "篮球", "钢琴", "书法", "合唱", "航模", "乒乓球")
_WAYS = ("步行", "步行", "公共交通", "家长自行接送", "自行车")
