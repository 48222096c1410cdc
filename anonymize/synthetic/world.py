"""A world of invented pupils: families, homes, schools, moves and remarks that fit each other.

Nothing in it is a person: ID numbers have address ends that no county has, phones have 0000 in
their middle, house numbers begin at 9000.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from anonymize.synthetic import families, places, pools
from anonymize.synthetic.draw import Ints, join, pick, weighted, where
from anonymize.synthetic.remarks import remarks
from kernel.errors import InvalidError

MOST: Final = 20_000_000
_MALE, _AWAY, _AIDED, _MOVED = 0.52, 0.15, 0.08, 0.03

Shares = Mapping[str, Mapping[str, float]]
"""Column → value → share, as `fit` measures it: the columns drawn by it instead of by default."""


@dataclass(frozen=True, slots=True)
class World:
    """What to make. The same world is the same table, byte by byte.

    `divisions` are codes of GB/T 2260 of 2, 4 or 6 digits (none: the whole country); `year` is
    the school year's first calendar year. `shares` replace the default distributions of `health`,
    `commute_mode` and `attendance_mode`. Raises InvalidError if it cannot be made.
    """

    pupils: int
    seed: int = 1
    divisions: tuple[str, ...] = ()
    year: int = 2026
    remarks: bool = True
    shares: Shares = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not 1 <= self.pupils <= MOST:
            raise InvalidError(
                f"学生人数须在 1 与 {MOST:,} 之间", field="pupils", rule="合成学籍",
                remedy="请分批生成",
            )  # fmt: skip
        for name, shares in self.shares.items():
            if not shares or min(shares.values()) < 0 or not sum(shares.values()) > 0:
                raise InvalidError(
                    f"“{name}”的分布须有取值，且份额不为负", field="shares", rule="合成学籍",
                    remedy="请为每个取值填写不小于 0 的份额",
                )  # fmt: skip
        unknown = set(self.shares) - DEFAULT_SHARES.keys()
        if unknown:
            raise InvalidError(
                f"不能按给定分布生成“{'、'.join(sorted(unknown))}”", field="shares",
                rule="合成学籍", remedy=f"可用：{'、'.join(DEFAULT_SHARES)}",
            )  # fmt: skip


DEFAULT_SHARES: Final[Shares] = MappingProxyType(
    {
        "health": dict(pools.HEALTH),
        "commute_mode": dict(pools.WAYS),
        "attendance_mode": {"走读": 0.8, "住校": 0.2},
    }
)


def pupils(world: World) -> pl.DataFrame:
    """Return one row a pupil, all columns text, null where there is nothing.

    Siblings share surname, people, home and guardians; a family's children are of different
    school years, or twins born on one day. Codes of `ethnicity` are of GB/T 3304.
    """
    chance = np.random.default_rng(world.seed)
    codes = places.chosen(world.divisions)
    family = families.members(chance, world.pupils)
    homes = families.households(chance, codes, int(family[-1]) + 1)
    grade, born = families.ages(chance, family, world.year)
    male = chance.random(world.pupils) < _MALE
    county = homes.county[family]
    made = families.named(chance, homes, family, families.Children(born, male))
    frame = pl.DataFrame([
        *made.get_columns(),
        pick(codes, county).alias("division"),
        *places.schooling(codes, county, grade).get_columns(),
        *_learning(chance, world, codes, grade),
    ])  # fmt: skip
    if world.remarks:
        frame = frame.with_columns(remarks(chance, frame).alias("remark"))
    return frame


def _learning(
    chance: np.random.Generator, world: World, codes: Sequence[str], grade: Ints
) -> list[pl.Series]:
    size = len(grade)
    entered = world.year - (grade - np.select([grade <= 6, grade <= 9], [1, 7], 10))  # noqa: PLR2004  stages of school
    moved = chance.random(size) < _MOVED
    month = pl.Series(world.year * 100 + chance.integers(1, 7, size)).cast(pl.String)
    earlier = places.elsewhere(chance, codes, size)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, size)
    drawn = {**DEFAULT_SHARES, **world.shares}
    return [
        pl.Series("grade", grade).cast(pl.String).str.zfill(2),
        join(pl.Series(entered).cast(pl.String), "09").alias("enrolment_month"),
        *(
            pick(tuple(shares), weighted(chance, tuple(shares.values()), size)).alias(name)
            for name, shares in drawn.items()
        ),
        pick(("否", "是"), (chance.random(size) < _AWAY).astype(np.int64)).alias("left_behind"),
        pick(("否", "是"), (chance.random(size) < _AIDED).astype(np.int64)).alias("aid"),
        pl.Series(np.round(chance.gamma(2.0, 1.2, size), 1)).cast(pl.String)
        .alias("commute_distance"),
        where(moved, month, nothing).alias("transfer_month"),
        where(moved, earlier, nothing).alias("transferred_from"),
    ]  # fmt: skip
