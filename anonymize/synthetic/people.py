"""What are invented people called? Names by sex, age and people, by the column."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from anonymize.synthetic import pools
from anonymize.synthetic.draw import Flags, Ints, any_of, join, pick, weighted, where, zipf

HAN: Final = "01"
_COMPOUND, _TWO_CHARACTERS, _RARE = 0.01, 0.85, 0.02


def ethnicities(
    chance: np.random.Generator, codes: Sequence[str], county: Ints
) -> tuple[tuple[str, ...], Ints]:
    """Return codes of GB/T 3304, and each family's place among them, by the province's shares."""
    names = sorted({HAN} | {code for shares in pools.SHARES.values() for code, _ in shares}
                   | {code for code, _ in pools.ELSEWHERE})  # fmt: skip
    at = {code: place for place, code in enumerate(names)}
    drawn = np.full(len(county), at[HAN], dtype=np.int64)
    province = np.asarray([int(code[:2]) for code in codes], dtype=np.int64)[county]
    for number in np.unique(province):
        rows = np.flatnonzero(province == number)
        shares = pools.SHARES.get(f"{number:02}", pools.ELSEWHERE)
        weights = [1 - sum(share for _, share in shares), *(share for _, share in shares)]
        places = np.asarray([at[HAN], *(at[code] for code, _ in shares)])
        drawn[rows] = places[weighted(chance, weights, len(rows))]
    return tuple(names), drawn


def surnames(chance: np.random.Generator, size: int) -> pl.Series:
    """Return surnames by how common they are, now and then a compound one."""
    common = pick(pools.SURNAMES, zipf(chance, len(pools.SURNAMES), size, 0.9))
    compound = chance.random(size) < _COMPOUND
    return where(compound, any_of(chance, pools.COMPOUND, size), common)


def given_names(chance: np.random.Generator, male: Flags, *, child: bool) -> pl.Series:
    """Return given names of one or two characters in the fashion of the generation."""
    size = len(male)
    boys, girls = pools.GIVEN if child else pools.ELDER
    first, second = (
        where(male, any_of(chance, boys, size), any_of(chance, girls, size)) for _ in range(2)
    )
    rare = chance.random(size) < (_RARE if child else 0)
    second = where(rare, any_of(chance, pools.RARE, size), second)
    return where(chance.random(size) < _TWO_CHARACTERS, join(first, second), first)


def own_names(
    chance: np.random.Generator, names: Sequence[str], ethnicity: Ints, han: pl.Series
) -> pl.Series:
    """Return the names of those whose people names itself otherwise, and `han` for all others."""
    made = han
    for code, (given, others, joint) in pools.PEOPLES.items():
        rows = ethnicity == names.index(code)
        if rows.any():
            size = len(ethnicity)
            own = join(any_of(chance, given, size), joint, any_of(chance, others, size))
            made = where(rows, own, made)
    return made
