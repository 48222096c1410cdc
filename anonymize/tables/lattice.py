"""Which generalization of all columns loses least? The optimum of all nodes of the lattice.

A node gives each quasi-identifier one level (full-domain generalization, Samarati 2001). Every
node is judged or proven worse; what is proven need not be looked at:

- A node loses at least what its levels cost without suppression, known without the rows. Nodes are
  dropped once that exceeds the best loss found.
- Rows in classes below k only grow in number as levels get finer. So a node that suppresses too
  many for k alone refuses all finer nodes, and one that suppresses some raises their least loss.
- l, t and presence have no such order when rows may be suppressed; they are always judged in full.
- Classes of a node are merged from those of a finer one, not from the rows (Incognito's roll-up).

All rows of classes that fail any demand are suppressed, at most ⌊limit · rows⌋ of them. Of nodes
with equal loss the one with fewer levels in all, then the lexically smaller, is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, prod
from typing import Final

import numpy as np

from anonymize.plan.model import TableModel
from anonymize.tables.bounds import Bounds
from anonymize.tables.coded import Coded
from anonymize.tables.criteria import Doubles
from anonymize.tables.demands import Attribute, Demands, Flags
from anonymize.tables.frequency import Frequencies, Verdict
from anonymize.tables.loss import Costs
from anonymize.tables.nodes import Node, Nodes, Places
from kernel.errors import InvalidError

MOST_NODES: Final = 100_000
"""The largest lattice that is searched; a wider one is refused."""

_EQUAL: Final = 1e-12
"""Losses that differ by less are one loss: the sums are exact, the logarithms are not."""
_PROBES: Final = 32


@dataclass(frozen=True, slots=True)
class Optimum:
    """The node of least loss: a level a column, the rows that leave, and how many nodes there are.

    `kept[row]` tells whether the row is in a class that satisfies the model. `judged` is how many
    nodes were looked at.
    """

    node: tuple[int, ...]
    kept: Flags
    suppressed: int
    loss: float
    lattice: int
    judged: int


def search(
    coded: Coded,
    model: TableModel,
    attributes: Sequence[Attribute] = (),
    population: Coded | None = None,
) -> Optimum | None:
    """Return the optimum, or None if no node satisfies the model within the suppression limit.

    `attributes` describe the sensitive columns in order. Raises InvalidError if the lattice has
    more than MOST_NODES nodes.
    """
    heights = tuple(hierarchy.height for hierarchy in coded.hierarchies)
    if prod(heights) > MOST_NODES:
        raise InvalidError(
            f"泛化格有 {prod(heights)} 个节点，超过可穷尽搜索的上限 {MOST_NODES}",
            field="table.algorithm", rule="最优全域泛化",
            remedy="请把 algorithm 写成 mondrian，或减少准标识符与层级",
        )  # fmt: skip
    demands = Demands.of(model, attributes)
    limit = floor(model.suppression_limit * coded.rows)
    return _Search(coded, population, demands, limit, Costs.of(coded, model.weights)).run()


class _Search:
    """The nodes still in question, and the best one found."""

    def __init__(
        self,
        coded: Coded,
        population: Coded | None,
        demands: Demands,
        limit: int,
        costs: Costs,
    ) -> None:
        self._limit, self._costs = limit, costs
        self._frequencies = Frequencies(coded, population, demands, costs)
        self._least = Bounds.of(costs)
        self._nodes = Nodes.of([hierarchy.height for hierarchy in coded.hierarchies])
        self._open = np.arange(len(self._nodes.levels))
        self._bound = self._bounds(0, self._open)
        self._open = self._ranked(self._open)
        self._best: tuple[float, Node] | None = None
        self._judged = 0

    def run(self) -> Optimum | None:
        while len(self._open):
            self._judge(self._next())
        if self._best is None:
            return None
        loss, node = self._best
        kept = self._frequencies.kept(node)
        lost = len(kept) - int(kept.sum())
        return Optimum(node, kept, lost, loss, len(self._bound), self._judged)

    def _bounds(self, suppressed: int, places: Places) -> Doubles:
        """Return these nodes' least loss if so many rows are suppressed."""
        return self._least.of_nodes(suppressed, self._nodes.levels, places)

    def _ranked(self, places: Places) -> Places:
        """Return the nodes by their least loss; equal ones keep their order."""
        return places[np.argsort(self._bound[places], kind="stable")]

    def _next(self) -> int:
        """Return the open node whose verdict, whichever it is, settles the most others."""
        few = min(_PROBES, len(self._open))
        probes = np.arange(few) * (len(self._open) - 1) // max(few - 1, 1)
        worse = len(self._open) - probes
        finer = self._nodes.finer_counts(self._open[probes], self._open)
        return int(self._open[probes[np.argmax(np.minimum(worse, finer))]])

    def _judge(self, place: int) -> None:
        self._judged += 1
        node = self._nodes.node(place)
        verdict = self._frequencies.judge(node, self._limit)
        is_finer = self._nodes.finer(place, self._open)
        finer = self._open[is_finer]
        is_settled = is_finer if verdict.small > self._limit else self._open == place
        self._open = self._open[~is_settled]
        if 0 < verdict.small <= self._limit:
            self._bound[finer] = np.maximum(self._bound[finer], self._bounds(verdict.small, finer))
            self._open = self._ranked(self._open)
        if verdict.suppressed is not None and verdict.suppressed <= self._limit:
            self._take(node, verdict)
        if self._best is not None:
            # The open nodes are ranked, so those that can still win come first.
            wins = np.searchsorted(self._bound[self._open], self._best[0] + _EQUAL, side="right")
            self._open = self._open[:wins]

    def _take(self, node: Node, verdict: Verdict) -> None:
        loss = self._costs.aggregate(verdict.losses)
        if self._best is None or loss < self._best[0] - _EQUAL:
            self._best = (loss, node)
            return
        least, best = self._best
        if loss <= least + _EQUAL and _rank(node) < _rank(best):
            self._best = (min(loss, least), node)


def _rank(node: Node) -> tuple[int, Node]:
    return sum(node), node
