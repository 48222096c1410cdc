"""How are statistics by the same column kept from telling what one of them hides?

They share a margin: the sizes of the groups. If each group is large enough the margin is public,
and given it the tables tell nothing of one another (any two with one margin fit a common table).
If a group is small, only the first statistic is told, with its own protection; the others are
withheld, for a hidden size could be put together from theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from anonymize.plan.query import TOTAL, Count, Mean, Protected, Rate
from anonymize.statistics.counts import Statistic, publish
from anonymize.statistics.means import publish_mean
from anonymize.statistics.rates import Tally, publish_rate

Numbers = dict[str | None, list[float]]


class Table(Protocol):
    """What is asked of a table: group-bys, in any order of lines."""

    def tally(self, by: tuple[str, ...]) -> list[tuple[tuple[str | None, ...], int]]:
        """Return the number of pupils of each combination that occurs."""

    def numbers(self, of: str, by: tuple[str, ...]) -> Numbers:
        """Return the finite numbers of each group; None is the group of all, or of no value."""


class Answer(Protocol):
    """An answered statistic."""

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""

    def summary(self) -> dict[str, Any]:
        """Return what the report says of it: never a number that the answer hides."""


@dataclass(frozen=True, slots=True)
class _Margin:
    """The sizes of the groups; `public`: all may be told. `withheld`: another one came first."""

    statistic: Statistic | None
    public: bool
    withheld: bool


def protected(queries: Sequence[Protected], table: Table) -> list[Answer]:
    """Return the answers of statistics that hide the few, in the order asked."""
    firsts: set[tuple[str, ...]] = set()
    answers: list[Answer] = []
    for query in queries:
        peers = [one for one in queries if one.by == query.by]
        margin = _margin(query, peers, table, first=query.by not in firsts)
        firsts.add(query.by)
        answers.append(_ANSWERS[query.kind](query, table, margin))
    return answers


def _margin(query: Protected, peers: Sequence[Protected], table: Table, *, first: bool) -> _Margin:
    if len(query.by) != 1:  # no common margin but the number of all
        return _Margin(None, public=False, withheld=False)
    threshold = max(one.threshold for one in peers)
    statistic = publish(Count(query.by, threshold), table.tally(query.by))
    return _Margin(statistic, statistic.whole, withheld=not first and not statistic.whole)


def _count(query: Count, table: Table, margin: _Margin) -> Answer:
    statistic = publish(query, table.tally(query.by))
    return statistic.hidden() if margin.withheld else statistic


def _rate(query: Rate, table: Table, margin: _Margin) -> Answer:
    return publish_rate(
        query, _with_value(query, table), groups_known=margin.public, withheld=margin.withheld
    )


def _with_value(query: Rate, table: Table) -> Tally:
    for labels, pupils in table.tally((*query.by, query.of)):
        yield labels[:-1], labels[-1] == query.value, pupils


def _mean(query: Mean, table: Table, margin: _Margin) -> Answer:
    lines: Iterator[Any] = iter(margin.statistic.lines if margin.statistic else ())
    told = {line.labels[0] for line in lines if line.count is not None} - {TOTAL}
    return publish_mean(query, table.numbers(query.of, query.by), told, withheld=margin.withheld)


_ANSWERS: dict[str, Callable[[Any, Table, _Margin], Answer]] = {
    "count": _count, "rate": _rate, "mean": _mean,
}  # fmt: skip
