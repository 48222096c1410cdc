"""What do the shards of a table share, and what does each of them give? Heavy.

Files and Spark both go through here, so one plan means one thing on both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from anonymize.fields.doubts import refuse_rows_of_few
from anonymize.plan.model import TableModel
from anonymize.plan.plan import Plan
from anonymize.scale import output, shards
from anonymize.scale.coding import Coding, Counts, Distinct, coding_of
from anonymize.scale.output import Figures, Floats
from anonymize.scale.passengers import UNSEEN
from anonymize.scale.recoding import Crowd, Recoded, Recoder
from anonymize.scale.shards import Cut, Shard
from anonymize.scale.source import take
from anonymize.tables.coded import Codes, Hierarchy
from anonymize.tables.demands import Demands
from anonymize.tables.mondrian import Partition
from anonymize.tables.mondrian_forest import Ints, plant
from anonymize.tables.mondrian_rule import rule_of
from anonymize.tables.proof import Proof, prove
from anonymize.tables.sensitive import Sensitive
from kernel.errors import InvalidError, Problem

Node = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The columns' codings, the recoder of every shard, and the cut into shards."""

    plan: Plan
    model: TableModel
    coding: Coding
    recoder: Recoder
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

    def heap(self, numbers: Sequence[Codes], rows: int) -> Codes:
        """Return each row's heap; `numbers[c]` are those of its values in modelled column c."""
        if not self.coding.quasi:
            return np.zeros(rows, np.int32)
        column = self.cut.column
        return self.cut.heap[self.coding.quasi[column].codes][numbers[column]]

    def tallies(self, numbers: Sequence[Codes], heap: Codes) -> Counts:
        """Return the sensitive values of the rows, counted by heap and value."""
        at = self.recoder.rule.at
        width, heaps = int(at[-1]), len(self.cut.levels)
        found = np.zeros(heaps * width, np.int64)
        for column, secret in enumerate(self.coding.secrets):
            codes = secret.codes[numbers[len(self.quasi) + column]]
            key = heap.astype(np.int64) * width + at[column] + codes
            found += np.bincount(key, minlength=heaps * width)
        return found.reshape(heaps, width)

    def shards(self, tallies: Counts, rows: Counts) -> tuple[Shard, ...]:
        """Return the shards: heaps that keep the rule alone, and the rest."""
        if self.recoder.node is not None or not self.quasi:
            return self.cut.shards()
        top = self.hierarchies[self.cut.column].height - 1
        return shards.mended(self.cut, top, self.recoder.rule, tallies, rows)

    def recoded(self, shard: Shard, numbers: Ints) -> Recoded:
        """Return the classes of a shard; `numbers[row]` are those of its values."""
        width = len(self.quasi)
        codes = [of[numbers[:, place]] for place, of in enumerate(self.coding.codes)]
        empty = np.zeros((len(numbers), 0), np.int32)
        leaves = np.stack(codes[:width], axis=1) if width else empty
        secrets = np.stack(codes[width:], axis=1) if codes[width:] else empty
        return self.recoder.recoded(shard, leaves, secrets)

    def told(self, shard: Shard, numbers: Ints, passengers: pa.Table) -> tuple[pa.Table, Figures]:
        """Return the shard's released rows and its figures."""
        done = self.recoded(shard, numbers)
        names, queries = self.plan.emitted, self.plan.statistics
        table = output.table(done.partition, self.coding, numbers, passengers, names)
        counted = output.counted(table, queries)
        found = output.figures(done.partition, self.coding, numbers, done.people, done.met, counted)
        return table, replace(found, problems=self._problems(done.partition, passengers))

    def proof(self, released: pa.Table, whole: Sequence[Floats]) -> Proof:
        """Return what rows of one shard keep, by their labels; `whole[s]` as `shares` gives."""
        columns = [_read(released.column(name))[1] for name in self.quasi]
        secrets = []
        for one in self.coding.secrets:
            words, place = _read(released.column(one.name))
            code = {one.words[word]: of for word, of in zip(one.shown, one.codes, strict=True)}
            codes = np.array([code[word] for word in words], np.int32)[place]
            secrets.append(Sensitive(one.name, codes, one.attribute))
        return prove(self.model, columns, secrets, released.num_rows, released=whole)

    def shares(self, figures: Sequence[Figures]) -> list[Floats]:
        """Return the shares of each sensitive column's codes in all that is released."""
        found = []
        for place, one in enumerate(self.coding.secrets):
            often = np.sum([figure.secrets[place] for figure in figures], axis=0)
            counts = np.bincount(one.codes, weights=often, minlength=len(one.rows))
            found.append(counts / max(counts.sum(), 1))
        return found

    def _problems(self, partition: Partition, passengers: pa.Table) -> tuple[Problem, ...]:
        """Return what is wrong if a class is of fewer pupils than rows, and of too few."""
        names = [name for name in passengers.column_names if name.startswith(UNSEEN)]
        if not names:
            return ()
        unseen = passengers.select(names).rename_columns([one[len(UNSEEN) :] for one in names])
        classes = np.repeat(np.arange(len(partition.sizes)), partition.sizes)
        marks = pl.DataFrame(unseen.take(pa.array(partition.order)))
        try:
            refuse_rows_of_few(marks, pl.DataFrame({"class": classes}), self.model.k)
        except InvalidError as refused:
            return refused.problems
        return ()


def _read(column: Any) -> tuple[list[str | None], Codes]:  # noqa: ANN401  an Arrow column
    """Return the words of a column, each once, and the place among them of each row's."""
    numbers: dict[str | None, int] = {}
    places = [take(chunk, numbers) for chunk in column.chunks]
    return list(numbers), np.concatenate([np.zeros(0, np.int32), *places])


def offered(plan: Plan) -> TableModel:
    """Return the plan's table model; raises InvalidError if there is none, or nothing leaves."""
    if plan.table is None:
        raise InvalidError(
            "导出表格必须有表模型（k 与准标识符）",
            field="table", rule="GB/T 37964-2019", remedy="请在脱敏方案中加入表模型，或改为统计",
        )  # fmt: skip
    if not plan.emitted:
        raise InvalidError("方案没有可提供的字段", field="fields", remedy="请至少保留一个字段")
    return plan.table


def prepared_at(
    plan: Plan, coding: Coding, cut: Cut, node: Node | None = None, crowd: Crowd | None = None,
    search: Mapping[str, Any] | None = None,
) -> Prepared:  # fmt: skip
    """Return what the shards share, the cut and the node being known."""
    model = offered(plan)
    rule = rule_of(model, tuple(one.rows for one in coding.secrets), exact=node is None)
    # Levels for all rows alike need no tree, and some hierarchies make none.
    tree = plant(coding.hierarchies, model.weights) if node is None else None
    demands = Demands.of(model, [one.attribute for one in coding.secrets])
    recoder = Recoder(coding.hierarchies, tree, rule, demands, node, crowd)
    return Prepared(plan, model, coding, recoder, cut, search or {})


def learned(plan: Plan, distinct: Mapping[str, Distinct], key: bytes) -> Coding:
    """Return the coding of the plan's modelled columns."""
    return coding_of(plan, offered(plan), distinct, key)
