"""How does a table on a cluster pass the same plan? Shard by shard, by the same engine. Heavy.

The driver counts distinct values, as the first reading of a file does (`files`), and so knows the
same codings and the same cut. Each shard is recoded whole by one Python worker; classes never cross
a shard, so the model holds over the whole, and the report is added up exactly.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from anonymize.fields import doubts
from anonymize.plan.model import Algorithm
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from anonymize.scale import shards
from anonymize.scale.coding import Coding, Distinct
from anonymize.scale.output import Figures
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Node, Prepared, learned, offered, prepare, prepared_at
from anonymize.scale.report import field, modelled_fields, report
from anonymize.scale.shards import Cut, Shard
from anonymize.scale.source import modelled, refuse_columns, take
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.coding import MISSING

_SHARD: Final = "\0shard"
_LEVEL: Final = "\0level "


_TEXTLIKE: Final = ("string", "tinyint", "smallint", "int", "bigint", "void")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs, in plain values; `parts` are the shards by their numbers.

    `inputs` are the columns that it is given.
    """

    document: Mapping[str, Any]
    distinct: Mapping[str, Distinct]
    key: bytes
    inputs: tuple[str, ...]
    cut: Cut | None = None
    node: Node | None = None
    parts: tuple[Shard, ...] = ()

    def coding(self) -> Coding:
        """Return the coding; equal values code equally, on the driver and on workers."""
        return learned(Plan.parse(self.document), self.distinct, self.key)

    def passengers(self) -> Passengers:
        """Return what treats the columns outside the model; it is nobody's judge."""
        return Passengers(Plan.parse(self.document), self.inputs, self.key, 0)

    def prepared(self) -> Prepared:
        """Return what the driver prepared."""
        if self.cut is None:
            raise ValueError("a task of shards has a cut")
        return prepared_at(Plan.parse(self.document), self.coding(), self.cut, self.node, {})


@dataclass(frozen=True, slots=True)
class Released:
    """The rows that leave, and the report. `held` is persisted: the caller unpersists it."""

    rows: DataFrame
    report: dict[str, Any]
    held: DataFrame


def anonymize_frame(
    frame: DataFrame, plan: Plan, *, key: bytes, most: int = shards.ROWS
) -> Released:
    """Return the same rows and report as `files.anonymize_file`; the rows in no stated order.

    A shard has about `most` rows if the hierarchies allow it; it must fit in a worker's memory. The
    key travels to the workers. Raises InvalidError as for files.
    """
    model = offered(plan)
    types = {one.name: _type(one.dataType.simpleString()) for one in frame.schema}
    refuse_columns(types, plan)
    readable = [name for name, kind in types.items() if not kind]
    inputs = {*plan.emitted, *Passengers(plan, readable, key, 0).inputs}
    texts = frame.select([sql.col(f"`{name}`").cast("string") for name in sorted(inputs)])
    distinct = {name: _distinct(texts, name) for name in modelled(plan)}
    task = Task(plan.document(), distinct, key, tuple(sorted(inputs)))
    coding, rows = task.coding(), texts.count()
    _refuse_doubtful(texts, task)
    coded = _coded(texts, task, coding) if model.algorithm is Algorithm.OPTIMAL else None
    prepared = prepare(plan, coding, most, rows, coded)
    parts = _parts(texts, prepared, distinct)
    task = replace(task, cut=prepared.cut, node=prepared.recoder.node, parts=parts)
    emitted = ", ".join(f"`{name}` string" for name in plan.emitted)
    levels = "".join(f", `{_LEVEL}{name}` tinyint" for name in prepared.quasi)
    came = ", ".join(f"`{name}` string" for name in task.inputs)
    numbered = texts.mapInArrow(_number(task), f"{came}, `{_SHARD}` int")
    told = numbered.groupBy(f"`{_SHARD}`").applyInArrow(_recode(task), emitted + levels).persist()
    try:
        figures = _figures(told, prepared, rows)
        fields = modelled_fields(prepared) | _others(texts, prepared, task)
        ignored = sorted(set(frame.columns) - {*plan.fields, *plan.inputs})
        answer = report(prepared, [figures], fields, ignored, len(parts))
    except BaseException:
        told.unpersist()
        raise
    return Released(told.select([f"`{name}`" for name in plan.emitted]), answer, told)


def _distinct(texts: DataFrame, name: str) -> Distinct:
    """Return the distinct values of a column, in order, and their rows."""
    found = [(row[0], row[1]) for row in texts.groupBy(f"`{name}`").count().collect()]
    found.sort(key=lambda pair: (pair[0] is None, pair[0] or ""))
    return Distinct(tuple(value for value, _ in found), np.array([n for _, n in found], np.int64))


def _by_value(distinct: Distinct, codes: Codes) -> dict[str | None, int]:
    return dict(zip(distinct.values, codes.tolist(), strict=True))


def _coded(texts: DataFrame, task: Task, coding: Coding) -> Coded:
    """Return all rows as codes, on the driver: a search over all rows needs them at once."""
    names = coding.names

    def numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        known = task.coding()
        for batch in batches:
            columns = [pa.array(codes) for codes in _columns(batch, task, known)]
            yield pa.RecordBatch.from_arrays(columns, names=list(names))

    schema = ", ".join(f"`{name}` int" for name in names)
    table = texts.mapInArrow(numbered, schema).toArrow()
    columns = tuple(table.column(name).to_numpy().astype(np.int32) for name in names)
    width = len(coding.quasi)
    return Coded(table.num_rows, coding.hierarchies, columns[:width], columns[width:])


def _parts(
    texts: DataFrame, prepared: Prepared, distinct: Mapping[str, Distinct]
) -> tuple[Shard, ...]:
    """Return the shards, from counts of the cut's column by each sensitive column."""
    if not prepared.quasi:
        return prepared.cut.shards()
    heaps, at = len(prepared.cut.levels), prepared.recoder.rule.at
    tallies = np.zeros((heaps, int(at[-1])), np.int64)
    cut, name = prepared.coding.quasi[prepared.cut.column], prepared.quasi[prepared.cut.column]
    heap_of = prepared.cut.heap[cut.codes]
    sizes = np.bincount(heap_of, weights=distinct[name].rows, minlength=heaps).astype(np.int64)
    code = _by_value(distinct[name], cut.codes)
    for position, one in enumerate(prepared.coding.secrets):
        other, secret = one.name, _by_value(distinct[one.name], one.codes)
        for value, hidden, rows in texts.groupBy(f"`{name}`", f"`{other}`").count().collect():
            tallies[prepared.cut.heap[code[value]], at[position] + secret[hidden]] += rows
    return prepared.shards(tallies, sizes)


def _number(task: Task) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what a worker does first: tell each row's shard."""

    def number(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        prepared = task.prepared()
        shard = np.zeros(len(prepared.cut.levels), np.int32)
        for position, part in enumerate(task.parts):
            shard[list(part.heaps)] = position
        for batch in batches:
            columns = _columns(batch, task, prepared.coding)
            of_row = pa.array(shard[prepared.heap(columns, batch.num_rows)])
            names = [*batch.schema.names, _SHARD]
            yield pa.RecordBatch.from_arrays([*batch.columns, of_row], names=names)

    return number


def _recode(task: Task) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return what a worker does with a whole shard."""

    def recode(shard: tuple[Any, ...], table: pa.Table) -> pa.Table:
        prepared = task.prepared()
        part = task.parts[shard[0].as_py()]
        codes = _columns(table, task, prepared.coding)
        matrix = np.stack(codes, axis=1) if codes else np.zeros((table.num_rows, 0), np.int32)
        others = task.passengers()
        batches = [others.through(one) for one in table.select(list(others.inputs)).to_batches()]
        passing = pa.Table.from_batches(batches, others.schema) if others.inputs else pa.table({})
        found, _, levels = prepared.told(part, matrix, passing)
        columns = {name: found.column(name).cast(pa.string()) for name in found.column_names}
        for position, name in enumerate(prepared.quasi):
            columns[_LEVEL + name] = pa.array(levels[:, position])
        return pa.table(columns)

    return recode


def _columns(table: Any, task: Task, coding: Coding) -> list[Codes]:  # noqa: ANN401  an Arrow table or batch
    """Return the codes of the modelled columns."""
    found = []
    for name, codes in zip(coding.names, coding.codes, strict=True):
        numbers = {value: number for number, value in enumerate(task.distinct[name].values)}
        column = table.column(name)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        found.append(take(column, numbers, codes))
    return found


def _figures(told: DataFrame, prepared: Prepared, rows: int) -> Figures:
    """Return the figures of all shards, counted from the rows themselves."""
    cells = [f"`{one}`" for name in prepared.quasi for one in (name, _LEVEL + name)]
    by_size = told.groupBy(cells).count().groupBy("count").count().toDF("size", "classes").collect()
    pairs = sorted((row[0], row[1]) for row in by_size if row[0])
    sizes = np.repeat([size for size, _ in pairs], [classes for _, classes in pairs])
    spent = np.zeros(len(prepared.quasi), np.float64)
    for position, hierarchy in enumerate(prepared.hierarchies):
        name = hierarchy.name
        for label, level, count in told.groupBy(f"`{name}`", f"`{_LEVEL}{name}`").count().collect():
            group = hierarchy.labels[level].index(MISSING if label is None else label)
            spent[position] += prepared.costs[position][level, group] * count
    return Figures(rows, sizes.astype(np.int64), spent)


def _refuse_doubtful(texts: DataFrame, task: Task) -> None:
    """Raise InvalidError if values outside the model belie the plan, as `Doubts` does for files."""
    plan, names = Plan.parse(task.document), task.passengers().names
    for name in names:
        column = sql.col(f"`{name}`")
        if doubts.is_kept(plan, name):
            long = texts.where(sql.length(column) >= doubts.SHORTEST).limit(1)
            if long.count():
                doubts.refuse_identifiers(_values(texts.select(column).distinct()))
        if plan.fields[name].kind is Kind.DATE:
            doubts.refuse_event(
                pl.DataFrame(texts.where(column.isNotNull()).groupBy(column).count().toArrow())
                .rename({"count": "rows"})
            )
    if keyed := [name for name in names if doubts.is_keyed(plan, name)]:
        counts = [
            one
            for name in keyed
            for one in (sql.count_distinct(f"`{name}`"), sql.count(f"`{name}`"))
        ]
        found = _treated(texts, task, keyed).agg(*counts).collect()[0]
        for position, name in enumerate(keyed):
            doubts.refuse_few_tokens(name, found[2 * position], found[2 * position + 1])


def _values(column: DataFrame) -> pl.Series:
    return pl.DataFrame(column.toArrow()).to_series().cast(pl.String)


def _treated(texts: DataFrame, task: Task, names: Sequence[str]) -> DataFrame:
    """Return columns outside the model under the plan's treatments."""
    inputs = list(task.passengers().inputs)

    def treat(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        others = task.passengers()
        for batch in batches:
            done = others.through(batch).select(list(names))
            yield pa.RecordBatch.from_arrays(
                [column.cast(pa.string()) for column in done.columns], names=list(names)
            )

    schema = ", ".join(f"`{name}` string" for name in names)
    return texts.select([f"`{name}`" for name in inputs]).mapInArrow(treat, schema)


def _others(texts: DataFrame, prepared: Prepared, task: Task) -> dict[str, Any]:
    """Return the report's lines on fields outside the model."""
    plan, names, inputs = prepared.plan, task.passengers().names, task.passengers().inputs

    def count(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        others = task.passengers()
        for batch in batches:
            others.through(batch)
        counts = [[tally[name] for name in names] for tally in (others.missing, others.malformed)]
        columns = [pa.array(list(names), pa.string()), *(pa.array(c, pa.int64()) for c in counts)]
        yield pa.RecordBatch.from_arrays(columns, names=["name", "missing", "malformed"])

    found = {name: (0, 0) for name in plan.fields if name not in prepared.coding.gaps}
    if names:
        counted = texts.select([f"`{name}`" for name in inputs]).mapInArrow(
            count, "name string, missing bigint, malformed bigint"
        )
        for row in counted.groupBy("name").sum("missing", "malformed").collect():
            found[row[0]] = (row[1], row[2])
    return {name: field(plan, name, *counts) for name, counts in found.items()}


def _type(kind: str) -> str:
    return "" if kind in _TEXTLIKE else kind
