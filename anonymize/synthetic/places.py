"""Where do the pupils live and learn? Real counties; towns, streets and schools are invented."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from anonymize.fields.regions import full_name
from anonymize.synthetic import pools
from anonymize.synthetic.draw import Ints, any_of, join, pick, rank_within, zipf
from kernel.errors import InvalidError

CLASS_SIZE: Final = 45
SCHOOL_SIZE: Final = (900, 700, 1200)
"""About how many pupils a school of each stage has."""

_RURAL: Final = 0.45


@cache
def counties() -> tuple[str, ...]:
    """Return the codes of all counties of GB/T 2260 in the list of the package."""
    text = files("anonymize").joinpath("data/divisions.txt").read_text("utf-8")
    codes = (line.split(" ", 1)[0] for line in text.splitlines() if not line.startswith("#"))
    return tuple(code for code in codes if not code.endswith("00"))


def chosen(divisions: Sequence[str]) -> tuple[str, ...]:
    """Return the counties that lie in these divisions, or all.

    A division is the first 2, 4 or 6 digits of a code. Raises InvalidError if one has no county.
    """
    if not divisions:
        return counties()
    found = tuple(code for code in counties() if code.startswith(tuple(divisions)))
    for division in divisions:
        if not division or not any(code.startswith(division) for code in found):
            raise InvalidError(
                f"没有区划“{division}”下的区县", field="divisions", rule="GB/T 2260",
                remedy="请填写 2、4 或 6 位区划代码",
            )  # fmt: skip
    return found


def homes(chance: np.random.Generator, codes: Sequence[str], county: Ints) -> pl.DataFrame:
    """Return `address` and `rural` of families that live in these counties."""
    size = len(county)
    rural = chance.random(size) < _RURAL
    start = join(
        pick([full_name(code) for code in codes], county), any_of(chance, pools.TOWNS, size)
    )
    number = pl.Series(chance.integers(9000, 10_000, size)).cast(pl.String)
    door = join(
        pl.Series(chance.integers(1, 7, size)).cast(pl.String), "单元",
        pl.Series(chance.integers(101, 1000, size)).cast(pl.String), "室",
    )  # fmt: skip
    village = join(start, "镇", any_of(chance, pools.SCHOOLS, size), "村", number, "号")
    town = join(start, "街道", any_of(chance, pools.STREETS, size), "路", number, "号", door)
    return pl.DataFrame({"rural": pl.Series(rural), "village": village, "town": town}).select(
        "rural", pl.when("rural").then("village").otherwise("town").alias("address")
    )


def schooling(codes: Sequence[str], county: Ints, grade: Ints) -> pl.DataFrame:
    """Return `school_code`, `school_name`, `class_name` and `seat_number` of each pupil.

    A county has as many schools of a stage as its pupils fill; no class is over 45. A code is ten
    digits: kind, province, place of county and school.
    """
    stage = np.select([grade <= 6, grade <= 9], [0, 1], 2).astype(np.int64)  # noqa: PLR2004  stages of school
    place = rank_within(county, stage)
    number = _schools(county, stage)
    school = place % number
    seat = rank_within(county, stage, school, grade)
    kind = pick([end for end, _ in pools.KINDS], stage)
    again = school // len(pools.SCHOOLS)
    title = join(
        pick([_own_name(code) for code in codes], county),
        pick(pools.SCHOOLS, school % len(pools.SCHOOLS)),
        pick(["", *(f"{n}分校" for n in range(2, int(again.max(initial=0)) + 2))], again), kind,
    )  # fmt: skip
    code = join(
        pick(("21", "31", "34"), stage), pick([one[:2] for one in codes], county),
        pl.Series(_within_province(codes)[county] * 1000 + school).cast(pl.String).str.zfill(6),
    )  # fmt: skip
    return pl.DataFrame(
        {
            "school_code": code,
            "school_name": title,
            "class_name": join(pl.Series(seat // CLASS_SIZE + 1).cast(pl.String), "班"),
            "seat_number": pl.Series(seat % CLASS_SIZE + 1).cast(pl.String).str.zfill(2),
        }
    )


def _schools(county: Ints, stage: Ints) -> Ints:
    key = county * 3 + stage
    counts = np.bincount(key, minlength=int(key.max(initial=0)) + 1)
    sizes = np.asarray(SCHOOL_SIZE)[np.arange(len(counts)) % 3]
    return np.asarray(np.maximum(1, -(-counts // sizes))[key], dtype=np.int64)


def elsewhere(chance: np.random.Generator, codes: Sequence[str], size: int) -> pl.Series:
    """Return names of schools of any of these counties, from which pupils came."""
    return join(
        pick([_own_name(code) for code in codes], zipf(chance, len(codes), size)),
        any_of(chance, pools.SCHOOLS, size), "小学",
    )  # fmt: skip


def _within_province(codes: Sequence[str]) -> Ints:
    """Return each county's place among those of its province."""
    return rank_within(np.asarray([int(code[:2]) for code in codes], dtype=np.int64))


def _own_name(code: str) -> str:
    """Return the county's own name, without province and city."""
    return full_name(code).removeprefix(full_name(code[:4]))
