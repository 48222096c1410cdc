"""What do Spark's workers do? Number rows, recode whole shards, prove what was made. Heavy.

No module here imports pyspark: a worker's work is a function of Arrow tables.
"""

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from anonymize.plan.plan import Plan
from anonymize.scale.coding import Coding, Distinct
from anonymize.scale.output import Figures, Floats
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Node, Prepared, learned, prepared_at
from anonymize.scale.recoding import Crowd
from anonymize.scale.seen import Seen
from anonymize.scale.shards import Cut, Shard
from anonymize.scale.source import take
from anonymize.tables.coded import Codes

SHARD: Final = "\0shard"
TOLD: Final = "\0told"
"""Of one row a shard: its figures. Of all rows that leave it is null."""


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


def values(
    task: Task, names: Sequence[str]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what gives columns as value numbers."""

    def numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found = [pa.array(numbers) for numbers in columns(batch, task, names)]
            yield pa.RecordBatch.from_arrays(found, names=list(names))

    return numbered


def number(task: Task) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Return what a worker does first: tell each row's shard."""

    def numbered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        prepared = task.prepared()
        shard = np.zeros(len(prepared.cut.levels), np.int32)
        for position, part in enumerate(task.parts):
            shard[list(part.heaps)] = position
        for batch in batches:
            numbers = columns(batch, task, prepared.coding.names)
            of_row = pa.array(shard[prepared.heap(numbers, batch.num_rows)])
            names = [*batch.schema.names, SHARD]
            yield pa.RecordBatch.from_arrays([*batch.columns, of_row], names=names)

    return numbered


def recode(task: Task) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return what a worker does with a whole shard: its rows, then a row with its figures."""
    names = task.plan.emitted
    schema = pa.schema([
        *((name, pa.string()) for name in names), (SHARD, pa.int32()), (TOLD, pa.binary()),
    ])  # fmt: skip

    def recoded(shard: tuple[Any, ...], table: pa.Table) -> pa.Table:
        number = shard[0].as_py()
        rows, *given = _recoded(task, task.parts[number], table)
        parts = {name: rows.column(name).cast(pa.string()) for name in names}
        parts[SHARD] = pa.array([number] * rows.num_rows, pa.int32())
        parts[TOLD] = pa.nulls(rows.num_rows, pa.binary())
        last = {SHARD: [number], TOLD: [pickle.dumps(tuple(given))]}
        last |= {name: [None] for name in names}
        return pa.concat_tables([pa.table(parts, schema), pa.table(last, schema)])

    return recoded


def _recoded(task: Task, part: Shard, table: pa.Table) -> tuple[pa.Table, Figures, Seen]:
    prepared, others = task.prepared(), task.passengers()
    codes = columns(table, task, prepared.coding.names)
    numbers = np.stack(codes, axis=1) if codes else np.zeros((table.num_rows, 0), np.int32)
    batches = [others.through(one) for one in table.select(list(others.inputs)).to_batches()]
    passing = pa.Table.from_batches(batches, others.schema) if others.inputs else pa.table({})
    released, figures = prepared.told(part, numbers, passing)
    return released, figures, others.seen


def prove(task: Task, whole: Sequence[Floats]) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return what a worker does with a shard that was made: measure what it keeps."""

    def proven(_: tuple[Any, ...], table: pa.Table) -> pa.Table:
        proof = task.prepared().proof(table, whole)
        return pa.table({TOLD: pa.array([pickle.dumps(proof)], pa.binary())})

    return proven


def columns(table: Any, task: Task, names: Sequence[str]) -> list[Codes]:  # noqa: ANN401  an Arrow table or batch
    """Return the value numbers of columns."""
    found = []
    for name in names:
        numbers = {value: number for number, value in enumerate(task.distinct[name].values)}
        column = table.column(name)
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        found.append(take(column, numbers))
    return found
