"""How does a table on a cluster pass the same plan? Shard by shard, by the same engine. Heavy.

The driver counts distinct values, as the first reading of a file does (`files`), and so knows the
same codings and the same cut. Each shard is recoded whole by one Python worker, which hands its
figures over in a row of their own; classes never cross a shard, so the model holds over the whole,
and the report is added up exactly. Then workers prove the shards that were made.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from anonymize.scale.coding import Coding, Distinct, People
from anonymize.scale.output import Figures
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Prepared, offered
from anonymize.scale.report import (
    Frame,
    lines,
    refuse_unfit,
    told,
    told_of_counts,
)
from anonymize.scale.seen import Seen
from anonymize.scale.shards import Shard
from anonymize.scale.source import modelled, quasi, quasi_plan, refuse_columns
from anonymize.scale.spark_work import SHARD, TOLD, Task, number, prove, recode, values
from anonymize.statistics.counted import Counted
from anonymize.statistics.linked import Answer
from anonymize.tables.coded import Codes
from anonymize.tables.proof import Proof

_TEXTLIKE: Final = ("string", "tinyint", "smallint", "int", "bigint", "void", "date")


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
    rows = held.where(f"`{TOLD}` is null").select([f"`{name}`" for name in plan.emitted])
    return Released(rows, answer.report, answer.statistics, held)


def _made(texts: DataFrame, task: Task) -> DataFrame:
    """Return the shards' rows, and a row of figures each."""
    emitted = ", ".join(f"`{name}` string" for name in task.plan.emitted)
    came = ", ".join(f"`{name}` string" for name in task.inputs)
    numbered = texts.mapInArrow(number(task), f"{came}, `{SHARD}` int")
    made = f"{emitted}, `{SHARD}` int, `{TOLD}` binary"
    return numbered.groupBy(f"`{SHARD}`").applyInArrow(recode(task), made)


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
    task = replace(task, distinct=distinct)
    known = None
    if people is not None:
        more = {name: _distinct(people, name) for name in quasi(plan)}
        more = {name: _with(distinct[name], found) for name, found in more.items()}
        whole = replace(task, distinct=distinct | more)
        persons = _numbers(people, whole, quasi(plan))
        known = People(whole.coding(), whole.coding().coded(persons, people.count()))
        task = whole if model.needs_population else task
    coding = task.coding()
    numbers = _numbers(texts, task, coding.names) if searches(model) else ()
    prepared = prepare(plan, coding, task.rows, most, numbers=numbers, people=known)
    recoder = prepared.recoder
    task = replace(task, cut=prepared.cut, node=recoder.node, crowd=recoder.crowd)
    return prepared, replace(task, parts=_parts(texts, prepared))


def _figures(
    held: DataFrame, prepared: Prepared, task: Task, texts: DataFrame
) -> tuple[list[Figures], list[Proof], Seen]:
    """Return what the shards left behind; raises InvalidError if it may not leave."""
    given = _handed_over(held.where(f"`{TOLD}` is not null").orderBy(f"`{SHARD}`"))
    figures = [one for one, _ in given]
    seen = Seen.added([Seen(), *(one for _, one in given)], task.rows)
    seen.refuse(_values_of(texts))
    refuse_unfit(prepared, figures)
    released = held.where(f"`{TOLD}` is null").groupBy(f"`{SHARD}`")
    proving = prove(task, prepared.shares(figures))
    proofs = _handed_over(released.applyInArrow(proving, f"`{TOLD}` binary"))
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
    if not names:
        return []
    schema = ", ".join(f"`{name}` int" for name in names)
    table = (
        texts.select([f"`{name}`" for name in names])
        .mapInArrow(values(task, names), schema)
        .toArrow()
    )
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
            [pa.array([pickle.dumps((others.seen, whole))], pa.binary())], names=[TOLD]
        )

    parts = _handed_over(texts.mapInArrow(count, f"`{TOLD}` binary"))
    seen = Seen.added([Seen(), *(seen for seen, _ in parts)], task.rows)
    seen.refuse(_values_of(texts))
    nobody = Counted.of(queries, pl.DataFrame(task.passengers().schema.empty_table()))
    whole = Counted.added([nobody, *(counted for _, counted in parts)])
    return seen, whole


def _handed_over(rows: DataFrame) -> list[Any]:
    """Return what workers gave."""
    # The bytes are those that this program's own workers made a moment ago.
    return [pickle.loads(row[0]) for row in rows.select(f"`{TOLD}`").collect()]  # noqa: S301
