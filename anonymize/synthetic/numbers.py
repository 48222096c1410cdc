"""ID numbers by the column that keep GB 11643 and belong to nobody."""

from typing import Final

import numpy as np
import polars as pl

from anonymize.synthetic.draw import Ints, join, pick, rank_within
from kernel.errors import InvalidError

_NOBODY: Final = (99, 98, 97, 96, 95)
"""Ends of address codes: GB/T 2260 has given them to no county, so an invented number is known
for one, yet its shape, date and check character are right."""

_WEIGHTS: Final = tuple(2 ** (17 - place) % 11 for place in range(17))
_A_DAY: Final = 499
"""Sequence numbers of one sex, birthday and address code."""


def id_numbers(city: Ints, born: Ints, male: Ints) -> pl.Series:
    """Return a different number for each person: `city` four digits, `born` YYYYMMDD, `male` 0, 1.

    Raises InvalidError if a city has over 2 495 births of one sex on a day.
    """
    nth = rank_within(city, born, male)
    if len(nth) and int(nth.max()) >= _A_DAY * len(_NOBODY):
        raise InvalidError(
            "同一城市同一天出生的合成学生太多，证件号已用完",
            field="pupils", rule="GB 11643-1999 顺序码", remedy="请减少人数或增加区县",
        )  # fmt: skip
    end = np.asarray(_NOBODY)[nth // _A_DAY]
    sequence = 2 * (nth % _A_DAY) + np.where(male == 1, 1, 2)
    body = ((city * 100 + end) * 10**8 + born) * 1000 + sequence
    return join(pl.Series(body).cast(pl.String), pick("10X98765432", _remainder(body)))


def _remainder(body: Ints) -> Ints:
    total = np.zeros(len(body), dtype=np.int64)
    rest = body.copy()
    for weight in reversed(_WEIGHTS):
        total += rest % 10 * weight
        rest //= 10
    return total % 11
