"""Which province, city and county does an address lie in?

Answers come from the closed list of GB/T 2260 names in `data/divisions.txt`, so nothing of the
address itself (village, road, house) can pass: what is not in the list has no answer.
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
    beginning: dict[str, list[_Area]]
    """First two characters of a full name → areas."""


def generalize(address: str, level: str) -> str | None:
    """Return the address up to the level (`province`, `city`, `county`), or None if unknown.

    A six-digit division code counts as an address. Cities without counties answer with the city.
    """
    code = locate(address, LEVELS[level])
    return None if code is None else full_name(code)


def locate(address: str, digits: int) -> str | None:
    """Return the 2, 4 or 6 digits of the area that the address names, or None.

    Only a city without counties may answer a question for six digits with four.
    """
    text = "".join(tidy(address).split())
    if len(text) == LEVELS["county"] and text.isascii() and text.isdigit():
        return _code(text, digits)
    for start in (_step, _jump):
        if (found := _descend(*start("", text), digits)) is not None:
            return found
    return None


def full_name(code: str) -> str:
    """Return the names from the province down, without repeats (municipalities) and fillers."""
    names = _index().names
    parts = [code[:size] for size in LEVELS.values() if size <= len(code)]
    named = [names[part] for part in parts if part == code or not part.endswith(_DIRECT)]
    return "".join(dict.fromkeys(named))


def is_division(code: str) -> bool:
    """Tell whether the six digits lie in a known province (counties come and go)."""
    if not (len(code) == LEVELS["county"] and code.isascii() and code.isdigit()):
        return False
    return code[:2] in _index().names


def _code(text: str, digits: int) -> str | None:
    """Counties come and go: an unknown one is still known by its city and province."""
    found = next((text[:size] for size in (6, 4, 2) if text[:size] in _index().names), "")
    return _descend(found, "", digits)


def _descend(found: str, rest: str, digits: int) -> str | None:
    """Follow the text below the area found until it is fine enough; None if it never is."""
    while found and len(found) < digits:
        deeper, rest = _step(found, rest)
        if deeper == found:
            return _finest(found, digits)
        found = deeper
    return found[:digits] or None


def _finest(found: str, digits: int) -> str | None:
    if found in _UNDIVIDED:
        return found
    city = found + "01"
    names = _index().names
    municipality = digits == LEVELS["city"] and names.get(city) == names[found]
    return city if municipality else None


def _step(above: str, text: str) -> tuple[str, str]:
    """Return the area right below that the text begins with and the rest, else what was given."""
    index = _index()
    for area in index.below.get(above, ()):
        for spelling in area.spellings:
            if text.startswith(spelling):
                return area.code, text[len(spelling) :]
    # Municipalities and directly governed counties write no city: look one level further down.
    if len(above) == LEVELS["province"]:
        return _only(
            text, [c for city in index.below.get(above, ()) for c in index.below.get(city.code, ())]
        ) or (above, text)
    return above, text


def _jump(above: str, text: str) -> tuple[str, str]:
    """Return the city or county that the text begins with, if only one bears that full name."""
    areas = _index().beginning.get(text[:2], ())
    cities, counties = ([a for a in areas if len(a.code) == size] for size in (4, 6))
    return _only(text, cities) or _only(text, counties) or (above, text)


def _only(text: str, areas: Sequence[_Area]) -> tuple[str, str] | None:
    """Return the one area whose full name begins the text, the longest name winning."""
    fits = [area for area in areas if text.startswith(area.name)]
    longest = max((len(area.name) for area in fits), default=0)
    fits = [area for area in fits if len(area.name) == longest]
    return (fits[0].code, text[longest:]) if len(fits) == 1 else None


@cache
def _index() -> _Index:
    text = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8")
    lines = [line.split(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    names = {_digits(code): name for code, name in lines}
    names |= {code + "00": names[code] for code in ("81", "82")}
    areas = [_Area(code, name, _spellings(code, name)) for code, name in names.items()]
    areas.sort(key=lambda area: -len(area.name))
    below: dict[str, list[_Area]] = {}
    beginning: dict[str, list[_Area]] = {}
    for area in areas:
        below.setdefault(area.code[:-2], []).append(area)
        beginning.setdefault(area.name[:2], []).append(area)
    return _Index(names, below, beginning)


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
