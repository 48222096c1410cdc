"""Which province, city and county does an address lie in?

Answers come from closed lists of GB/T 2260 names, `data/divisions.txt` of 2023 and
`data/former_divisions.txt` of the years from 2000, so nothing of the address itself (village, road,
house) can pass: what is not in the lists has no answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from anonymize.fields.numbers import tidy

LEVELS: Final = MappingProxyType({"province": 2, "city": 4, "county": 6})
"""How many digits of a division code name an area of that level."""

_PROVINCE_TAILS: Final = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市",
)  # fmt: skip
_CITY_TAILS: Final = ("市", "地区", "盟")
_UNDIVIDED: Final = frozenset({"4419", "4420", "4604", "6202"})
"""东莞, 中山, 儋州 and 嘉峪关 have no counties: there the city is the finest named area."""

_DIRECT: Final = "90"
"""City digits of the counties that a province governs directly; no city of that name exists."""

AREA: Final = "area"
_AREAS: Final = MappingProxyType({
    "1": "华北", "2": "东北", "3": "华东", "4": "中南", "5": "西南", "6": "西北",
    "7": "港澳台", "8": "港澳台",
})  # fmt: skip
"""First digit of a division code → the large area it stands for (GB/T 2260)."""

_SHORTEST_FORMER: Final = 3
"""Former names of two characters (东区, 任县) begin many addresses: alone they are not known."""


@dataclass(frozen=True, slots=True)
class _Area:
    code: str
    name: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    names: dict[str, str]
    """Digits of an area (2, 4 or 6) → name."""
    below: dict[str, list[_Area]]
    """Digits of an area → areas right below it; `` → provinces. Longest spelling first."""
    counties: dict[str, list[_Area]]
    """Digits of a province → all its counties."""
    beginning: dict[str, list[_Area]]
    """First two characters of a full name → areas that may be known by it alone."""


def generalize(address: str, level: str) -> str | None:
    """Return the address up to the level, or None if it is unknown.

    Levels: `county`, `city`, `province`, `area`. A six-digit division code counts as an address.
    Cities without counties answer with the city. A county that was renamed since 2000 answers with
    its present name, an abolished one with its last name in the city and province it was then in:
    what became of its villages no list tells.
    """
    code = locate(address, LEVELS["province" if level == AREA else level])
    if code is None:
        return None
    return area(code) if level == AREA else full_name(code)


def locate(address: str, digits: int) -> str | None:
    """Return the 2, 4 or 6 digits of the area that the address names, or None.

    Only a city without counties may answer a question for six digits with four. Divisions in force
    come first; former ones are asked only for what these do not know.
    """
    text = "".join(tidy(address).split())
    for index in (_in_force(), _with_former()):
        if (found := _locate(index, text, digits)) is not None:
            return found
    return None


def area(code: str) -> str:
    """Return the large area of a division code, such as 华北."""
    return _AREAS[code[0]]


def full_name(code: str) -> str:
    """Return the names from the province down, without repeats (municipalities) and fillers."""
    names = _with_former().names
    parts = [code[:size] for size in LEVELS.values() if size <= len(code)]
    # Counties governed directly, and former ones of municipalities, have no city above them.
    cities = [part for part in parts[:-1] if part in names and not part.endswith(_DIRECT)]
    named = [names[part] for part in (*cities, code)]
    return "".join(dict.fromkeys(named))


def is_division(code: str) -> bool:
    """Tell whether the six digits lie in a known province (counties come and go)."""
    if not (len(code) == LEVELS["county"] and code.isascii() and code.isdigit()):
        return False
    return code[:2] in _in_force().names


def _locate(index: _Index, text: str, digits: int) -> str | None:
    if len(text) == LEVELS["county"] and text.isascii() and text.isdigit():
        return _code(index, text, digits)
    for start in (_step, _jump):
        if (found := _descend(index, *start(index, "", text), digits)) is not None:
            return found
    return None


def _code(index: _Index, text: str, digits: int) -> str | None:
    """An unknown county is still known by its city and province."""
    found = next((text[:size] for size in (6, 4, 2) if text[:size] in index.names), "")
    return _descend(index, found, "", digits)


def _descend(index: _Index, found: str, rest: str, digits: int) -> str | None:
    """Follow the text below the area found until it is fine enough; None if it never is."""
    while found and len(found) < digits:
        deeper, rest = _step(index, found, rest)
        if deeper == found:
            return _finest(index, found, digits)
        found = deeper
    # Former counties that a province governed directly have no city above them: the province is.
    sizes = (digits, LEVELS["province"])
    return next((found[:size] for size in sizes if found[:size] in index.names), None)


def _finest(index: _Index, found: str, digits: int) -> str | None:
    if found in _UNDIVIDED:
        return found
    city = found + "01"
    municipality = digits == LEVELS["city"] and index.names.get(city) == index.names[found]
    return city if municipality else None


def _step(index: _Index, above: str, text: str) -> tuple[str, str]:
    """Return the area right below that the text begins with and the rest, else what was given."""
    for one in index.below.get(above, ()):
        for spelling in one.spellings:
            if text.startswith(spelling):
                return one.code, text[len(spelling) :]
    # Municipalities and directly governed counties write no city: look one level further down.
    if len(above) == LEVELS["province"]:
        return _only(text, index.counties.get(above, ())) or (above, text)
    return above, text


def _jump(index: _Index, above: str, text: str) -> tuple[str, str]:
    """Return the city or county that the text begins with, if only one bears that full name."""
    areas = index.beginning.get(text[:2], ())
    cities, counties = ([one for one in areas if len(one.code) == size] for size in (4, 6))
    return _only(text, cities) or _only(text, counties) or (above, text)


def _only(text: str, areas: Sequence[_Area]) -> tuple[str, str] | None:
    """Return the one area whose full name begins the text, the longest name winning.

    A county that had two codes one after the other is one, if its city kept its name.
    """
    fits = [one for one in areas if text.startswith(one.name)]
    longest = max((len(one.name) for one in fits), default=0)
    codes = sorted(one.code for one in fits if len(one.name) == longest)
    known = {full_name(code) for code in codes}
    return (codes[-1], text[longest:]) if len(known) == 1 else None


@cache
def _in_force() -> _Index:
    names = {_digits(code): name for code, name in _lines("divisions.txt")}
    names |= {code + "00": names[code] for code in ("81", "82")}
    return _indexed(
        names, [_Area(code, name, _spellings(code, name)) for code, name in names.items()]
    )


@cache
def _with_former() -> _Index:
    """Divisions in force, and former names under their codes; a name in force goes first."""
    now = _in_force()
    former = [
        _Area(_digits(code), name, _spellings(_digits(code), name))
        for code, _, _, name in _lines("former_divisions.txt")
    ]
    last = {one.code: one.name for one in former}
    areas = [one for level in now.below.values() for one in level]
    return _indexed(last | now.names, areas + former, former=frozenset(former))


def _indexed(
    names: dict[str, str], areas: list[_Area], former: frozenset[_Area] = frozenset()
) -> _Index:
    below: dict[str, list[_Area]] = {}
    counties: dict[str, list[_Area]] = {}
    beginning: dict[str, list[_Area]] = {}
    for one in sorted(areas, key=lambda one: -len(one.name)):
        below.setdefault(one.code[:-2], []).append(one)
        if len(one.code) == LEVELS["county"]:
            counties.setdefault(one.code[:2], []).append(one)
        if one not in former or len(one.name) >= _SHORTEST_FORMER:
            beginning.setdefault(one.name[:2], []).append(one)
    return _Index(names, below, counties, beginning)


def _lines(file: str) -> list[list[str]]:
    text = files("anonymize").joinpath("data", file).read_text("utf-8")
    return [line.split(" ") for line in text.splitlines() if not line.startswith("#")]


def _digits(code: str) -> str:
    return code.removesuffix("00").removesuffix("00") if code.endswith("00") else code


def _spellings(code: str, name: str) -> tuple[str, ...]:
    """Return the full name and, for provinces and cities, the usual short one."""
    tails = {2: _PROVINCE_TAILS, 4: _CITY_TAILS}.get(len(code), ())
    for tail in tails:
        short = name.removesuffix(tail)
        if short != name and len(short) > 1:
            return (name, short)
    return (name,)
