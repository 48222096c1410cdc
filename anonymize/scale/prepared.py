"""What is known once a table's distinct values are counted? All that its shards share. Heavy.

Files and Spark both start here, so one plan means one thing on both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from anonymize.plan.model import Algorithm, Distance, TableModel
from anonymize.plan.plan import Plan
from anonymize.scale import output, shards
from anonymize.scale.coding import Coding, code
from anonymize.scale.output import Figures
from anonymize.scale.recoding import Recoder
from anonymize.scale.shards import Cut, Shard
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.mondrian_forest import Floats, Ints, plant
from anonymize.tables.mondrian_rule import rule_of
from kernel.errors import InvalidError

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Distinct:
    """A column's distinct values in the order of their numbers, and how many rows have each."""

    values: tuple[str | None, ...]
    rows: Counts


@dataclass(frozen=True, slots=True)
class Prepared:
    """The columns' codings, the recoder of every shard, and the cut into shards."""

    plan: Plan
    quasi: tuple[str, ...]
    sensitive: tuple[str, ...]
    codings: Mapping[str, Coding]
    recoder: Recoder
    costs: tuple[Floats, ...]
    cut: Cut

    @property
    def hierarchies(self) -> tuple[Hierarchy, ...]:
        """The quasi-identifiers' hierarchies."""
        return self.recoder.hierarchies

    @property
    def leaves(self) -> list[Codes]:
        """Code of each value number, for quasi-identifiers and then sensitive columns."""
        return [self.codings[name].leaf for name in (*self.quasi, *self.sensitive)]

    def heap(self, columns: list[Codes], rows: int) -> Codes:
        """Return each row's heap."""
        if not self.quasi:
            return np.zeros(rows, np.int32)
        return self.cut.heap[columns[self.cut.column]]

    def tallies(self, columns: list[Codes], heap: Codes) -> Counts:
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
        """Return the shard's released rows, its figures, and the level of each cell of the rows."""
        width = len(self.quasi)
        partition = self.recoder.partition(shard, codes[:, :width], codes[:, width:])
        secrets = {
            name: (self.codings[name].hierarchy.labels[0], codes[:, width + position])
            for position, name in enumerate(self.sensitive)
        }
        names = self.plan.emitted
        table = output.table(partition, self.hierarchies, secrets, passengers, names)
        levels = np.repeat(partition.levels, partition.sizes, axis=0)
        return table, output.figures(partition, self.costs), levels


def offered(plan: Plan) -> TableModel:
    """Return the plan's table model; raises InvalidError if shards cannot keep the plan."""
    model = plan.table
    if model is None or plan.statistics:
        raise InvalidError(
            "文件到文件的导出须有表模型且不含统计",
            field="statistics" if model else "table",
            rule="GB/T 37964-2019", remedy="请加入表模型；统计请另作方案",
        )  # fmt: skip
    if model.algorithm not in (Algorithm.FIXED, Algorithm.MONDRIAN):
        raise InvalidError(
            f"文件到文件的导出不提供 {model.algorithm}",
            field="table.algorithm", rule="脱敏方案格式", remedy="请改用 mondrian 或 fixed",
        )  # fmt: skip
    if not plan.emitted:
        raise InvalidError("方案没有可提供的字段", field="fields", remedy="请至少保留一个字段")
    return model


def prepare(plan: Plan, distinct: Mapping[str, Distinct], key: bytes, most: int) -> Prepared:
    """Return what the shards share, given each modelled column's distinct values.

    No shard should have more than `most` rows.
    """
    model = offered(plan)
    codings = {name: code(name, one.values, plan, key) for name, one in distinct.items()}
    quasi = tuple(name for name in model.quasi_identifiers if name in codings)
    sensitive = tuple(name for name in model.sensitive if name in codings)
    for name in sensitive:
        codings[name] = _ordered(codings[name], model)
    rows = {name: _by_leaf(codings[name], distinct[name].rows) for name in codings}
    hierarchies = tuple(codings[name].hierarchy for name in quasi)
    rule = rule_of(model, tuple(rows[name] for name in sensitive))
    forest, names = plant(hierarchies, model.weights)
    node = None if model.algorithm is Algorithm.MONDRIAN else (0,) * len(quasi)
    quasi_rows = [rows[name] for name in quasi]
    if node is None:
        cut = shards.first_cut(hierarchies, quasi_rows, model.k, most)
    else:
        total = int(quasi_rows[0].sum()) if quasi else 0
        cut = shards.any_cut(hierarchies, node, total, most)
    recoder = Recoder(hierarchies, forest, names, rule, node)
    return Prepared(plan, quasi, sensitive, codings, recoder, output.costs(hierarchies), cut)


def _by_leaf(coding: Coding, rows: Counts) -> Counts:
    leaves = coding.hierarchy.leaves
    return np.bincount(coding.leaf, weights=rows, minlength=leaves).astype(np.int64)


def _ordered(coding: Coding, model: TableModel) -> Coding:
    """Return the coding with its values in the order that the ordered distance was given."""
    name, closeness = coding.hierarchy.name, model.closeness
    if closeness is None or closeness.distance is not Distance.ORDERED:
        return coding
    order = closeness.order.get(name)
    if order is None:
        return coding
    labels = coding.hierarchy.labels[0]
    if unknown := sorted(set(labels) - set(order)):
        raise InvalidError(
            f"“{name}”的次序缺少 {len(unknown)} 个出现的取值（含缺失值）",
            field="table.t.order", rule="t-接近性的次序距离", remedy="请写全次序",
        )  # fmt: skip
    ranked = sorted(range(len(labels)), key=lambda leaf: order.index(labels[leaf]))
    place = np.empty(len(labels), np.int32)
    place[ranked] = np.arange(len(labels), dtype=np.int32)
    top: dict[str, Any] = {
        "labels": (tuple(labels[leaf] for leaf in ranked), *coding.hierarchy.labels[1:]),
        "up": (np.arange(len(labels), dtype=np.int32), *coding.hierarchy.up[1:]),
    }
    return Coding(Hierarchy(name, **top), place[coding.leaf], coding.missing, coding.malformed)
