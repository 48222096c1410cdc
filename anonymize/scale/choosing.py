"""At which levels are all rows recoded, or is each class by itself? Then: into which shards? Heavy.

As for a table in memory (`tables.protection`): the search knows all rows, as codes, and `best`
takes the way of less loss.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anonymize.plan.model import Algorithm, TableModel
from anonymize.plan.plan import Plan
from anonymize.scale import output, shards
from anonymize.scale.coding import Coding, People
from anonymize.scale.prepared import Node, Prepared, offered, prepared_at
from anonymize.scale.recoding import Crowd
from anonymize.scale.report import weights
from anonymize.scale.shards import Cut
from anonymize.tables import lattice
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.lattice import Optimum
from kernel.errors import InvalidError


def searches(model: TableModel) -> bool:
    """Tell whether levels for all rows alike are searched, for which all must be in memory."""
    return model.algorithm in (Algorithm.OPTIMAL, Algorithm.BEST)


def prepare(
    plan: Plan, coding: Coding, rows: int, most: int, *,
    numbers: Sequence[Codes] = (), people: People | None = None,
) -> Prepared:  # fmt: skip
    """Return what the shards share. No shard should have more than `most` of all `rows`.

    `numbers` are all rows by their values' numbers, if the model `searches`; `people` the
    population, if there is one. Raises InvalidError if no node of the lattice keeps the model, or a
    population is missing.
    """
    model = offered(plan)
    if model.needs_population and people is None:
        raise InvalidError(
            "δ-presence 与 k-map 需要总体表",
            field="population", rule="δ-presence、k-map", remedy="请提供包含本表各行的总体表",
        )  # fmt: skip
    if model.algorithm is Algorithm.FIXED or not rows:
        node = (0,) * len(coding.quasi)
        cut = shards.any_cut(coding.hierarchies, node, rows, most)
        return _at_node(plan, coding, cut, node, people, {})
    if model.algorithm is Algorithm.MONDRIAN:
        return _by_class(plan, coding, most, people)
    optimum = _optimum(model, coding, coding.coded(numbers, rows), people)
    if model.algorithm is Algorithm.BEST:
        recoded = _by_class(plan, coding, most, people)
        loss = _loss(recoded, numbers, rows)
        if loss is not None and (optimum is None or loss < optimum.loss):
            return recoded
    if optimum is None:
        raise InvalidError(
            f"达不到 {model.demanded}：在隐去上限 {model.suppression_limit:.1%} 之内，"
            "任何一级泛化都不满足",
            field="table", rule="k-匿名（GB/T 37964-2019）",
            remedy="请减少字段、扩大范围或提高隐去上限",
        )  # fmt: skip
    cut = shards.any_cut(coding.hierarchies, optimum.node, rows, most)
    return _at_node(plan, coding, cut, optimum.node, people, _told(coding, optimum))


def _at_node(
    plan: Plan, coding: Coding, cut: Cut, node: Node, people: People | None,
    search: Mapping[str, Any],
) -> Prepared:  # fmt: skip
    crowd = None if people is None else Crowd.of(people.coded, people.coding, coding, node)
    return prepared_at(plan, coding, cut, node, crowd, search)


def _by_class(plan: Plan, coding: Coding, most: int, people: People | None) -> Prepared:
    counts = [one.rows for one in coding.quasi]
    cut = shards.first_cut(coding.hierarchies, counts, offered(plan).k, most)
    search = {"algorithm": Algorithm.MONDRIAN.value, "node": None, "lattice": None}
    if not coding.quasi:  # all rows are one class, and so is the population
        return _at_node(plan, coding, cut, (), people, search)
    return prepared_at(plan, coding, cut, search=search)


def _optimum(
    model: TableModel, coding: Coding, coded: Coded, people: People | None
) -> Optimum | None:
    known = people.coded if people is not None and model.needs_population else None
    attributes = [one.attribute for one in coding.secrets]
    return lattice.search(coded, model, attributes, known)


def _told(coding: Coding, optimum: Optimum) -> dict[str, Any]:
    named = {
        one.hierarchy.name: {"level": level, "name": one.levels[level]}
        for one, level in zip(coding.quasi, optimum.node, strict=True)
    }
    return {
        "algorithm": Algorithm.OPTIMAL.value, "node": named, "lattice": optimum.lattice,
        "suppressed": optimum.suppressed, "loss": optimum.loss,
    }  # fmt: skip


def _loss(prepared: Prepared, numbers: Sequence[Codes], rows: int) -> float | None:
    """Return the loss of recoding class by class; None if too many rows are left out."""
    heap = prepared.heap(numbers, rows)
    sizes = np.bincount(heap, minlength=len(prepared.cut.levels))
    spent, out = np.zeros(len(prepared.quasi)), rows
    whole = output.costs(prepared.hierarchies)
    for shard in prepared.shards(prepared.tallies(numbers, heap), sizes):
        inside = np.flatnonzero(np.isin(heap, shard.heaps))
        mine = np.zeros((len(inside), len(numbers)), np.int32)
        for column, one in enumerate(numbers):
            mine[:, column] = one[inside]
        partition = prepared.recoded(shard, mine).partition
        out -= int(partition.sizes.sum())
        for column, cost in enumerate(whole):
            cells = cost[partition.levels[:, column], partition.groups[:, column]]
            spent[column] += float(cells @ partition.sizes)
    if out > rows * prepared.model.suppression_limit:
        return None
    return output.loss(list(spent), weights(prepared), rows, out)
