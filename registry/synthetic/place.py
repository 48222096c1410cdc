"""One real county with its towns; its schools, house numbers and inhabitants are invented."""

from dataclasses import dataclass
from random import Random

from registry.synthetic import values


@dataclass(frozen=True, slots=True)
class Place:
    """A county under its city and province (GB/T 2260 codes)."""

    province: str
    city: str
    county: str
    names: tuple[str, str, str]
    towns: tuple[str, ...]
    postcode: str
    neighbour: tuple[str, str]
    """Code and name of another county of the city: pupils there are none of ours."""

    @property
    def native(self) -> str:
        """Return the county as a native place is written (at most 20 characters)."""
        return self.names[1] + self.names[2]

    def address(self, rng: Random, *, rural: bool) -> str:
        """Return an address down to a house that does not exist."""
        start = "".join(self.names) + values.pick(rng, self.towns)
        number = 9000 + int(rng.random() * 1000)
        if rural:
            return f"{start}{values.pick(rng, values.SCHOOLS)}村{number}号"
        door = f"{1 + int(rng.random() * 6)}单元{101 + int(rng.random() * 900)}室"
        return f"{start}{values.pick(rng, values.STREETS)}路{number}号{door}"


@dataclass(frozen=True, slots=True)
class School:
    """A school: identifier code, name, and its grades from first to last."""

    code: str
    name: str
    first_grade: int
    last_grade: int


YISHUI = Place(
    "37", "3713", "371323", ("山东省", "临沂市", "沂水县"),
    (
        "沂城街道", "龙家圈街道", "许家湖镇", "黄山铺镇", "诸葛镇", "崔家峪镇", "四十里堡镇",
        "杨庄镇", "夏蔚镇", "沙沟镇", "马站镇", "高桥镇", "院东头镇", "富官庄镇", "道托镇",
        "泉庄镇",
    ),
    "276400", ("371327", "莒南县"),
)  # fmt: skip

_KINDS = (("21", "小学", 1, 6), ("31", "初级中学", 7, 9), ("34", "高级中学", 10, 12))


def schools(place: Place, count: int) -> list[School]:
    """Return the county's schools: of every six, three primary, two middle, one upper."""
    pattern = (0, 1, 0, 2, 0, 1)
    made = []
    for number in range(count):
        kind, suffix, first, last = _KINDS[pattern[number % len(pattern)]]
        title = values.SCHOOLS[number % len(values.SCHOOLS)]
        again = number // len(values.SCHOOLS)
        name = f"{place.names[2]}{title}{f'第{again + 1}' if again else ''}{suffix}"
        made.append(School(f"{kind}{place.province}{990_000 + number:06}", name, first, last))
    return made


def neighbour_school(place: Place) -> School:
    """Return a school of the neighbouring county."""
    return School(f"21{place.province}989999", f"{place.neighbour[1]}远行小学", 1, 6)


def tree(place: Place, count: int) -> list[dict[str, str]]:
    """Return the organization tree as plain descriptions, parents first."""
    levels = ("province", "city", "county")
    codes = (f"{place.province}0000", f"{place.city}00", place.county)
    nodes = [_node("ministry", "ministry", "central", "教育部")]
    for kind, suffix, start in (
        ("education_authority", "教育局", "ministry"), ("government", "人民政府", ""),
    ):  # fmt: skip
        parent = start
        for level, code, name in zip(levels, codes, place.names, strict=True):
            title = name + ("教育厅" if suffix == "教育局" and level == "province" else suffix)
            nodes.append(_node(f"{kind}-{level}", kind, level, title, code, parent))
            parent = f"{kind}-{level}"
    code, name = place.neighbour
    above = "education_authority-city"
    nodes.append(_node("neighbour", "education_authority", "county", f"{name}教育局", code, above))
    nodes += [_school(school, "education_authority-county") for school in schools(place, count)]
    return [*nodes, _school(neighbour_school(place), "neighbour")]


def _school(school: School, parent: str) -> dict[str, str]:
    return _node(f"school-{school.code}", "school", "school", school.name, "", parent) | {
        "code": school.code
    }


def _node(
    key: str, kind: str, level: str, name: str, division: str = "", parent: str = ""
) -> dict[str, str]:
    return {
        "key": key, "kind": kind, "level": level, "name": name, "division": division,
        "parent": parent, "code": "",
    }  # fmt: skip
