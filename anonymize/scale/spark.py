"""How does a table on a cluster pass the same plan? Shard by shard, by the same engine. Heavy.

The driver counts distinct values, as the first reading of a file does (`files`), and so knows the
same codings and the same cut. Each shard is recoded whole by one Python worker, which hands its
figures over in a row of their own; classes never cross a shard, so the model holds over the whole,
and the report is added up exactly. Then workers prove the shards that were made.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from anonymize.plan.epsilon import Written
from anonymize.plan.plan import Plan
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from anonymize.scale import shards
from anonymize.scale.choosing import prepare, searches
from anonymize.scale.coding import Coding, Distinct
from anonymize.scale.output import Figures, Floats
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Node, Prepared, learned, offered, prepared_at
from anonymize.scale.recoding import Crowd
from anonymize.scale.report import (
    Frame,
    lines,
    refuse_too_much_loss,
    told,
    told_of_counts,
)
from anonymize.scale.seen import Seen
from anonymize.scale.shards import Cut, Shard
from anonymize.scale.source import modelled, quasi, quasi_plan, refuse_columns, take
from anonymize.statistics.counted import Counted
from anonymize.statistics.linked import Answer
from anonymize.tables.coded import Codes
from anonymize.tables.proof import Proof
from kernel.errors import InvalidError, Problem

_SHARD: Final = "\0shard"
_TOLD: Final = "\0told"
"""Of one row a shard: its figures. Of all rows that leave it is null."""

_TEXTLIKE: Final = ("string", "tinyint", "smallint", "int", "bigint", "void", "date")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs, in plain values; `parts` are the shards by their numbers.

    `inputs` are the columns that it is given.
    """

    document: Mapping[str, Any]
    distinct: Mapping[str, Distinct]
    key: bytes
    inputs: tuple[str, ...]
    rows: int
    cut: Cut | None = None
    node: Node | None = None
    crowd: Crowd | None = None
    parts: tuple[Shard, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan."""
        return Plan.parse(self.document)

    def coding(self) -> Coding:
        """Return the coding; equal values code equally, on the driver and on workers."""
        return learned(self.plan, self.distinct, self.key)

    def passengers(self) -> Passengers:
        """Return what treats the columns outside the model."""
        return Passengers(self.plan, self.inputs, self.key, self.rows)

    def prepared(self) -> Prepared:
        """Return what the driver prepared."""
        if self.cut is None:
            raise ValueError("a task of shards has a cut")
        return prepared_at(self.plan, self.coding(), self.cut, self.node, self.crowd)


@dataclass(frozen=True, slots=True)
class Released:
    """The rows that leave (None for counts alone), the report and the statistics.

    `held` is persisted: the caller unpersists it.
    """

    rows: DataFrame | None
    report: dict[str, Any]
    statistics: tuple[Answer, ...] = ()
    held: DataFrame | None = None


def anonymize_frame(  # noqa: PLR0913  the arguments of `anonymize.run`
    frame: DataFrame, plan: Plan, *, key: bytes, population: DataFrame | None = None,
    threshold: Threshold = DEFAULTS[Context.CONTROLLED], epsilon: Written = 0,
    most: int = shards.ROWS,
) -> Released:  # fmt: skip
    """Return the same rows and report as `files.anonymize_file`; the rows in no stated order.

    A shard has about `most` rows if the hierarchies allow it; it must fit in a worker's memory. The
    key travels to the workers. Raises InvalidError as for files.
    """
    readable = _readable(frame, plan)
    inputs = sorted({*plan.emitted, *Passengers(plan, readable, key, 0).inputs})
    texts = _texts(frame, inputs)
    task = Task(plan.document(), {}, key, tuple(inputs), texts.count())
    ignored = sorted(set(frame.columns) - {*plan.fields, *plan.inputs})

    def said(seen: Seen, coding: Coding | None = None, people: int | None = None) -> Frame:
        return Frame(lines(plan, seen, coding), ignored, people, threshold, epsilon)

    if plan.table is None and plan.statistics:
        seen, counted = _counted(texts, task)
        answer = told_of_counts(plan, counted, said(seen))
        return Released(None, answer.report, answer.statistics)
    people = None if population is None else _population(population, plan)
    prepared, task = _prepared(texts, people, task, most)
    held = _made(texts, task).persist()
    try:
        figures, proofs, seen = _figures(held, prepared, task, texts)
        count = None if people is None else people.count()
        answer = told(prepared, figures, proofs, said(seen, prepared.coding, count))
    except BaseException:
        held.unpersist()
        raise
    rows = held.where(f"`{_TOLD}` is null").select([f"`{name}`" for name in plan.emitted])
    return Released(rows, answer.report, answer.statistics, held)


def _made(texts: DataFrame, task: Task) -> DataFrame:
    """Return the shards' rows, and a row of figures each."""
    emitted = ", ".join(f"`{name}` string" for name in task.plan.emitted)
    came = ", ".join(f"`{name}` string" for name in task.inputs)
    numbered = texts.mapInArrow(_number(task), f"{came}, `{_SHARD}` int")
    made = f"{emitted}, `{_SHARD}` int, `{_TOLD}` binary"
    return numbered.groupBy(f"`{_SHARD}`").applyInArrow(_recode(task), made)


def _population(population: DataFrame, plan: Plan) -> DataFrame:
    _readable(population, quasi_plan(plan))
    return _texts(population, quasi(plan))


def _readable(frame: DataFrame, plan: Plan) -> list[str]:
    """Return the columns that are text or become it; raises InvalidError if the plan lacks one."""
    types = {one.name: one.dataType.simpleString() for one in frame.schema}
    types = {name: "" if kind in _TEXTLIKE else kind for name, kind in types.items()}
    refuse_columns(types, plan)
    return [name for name, kind in types.items() if not kind]


def _texts(frame: DataFrame, names: Iterable[str]) -> DataFrame:
    return frame.select([sql.col(f"`{name}`").cast("string") for name in names])


def _prepared(
    texts: DataFrame, people: DataFrame | None, task: Task, most: int
) -> tuple[Prepared, Task]:
    plan = task.plan
    model = offered(plan)
    distinct = {name: _distinct(texts, name) for name in modelled(plan)}
    if people is not None:
        more = {name: _distinct(people, name) for name in quasi(plan)}
        distinct |= {name: _with(distinct[name], found) for name, found in more.items()}
    task = replace(task, distinct=distinct)
    coding = task.coding()
    numbers = _numbers(texts, task, coding.names) if searches(model) else ()
    known = None
    if people is not None:
        known = coding.coded(_numbers(people, task, quasi(plan)))
    prepared = prepare(plan, coding, task.rows, most, numbers=numbers, people=known)
    recoder = prepared.recoder
    task = replace(task, cut=prepared.cut, node=recoder.node, crowd=recoder.crowd)
    return prepared, replace(task, parts=_parts(texts, prepared))


def _figures(
    held: DataFrame, prepared: Prepared, task: Task, texts: DataFrame
) -> tuple[list[Figures], list[Proof], Seen]:
    """Return what the shards left behind; raises InvalidError if it may not leave."""
    given = _handed_over(held.where(f"`{_TOLD}` is not null").orderBy(f"`{_SHARD}`"))
    figures = [one for one, _ in given]
    seen = Seen.added([Seen(), *(one for _, one in given)], task.rows)
    seen.refuse(_values_of(texts))
    refuse_too_much_loss(prepared, figures)
    released = held.where(f"`{_TOLD}` is null").groupBy(f"`{_SHARD}`")
    proving = _prove(task, prepared.shares(figures))
    proofs = _handed_over(released.applyInArrow(proving, f"`{_TOLD}` binary"))
    return figures, proofs, seen


def _distinct(texts: DataFrame, name: str) -> Distinct:
    """Return the distinct values of a column, in order, and their rows."""
    found = [(row[0], row[1]) for row in texts.groupBy(f"`{name}`").count().collect()]
    found.sort(key=lambda pair: (pair[0] is None, pair[0] or ""))
    return Distinct(tuple(value for value, _ in found), np.array([n for _, n in found], np.int64))


def _with(mine: Distinct, theirs: Distinct) -> Distinct:
    """Return my values and rows, and their other values, of which I have no row."""
    known = set(mine.values)
    more = tuple(value for value in theirs.values if value not in known)
    return Distinct((*mine.values, *more), np.append(mine.rows, np.zeros(len(more), np.int64)))


def _values_of(texts: DataFrame) -> Callable[[str], pl.Series]:
    """Return what gives the distinct values of a column."""

    def values(name: str) -> pl.Series:
        found = pl.DataFrame(texts.select(f"`{name}`").distinct().toArrow())
        return found.to_series().cast(pl.String)

    return values


def _numbers(texts: DataFrame, task: Task, names: Sequence[str]) -> list[Codes]:
    """Return all rows as value numbers, on the driver: a search needs them at once."""

    def numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = [pa.array(numbers) for numbers in _columns(batch, task, names)]
            yield pa.RecordBatch.from_arrays(columns, names=list(names))

    if not names:
        return []
    schema = ", ".join(f"`{name}` int" for name in names)
    table = texts.select([f"`{name}`" for name in names]).mapInArrow(numbered, schema).toArrow()
    return [table.column(name).to_numpy().astype(np.int32) for name in names]


def _parts(texts: DataFrame, prepared: Prepared) -> tuple[Shard, ...]:
    """Return the shards, from counts of the cut's column by each sensitive column."""
    coding = prepared.coding
    if not prepared.quasi:
        return prepared.cut.shards()
    heaps, at = len(prepared.cut.levels), prepared.recoder.rule.at
    tallies = np.zeros((heaps, int(at[-1])), np.int64)
    name, cut = prepared.quasi[prepared.cut.column], coding.quasi[prepared.cut.column]
    heap = prepared.cut.heap[cut.codes]
    sizes = np.bincount(heap, weights=coding.distinct[name].rows, minlength=heaps).astype(np.int64)
    heap_of = dict(zip(coding.distinct[name].values, heap.tolist(), strict=True))
    for position, one in enumerate(coding.secrets):
        values = coding.distinct[one.name].values
        secret = dict(zip(values, (one.codes + at[position]).tolist(), strict=True))
        pairs = texts.groupBy(f"`{name}`", f"`{one.name}`").count().collect()
        for value, hidden, rows in pairs:
            tallies[heap_of[value], secret[hidden]] += rows
    return prepared.shards(tallies, sizes)


def _number(task: Task) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what a worker does first: tell each row's shard."""

    def number(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        prepared = task.prepared()
        shard = np.zeros(len(prepared.cut.levels), np.int32)
        for position, part in enumerate(task.parts):
            shard[list(part.heaps)] = position
        for batch in batches:
            numbers = _columns(batch, task, prepared.coding.names)
            of_row = pa.array(shard[prepared.heap(numbers, batch.num_rows)])
            names = [*batch.schema.names, _SHARD]
            yield pa.RecordBatch.from_arrays([*batch.columns, of_row], names=names)

    return number


def _recode(task: Task) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return what a worker does with a whole shard: its rows, then a row with its figures."""
    names = task.plan.emitted
    schema = pa.schema([
        *((name, pa.string()) for name in names), (_SHARD, pa.int32()), (_TOLD, pa.binary()),
    ])  # fmt: skip

    def recode(shard: tuple[Any, ...], table: pa.Table) -> pa.Table:
        number = shard[0].as_py()
        try:
            rows, *given = _recoded(task, task.parts[number], table)
        except InvalidError as error:
            rows, given = schema.empty_table(), [*error.problems]
        columns = {name: rows.column(name).cast(pa.string()) for name in names}
        columns[_SHARD] = pa.array([number] * rows.num_rows, pa.int32())
        columns[_TOLD] = pa.nulls(rows.num_rows, pa.binary())
        last = {_SHARD: [number], _TOLD: [pickle.dumps(tuple(given))]}
        last |= {name: [None] for name in names}
        return pa.concat_tables([pa.table(columns, schema), pa.table(last, schema)])

    return recode


def _recoded(task: Task, part: Shard, table: pa.Table) -> tuple[pa.Table, Figures, Seen]:
    prepared, others = task.prepared(), task.passengers()
    columns = _columns(table, task, prepared.coding.names)
    numbers = np.stack(columns, axis=1) if columns else np.zeros((table.num_rows, 0), np.int32)
    batches = [others.through(one) for one in table.select(list(others.inputs)).to_batches()]
    passing = pa.Table.from_batches(batches, others.schema) if others.inputs else pa.table({})
    released, figures = prepared.told(part, numbers, passing)
    return released, figures, others.seen


def _prove(task: Task, whole: Sequence[Floats]) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return what a worker does with a shard that was made: measure what it keeps."""

    def prove(_: tuple[Any, ...], table: pa.Table) -> pa.Table:
        proof = task.prepared().proof(table, whole)
        return pa.table({_TOLD: pa.array([pickle.dumps(proof)], pa.binary())})

    return prove


def _counted(texts: DataFrame, task: Task) -> tuple[Seen, Counted]:
    """Return what was seen of all rows, and what the plan's statistics count of them."""
    queries = task.plan.statistics

    def count(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        others = task.passengers()
        whole = Counted.of(queries, pl.DataFrame(others.schema.empty_table()))
        for batch in batches:
            done = others.through(batch.select(list(others.inputs)))
            whole = Counted.added([whole, Counted.of(queries, pl.DataFrame(pl.from_arrow(done)))])
        yield pa.RecordBatch.from_arrays(
            [pa.array([pickle.dumps((others.seen, whole))], pa.binary())], names=[_TOLD]
        )

    parts = _handed_over(texts.mapInArrow(count, f"`{_TOLD}` binary"))
    seen = Seen.added([Seen(), *(seen for seen, _ in parts)], task.rows)
    seen.refuse(_values_of(texts))
    nobody = Counted.of(queries, pl.DataFrame(task.passengers().schema.empty_table()))
    whole = Counted.added([nobody, *(counted for _, counted in parts)])
    return seen, whole


def _columns(table: Any, task: Task, names: Sequence[str]) -> list[Codes]:  # noqa: ANN401  an Arrow table or batch
    """Return the value numbers of columns."""
    found = []
    for name in names:
        numbers = {value: number for number, value in enumerate(task.distinct[name].values)}
        column = table.column(name)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        found.append(take(column, numbers))
    return found


def _handed_over(rows: DataFrame) -> list[Any]:
    """Return what workers gave; raises InvalidError if one of them refused."""
    found = []
    for row in rows.select(f"`{_TOLD}`").collect():
        # The bytes are those that this program's own workers made a moment ago.
        given = pickle.loads(row[0])  # noqa: S301
        if isinstance(given, tuple) and given and isinstance(given[0], Problem):
            raise InvalidError.of(given)
        found.append(given)
    return found
