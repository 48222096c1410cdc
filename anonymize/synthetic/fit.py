"""How is an invented world made to resemble a cohort without telling of anyone in it? By noise.

Each distribution is counted once under differential privacy (Dwork et al. 2006); the world is then
drawn from the noisy shares alone, so whatever is made of it is as private (post-processing).
"""

from typing import Final

import polars as pl

from anonymize.plan.epsilon import Written, nano_epsilon
from anonymize.statistics.mechanism import discrete_laplace
from anonymize.synthetic.world import DEFAULT_SHARES, Shares
from kernel.errors import InvalidError

_COLUMNS: Final = tuple(DEFAULT_SHARES)


def fit(cohort: pl.DataFrame, epsilon: Written) -> Shares:
    """Return the noisy shares of a cohort's distributions, for `World(shares=…)`.

    One row is one pupil, who counts once in each of the distributions, so these share `epsilon`
    alike. Values are the closed ones of `DEFAULT_SHARES`; others are not told of. A distribution
    that drowns in noise keeps its default. Raises InvalidError if a column is missing or there is
    no budget for each. The caller takes `epsilon` from the cohort's budget first.
    """
    each = nano_epsilon(epsilon) // len(_COLUMNS)
    if each < 1:
        raise InvalidError(
            "ε 太小，不够分给每个分布", field="epsilon", rule="差分隐私预算", remedy="请增大 ε"
        )
    if missing := [name for name in _COLUMNS if name not in cohort.columns]:
        raise InvalidError(
            f"表中没有字段“{missing[0]}”", field=missing[0], rule="合成学籍", remedy="请补上该列"
        )
    return {name: _shares(name, cohort[name], each) for name in _COLUMNS}


def _shares(name: str, column: pl.Series, nano: int) -> dict[str, float]:
    default = dict(DEFAULT_SHARES[name])
    counted = dict(column.value_counts(name="rows").iter_rows())
    exact = [int(counted.get(value) or 0) for value in default]
    noisy = [max(0, count) for count in discrete_laplace(exact, sensitivity=1, nano=nano)]
    total = sum(noisy)
    return {v: n / total for v, n in zip(default, noisy, strict=True)} if total else default
