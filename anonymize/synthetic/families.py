"""Who belongs together? Families with their home, guardians and children, by the column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.synthetic import people, places
from anonymize.synthetic.draw import Flags, Ints, join, pick, rank_within, weighted, where, zipf
from anonymize.synthetic.numbers import id_numbers

_CHILDREN: Final = (0.62, 0.32, 0.06)
"""Shares of families with one, two and three pupils."""
_GAPS: Final = (0, 1, 2, 3, 4, 5)
_GAP_SHARES: Final = (0.03, 0.1, 0.3, 0.27, 0.2, 0.1)
_GRADES: Final = 12
_PHONES: Final = ("130", "131", "135", "136", "138", "139", "150", "158", "177", "186", "188")


@dataclass(frozen=True, slots=True)
class Households:
    """One row a family: its county, people, surname, home and phones."""

    codes: Sequence[str]
    county: Ints
    peoples: tuple[str, ...]
    people: Ints
    surname: pl.Series
    home: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Children:
    """One row a pupil: birthday as YYYYMMDD, and whether a boy."""

    born: Ints
    male: Flags


def members(chance: np.random.Generator, size: int) -> Ints:
    """Return the family of each pupil, 0, 1, 2 …; its children stand one behind the other."""
    sizes = weighted(chance, _CHILDREN, size) + 1
    return np.repeat(np.arange(size), sizes)[:size]


def households(chance: np.random.Generator, codes: Sequence[str], size: int) -> Households:
    """Return that many families in these counties, the first counties the largest."""
    county = zipf(chance, len(codes), size)
    peoples, of = people.ethnicities(chance, codes, county)
    home = places.homes(chance, codes, county)
    return Households(codes, county, peoples, of, people.surnames(chance, size), home)


def ages(chance: np.random.Generator, family: Ints, year: int) -> tuple[Ints, Ints]:
    """Return each pupil's grade (1 to 12) and birthday (YYYYMMDD).

    A school year holds who was born from 1 September on, six years before its first grade.
    """
    homes = int(family[-1]) + 1
    nth = rank_within(family)
    gap = np.asarray(_GAPS)[weighted(chance, _GAP_SHARES, homes)][family]
    eldest = chance.integers(0, _GRADES, homes)[family]
    grade = (eldest - gap * nth) % _GRADES + 1
    day = chance.integers(0, 365, len(family))
    twin = (gap == 0) | (nth == 0)
    day = np.where(twin, chance.integers(0, 365, homes)[family], day)
    first = [f"{year - 6 - one}-09-01" for one in range(1, _GRADES + 1)]
    start = np.asarray(first, "datetime64[D]")[grade - 1]
    return np.asarray(grade, dtype=np.int64), _digits(start + day)


def named(
    chance: np.random.Generator, homes: Households, family: Ints, children: Children
) -> pl.DataFrame:
    """Return the columns of who the pupils are, where they live, and of their guardians."""
    of = homes.people[family]
    father = _parent(chance, homes, male=True)
    mother = _parent(chance, homes, male=False)
    born = [_generation(chance, family, children.born) for _ in range(2)]
    city = np.asarray([int(code[:4]) for code in homes.codes], dtype=np.int64)[homes.county]
    size, count = len(family), len(homes.county)
    sexes = (children.male.astype(np.int64), np.ones(count, np.int64), np.zeros(count, np.int64))
    numbers = id_numbers(
        np.concatenate([city[family], city, city]), np.concatenate([children.born, *born]),
        np.concatenate(sexes),
    )  # fmt: skip
    name = people.own_names(
        chance, homes.peoples, of,
        join(homes.surname.gather(family), people.given_names(chance, children.male, child=True)),
    )  # fmt: skip
    own, fathers, mothers = numbers[:size], numbers[size : size + count], numbers[size + count :]
    return pl.DataFrame({
        "student_number": join("G", own),
        "name": name,
        "sex": where(children.male, _same("男", size), _same("女", size)),
        "birth_date": pl.Series(children.born).cast(pl.String),
        "ethnicity": pick(homes.peoples, of),
        "document_number": own,
        "family": pl.Series(family).cast(pl.String),
        "domicile_type": where(
            homes.home["rural"].gather(family).to_numpy(), _same("农业户口", size),
            _same("非农业户口", size),
        ),
        "home_address": homes.home["address"].gather(family),
        "phone": _phones(chance, count).gather(family),
        "guardian1_name": father.gather(family),
        "guardian1_relation": _same("父亲", size),
        "guardian1_document_number": fathers.gather(family),
        "guardian1_phone": _phones(chance, count).gather(family),
        "guardian2_name": mother.gather(family),
        "guardian2_relation": _same("母亲", size),
        "guardian2_document_number": mothers.gather(family),
        "guardian2_phone": _phones(chance, count).gather(family),
    })  # fmt: skip


def _parent(chance: np.random.Generator, homes: Households, *, male: bool) -> pl.Series:
    count = len(homes.county)
    surname = homes.surname if male else people.surnames(chance, count)
    han = join(surname, people.given_names(chance, np.full(count, male), child=False))
    return people.own_names(chance, homes.peoples, homes.people, han)


def _generation(chance: np.random.Generator, family: Ints, born: Ints) -> Ints:
    """Return a birthday for one guardian a family, 21 to 33 years before the eldest child's."""
    eldest = np.full(int(family[-1]) + 1, 10**8, dtype=np.int64)
    np.minimum.at(eldest, family, born // 10**4)
    year = eldest - chance.integers(21, 34, len(eldest))
    start: npt.NDArray[np.datetime64] = (year - 1970).astype("datetime64[Y]")
    start = start.astype("datetime64[D]")
    return _digits(start + chance.integers(0, 365, len(eldest)))


def _digits(day: npt.NDArray[np.datetime64]) -> Ints:
    frame = pl.DataFrame({"day": pl.Series(day)})
    digits = pl.col("day").dt.year().cast(pl.Int64) * 10_000
    digits += pl.col("day").dt.month().cast(pl.Int64) * 100 + pl.col("day").dt.day().cast(pl.Int64)
    return np.asarray(frame.select(digits)["day"].to_numpy(), dtype=np.int64)


def _phones(chance: np.random.Generator, size: int) -> pl.Series:
    last = pl.Series(chance.integers(0, 10_000, size)).cast(pl.String).str.zfill(4)
    return join(pick(_PHONES, chance.integers(0, len(_PHONES), size)), "0000", last)


def _same(text: str, size: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, size)
