"""What is known once a table's distinct values are counted? All that its shards share. Heavy.

Files and Spark both start here, so one plan means one thing on both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from anonymize.fields.doubts import refuse_rows_of_few
from anonymize.plan.model import Algorithm, TableModel
from anonymize.plan.plan import Plan
from anonymize.scale import output, shards
from anonymize.scale.coding import Coding, Counts, Distinct, coding_of
from anonymize.scale.output import Figures
from anonymize.scale.passengers import UNSEEN
from anonymize.scale.recoding import Recoder
from anonymize.scale.shards import Cut, Shard
from anonymize.tables import lattice
from anonymize.tables.coded import Coded, Codes, Hierarchy
from anonymize.tables.demands import Demands
from anonymize.tables.mondrian import Partition
from anonymize.tables.mondrian_forest import Floats, Ints, plant
from anonymize.tables.mondrian_rule import rule_of
from kernel.errors import InvalidError

Node = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The columns' codings, the recoder of every shard, and the cut into shards."""

    plan: Plan
    coding: Coding
    recoder: Recoder
    costs: tuple[Floats, ...]
    cut: Cut
    search: Mapping[str, Any] = field(default_factory=dict)

    @property
    def quasi(self) -> tuple[str, ...]:
        """Names of the quasi-identifiers."""
        return tuple(one.hierarchy.name for one in self.coding.quasi)

    @property
    def hierarchies(self) -> tuple[Hierarchy, ...]:
        """The quasi-identifiers' hierarchies."""
        return self.coding.hierarchies

    def heap(self, columns: Sequence[Codes], rows: int) -> Codes:
        """Return each row's heap."""
        if not self.coding.quasi:
            return np.zeros(rows, np.int32)
        return self.cut.heap[columns[self.cut.column]]

    def tallies(self, columns: Sequence[Codes], heap: Codes) -> Counts:
        """Return the sensitive values of the rows, counted by heap and value."""
        at = self.recoder.rule.at
        width, heaps = int(at[-1]), len(self.cut.levels)
        found = np.zeros(heaps * width, np.int64)
        for column, codes in enumerate(columns[len(self.quasi) :]):
            key = heap.astype(np.int64) * width + at[column] + codes
            found += np.bincount(key, minlength=heaps * width)
        return found.reshape(heaps, width)

    def shards(self, tallies: Counts, rows: Counts) -> tuple[Shard, ...]:
        """Return the shards: heaps that keep the rule alone, and the rest."""
        if self.recoder.node is not None or not self.quasi:
            return self.cut.shards()
        top = self.hierarchies[self.cut.column].height - 1
        return shards.mended(self.cut, top, self.recoder.rule, tallies, rows)

    def told(
        self, shard: Shard, codes: Ints, passengers: pa.Table
    ) -> tuple[pa.Table, Figures, Ints]:
        """Return the shard's released rows, its figures, and the level of each cell of the rows.

        Raises InvalidError if a class is of fewer pupils than rows, and too few.
        """
        width = len(self.quasi)
        partition = self.recoder.partition(shard, codes[:, :width], codes[:, width:])
        self._refuse_rows_of_few(partition, passengers)
        secrets = {
            one.name: (one.words, codes[:, width + position])
            for position, one in enumerate(self.coding.secrets)
        }
        names = self.plan.emitted
        table = output.table(partition, self.hierarchies, secrets, passengers, names)
        levels = np.repeat(partition.levels, partition.sizes, axis=0)
        return table, output.figures(partition, self.costs), levels


    def _refuse_rows_of_few(self, partition: Partition, passengers: pa.Table) -> None:
        names = [name for name in passengers.column_names if name.startswith(UNSEEN)]
        if names:
            unseen = passengers.select(names).rename_columns([one[len(UNSEEN) :] for one in names])
            classes = np.repeat(np.arange(len(partition.sizes)), partition.sizes)
            refuse_rows_of_few(
                pl.DataFrame(unseen), partition.order, pl.DataFrame({"": classes}), self.plan
            )


def offered(plan: Plan) -> TableModel:
    """Return the plan's table model; raises InvalidError if shards cannot keep the plan."""
    model = plan.table
    if model is None or plan.statistics:
        raise InvalidError(
            "文件到文件的导出须有表模型且不含统计",
            field="statistics" if model else "table",
            rule="GB/T 37964-2019", remedy="请加入表模型；统计请另作方案",
        )  # fmt: skip
    if model.algorithm is Algorithm.BEST or model.needs_population:
        what = "best" if model.algorithm is Algorithm.BEST else "δ-presence 与 k-map"
        raise InvalidError(
            f"文件到文件的导出不提供 {what}",
            field="table", rule="脱敏方案格式", remedy="请改用 mondrian、optimal 或 fixed",
        )  # fmt: skip
    if not plan.emitted:
        raise InvalidError("方案没有可提供的字段", field="fields", remedy="请至少保留一个字段")
    return model


def prepare(
    plan: Plan, coding: Coding, most: int, rows: int, coded: Coded | None = None
) -> Prepared:
    """Return what the shards share. No shard should have more than `most` of all `rows`.

    `coded` are all rows, needed by `optimal` alone: there is no search without them. Raises
    InvalidError if no node of the lattice keeps the model.
    """
    model = offered(plan)
    node, search = _node(plan, coding, coded)
    if node is None:
        counts = [one.rows for one in coding.quasi]
        cut = shards.first_cut(coding.hierarchies, counts, model.k, most)
    else:
        cut = shards.any_cut(coding.hierarchies, node, rows, most)
    return prepared_at(plan, coding, cut, node, search)


def prepared_at(
    plan: Plan, coding: Coding, cut: Cut, node: Node | None, search: Mapping[str, Any]
) -> Prepared:
    """Return what the shards share, the cut and the node being known."""
    model = offered(plan)
    rule = rule_of(model, tuple(one.rows for one in coding.secrets), exact=node is None)
    forest, names = plant(coding.hierarchies, model.weights)
    demands = Demands.of(model, [one.attribute for one in coding.secrets])
    recoder = Recoder(coding.hierarchies, forest, names, rule, demands, node)
    return Prepared(plan, coding, recoder, output.costs(coding.hierarchies), cut, search)


def learned(plan: Plan, distinct: Mapping[str, Distinct], key: bytes) -> Coding:
    """Return the coding of the plan's modelled columns."""
    return coding_of(plan, offered(plan), distinct, key)


def _node(plan: Plan, coding: Coding, coded: Coded | None) -> tuple[Node | None, dict[str, Any]]:
    """Return the levels for all rows alike, or None where each class has its own."""
    model = offered(plan)
    if model.algorithm is Algorithm.MONDRIAN:
        return None, {}
    if model.algorithm is Algorithm.FIXED or coded is None or not coded.rows:
        return (0,) * len(coding.quasi), {}
    optimum = lattice.search(coded, model, [one.attribute for one in coding.secrets])
    if optimum is None:
        raise InvalidError(
            f"达不到表模型的要求（k={model.k}）：在隐去上限 {model.suppression_limit:.1%} 之内，"
            "任何一级泛化都不满足",
            field="table", rule="k-匿名（GB/T 37964-2019）",
            remedy="请减少字段、扩大范围或提高隐去上限",
        )  # fmt: skip
    named = {
        one.hierarchy.name: {"level": level, "name": one.levels[level]}
        for one, level in zip(coding.quasi, optimum.node, strict=True)
    }
    return optimum.node, {"node": named, "lattice": optimum.lattice}
