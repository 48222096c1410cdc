"""How are a plan's statistics answered? From counts; the rules are elsewhere. Polars."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from anonymize.plan.epsilon import in_words
from anonymize.plan.noise import OTHER, Noisy, NoisyCount, NoisyHistogram, NoisyMean, NoisyRate
from anonymize.plan.query_document import Query
from anonymize.statistics.counted import PUPILS, Counted, number
from anonymize.statistics.linked import Answer, protected
from anonymize.statistics.noisy import UNITS, NoisyStatistic, Part, cells, centre, drawn
from kernel.errors import InvalidError

_HAS: Final = "\0has"
_UNITS: Final = "\0units"
_ALL: Final = pl.col(PUPILS).sum()


def answers(queries: Sequence[Query], counted: Counted, *, budget: int) -> tuple[Answer, ...]:
    """Return the answers in the order asked; `counted` is the table, as these queries read it.

    `budget` is the ε that the caller has taken for them, in billionths. With 0 noisy statistics are
    answered by their form alone, and nothing of the data is in it. Raises InvalidError if it is
    something, and less than they take.
    """
    noisy = [query for query in queries if isinstance(query, Noisy)]
    cost = sum(query.noise.nano for query in noisy)
    if 0 < budget < cost:
        raise InvalidError(
            f"含噪统计需要 ε={in_words(cost)}，只扣得 {in_words(budget)}",
            field="statistics", rule="差分隐私预算", remedy="请先从预算中足额扣除",
        )  # fmt: skip
    hiding = [query for query in queries if not isinstance(query, Noisy)]
    exact = iter(protected(hiding, counted))
    return tuple(
        _noisy(query, counted, answered=budget > 0) if isinstance(query, Noisy) else next(exact)
        for query in queries
    )


def measured(query: Noisy, counted: Counted) -> list[Part]:
    """Return the numbers that get noise, in the order of the query's cells."""
    nano = query.noise.nano
    if isinstance(query, NoisyHistogram):
        return [Part(_histogram(query, counted), 1, nano)]
    lines = counted.by(*query.columns)
    closed = lines.with_columns(_closed(name, query.noise.values[name]) for name in query.by)
    if isinstance(query, NoisyCount):
        return [Part(_counts(closed, query.by, cells(query)), 1, nano)]
    if isinstance(query, NoisyRate):
        return [Part(_having(query, closed), 1, nano)]
    return _sums(query, closed)


def _noisy(query: Noisy, counted: Counted, *, answered: bool) -> NoisyStatistic:
    if not answered:
        return NoisyStatistic(query, None)
    # Here, not at the top: OpenDP takes a second to load, and few tables ask for noise.
    from anonymize.statistics.mechanism import discrete_laplace  # noqa: PLC0415

    return drawn(
        query, measured(query, counted), lambda values, most, nano: discrete_laplace(
            values, sensitivity=most, nano=nano
        ),
    )  # fmt: skip


def _closed(name: str, values: Sequence[str]) -> pl.Expr:
    """The column with every value that is not listed, and every missing one, as 其他."""
    listed = pl.col(name).is_in(list(values)).fill_null(value=False)
    return pl.when(listed).then(pl.col(name)).otherwise(pl.lit(OTHER)).alias(name)


def _counts(
    frame: pl.DataFrame, by: tuple[str, ...], labels: list[tuple[str, ...]]
) -> tuple[int, ...]:
    if not by:
        return (int(frame[PUPILS].sum()),)
    found = {row[:-1]: row[-1] for row in frame.group_by(by).agg(_ALL).iter_rows()}
    return tuple(found.get(label, 0) for label in labels)


def _having(query: NoisyRate, frame: pl.DataFrame) -> tuple[int, ...]:
    """Pupils with the value and pupils without it, cell by cell: each pupil is in one number."""
    has = (pl.col(query.of) == query.value).fill_null(value=False)
    order = [(*label, there) for label in cells(query) for there in (True, False)]
    told = frame.select(*query.by, has.alias(_HAS), PUPILS)
    grouped = told.group_by([*query.by, _HAS]).agg(_ALL)
    found = {row[:-1]: row[-1] for row in grouped.iter_rows()}
    return tuple(found.get(label, 0) for label in order)


def _sums(query: NoisyMean, frame: pl.DataFrame) -> list[Part]:
    """Sums of distances from the middle in whole units of at most UNITS, and pupils with one."""
    low, high = query.bounds
    distance = (number(query.of).clip(low, high) - centre(query)) / ((high - low) / 2) * UNITS
    units = distance.round().clip(-UNITS, UNITS).cast(pl.Int64).alias(_UNITS)
    read = frame.select(*query.by, units, PUPILS).drop_nulls(_UNITS)
    sums = [(pl.col(_UNITS) * pl.col(PUPILS)).sum().alias("sum"), _ALL.alias("n")]
    grouped = read.group_by(query.by).agg(sums) if query.by else read.select(sums)
    found = {row[:-2]: row[-2:] for row in grouped.iter_rows()}
    both = [found.get(label, (0, 0)) for label in cells(query)]
    half = query.noise.nano // 2
    return [
        Part(tuple(total for total, _ in both), UNITS, half),
        Part(tuple(pupils for _, pupils in both), 1, half),
    ]


def _histogram(query: NoisyHistogram, counted: Counted) -> tuple[int, ...]:
    """Pupils in each interval, and all others last."""
    numbers = counted.by(query.of).with_columns(number(query.of)).drop_nulls(query.of)
    inside = numbers.filter(pl.col(query.of).is_between(query.edges[0], query.edges[-1]))
    last = len(query.edges) - 1  # the last interval holds its upper edge too
    edges = pl.Series(query.edges, dtype=pl.Float64)
    place = edges.search_sorted(inside[query.of], side="right").clip(1, last)
    grouped = inside.select(place.alias(_UNITS), PUPILS).group_by(_UNITS).agg(_ALL)
    found = dict(grouped.iter_rows())
    return (*(found.get(i, 0) for i in range(1, last + 1)), counted.rows - sum(found.values()))
