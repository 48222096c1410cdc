"""From a parquet file to a parquet file, larger than memory, under one guarantee. Heavy.

1. Read once: the distinct values of the modelled columns, so hierarchies and counts are known.
   `optimal` reads once more: its search needs all rows as codes, in memory.
2. Read again: rows as codes go to heaps on disk, one a shard to be.
3. Shard by shard, two at a time: classes, labels, one row group of the target.
4. Add up: only if the suppressed rows of all shards keep the limit does the target get its name.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.plan.model import Algorithm
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from anonymize.scale import shards
from anonymize.scale.coding import Coding, Counts
from anonymize.scale.heaps import Heaps
from anonymize.scale.output import Figures
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Prepared, learned, offered, prepare
from anonymize.scale.report import field, modelled_fields, report
from anonymize.scale.shards import Shard
from anonymize.scale.source import BATCH, Source, modelled, refuse_columns
from anonymize.tables.coded import Coded, Codes
from kernel.errors import InvalidError

THREADS: Final = 2

Progress = Callable[[str, int, int], None]
"""Called with the phase (`survey`, `sort`, `recode`), rows done and rows in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is in memory at once: rows of a batch, rows a shard should have, shards."""

    batch: int = BATCH
    shard: int = shards.ROWS
    threads: int = THREADS


_USUAL: Final = Limits()


def anonymize_file(
    source: Path, plan: Plan, target: Path, *,
    key: bytes, progress: Progress | None = None, limits: Limits = _USUAL,
) -> dict[str, Any]:  # fmt: skip
    """Write the table of `source` under the plan to `target`; return the report.

    The result satisfies the plan's model as a whole, as that of `anonymize.run` does, and its rows
    are in an order that tells nothing: the same rows in any order give the same file.
    `target` appears complete or not at all; a private folder beside it holds codes meanwhile.
    Raises InvalidError for what the file or the plan lacks, if the model cannot be reached within
    the suppression limit, or if `target` is there already.
    """
    offered(plan)
    if target.exists():
        raise InvalidError("目标文件已存在", field="target", remedy="请另选文件名")
    table = Source(source, modelled(plan), batch=limits.batch)
    refuse_columns(table.types, plan)
    job = _Job(table, plan, key, limits, progress)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        answer = job.run(folder)
        (folder / "released").replace(target)
    finally:
        shutil.rmtree(folder)
    return answer


class _Job:
    """One file on its way."""

    def __init__(
        self, source: Source, plan: Plan, key: bytes, limits: Limits, progress: Progress | None
    ) -> None:
        self._source, self._plan, self._key, self._limits = source, plan, key, limits
        self._passengers = Passengers(plan, source.readable, key, source.rows)
        self._progress = progress

    def run(self, folder: Path) -> dict[str, Any]:
        """Write `released` into the folder; return the report."""
        for done in self._source.survey():
            self._tell("survey", done)
        coding = learned(self._plan, self._source.distinct, self._key)
        model = offered(self._plan)
        coded = self._coded(coding) if model.algorithm is Algorithm.OPTIMAL else None
        prepared = prepare(self._plan, coding, self._limits.shard, self._source.rows, coded)
        heaps, tallies = self._sort(prepared, folder)
        self._passengers.refuse(self._source.values)
        parts = prepared.shards(tallies, heaps.rows)
        figures = self._recode(prepared, heaps, parts, folder / "released")
        fields = modelled_fields(prepared)
        for name, how in self._plan.fields.items():
            if name not in fields:
                gone = how.kind is Kind.DROP
                missing = 0 if gone else self._passengers.missing[name]
                malformed = 0 if gone else self._passengers.malformed[name]
                fields[name] = field(self._plan, name, missing, malformed)
        ignored = sorted(set(self._source.columns) - {*self._plan.fields, *self._plan.inputs})
        return report(prepared, figures, fields, ignored, len(parts))

    def _coded(self, coding: Coding) -> Coded:
        """Return all rows as codes: a search over all rows needs them at once, 4 bytes a cell."""
        width = len(coding.quasi)
        columns: list[list[Codes]] = [[] for _ in coding.names]
        for batch, _ in self._source.batches(coding.codes):
            for found, codes in zip(columns, batch, strict=True):
                found.append(codes)
        nothing = np.zeros(0, np.int32)
        whole = tuple(np.concatenate([nothing, *found]) for found in columns)
        return Coded(self._source.rows, coding.hierarchies, whole[:width], whole[width:])

    def _sort(self, prepared: Prepared, folder: Path) -> tuple[Heaps, Counts]:
        """Put all rows on their heaps; count the sensitive values of each heap."""
        coding = prepared.coding
        sizes = [
            *(one.hierarchy.leaves for one in coding.quasi),
            *(len(one.words) for one in coding.secrets),
        ]
        count = len(prepared.cut.levels)
        tallies = np.zeros((count, int(prepared.recoder.rule.at[-1])), np.int64)
        done = 0
        with Heaps(folder, count, sizes, self._passengers.schema) as heaps:
            for columns, batch in self._source.batches(coding.codes, self._passengers.inputs):
                heap = prepared.heap(columns, batch.num_rows)
                tallies += prepared.tallies(columns, heap)
                heaps.add(columns, heap, self._passengers.through(batch))
                done += batch.num_rows
                self._tell("sort", done)
        return heaps, tallies

    def _recode(
        self, prepared: Prepared, heaps: Heaps, parts: tuple[Shard, ...], target: Path
    ) -> list[Figures]:
        """Write the shards' rows in order; return their figures."""
        figures: list[Figures] = []
        done = 0
        writer = None
        try:
            for table, one in self._released(prepared, heaps, parts):
                if writer is None:
                    writer = pq.ParquetWriter(target, table.schema, store_schema=False)
                writer.write_table(table)
                figures.append(one)
                done += one.rows
                self._tell("recode", done)
        finally:
            if writer is not None:
                writer.close()
        return figures

    def _released(
        self, prepared: Prepared, heaps: Heaps, parts: tuple[Shard, ...]
    ) -> Iterator[tuple[pa.Table, Figures]]:
        """Yield the shards in order, a few of them being recoded meanwhile."""

        def one(shard: Shard) -> tuple[pa.Table, Figures]:
            passengers = heaps.passengers(shard.heaps)
            table, figures, _ = prepared.told(shard, heaps.codes(shard.heaps), passengers)
            return table, figures

        waiting: deque[Future[tuple[pa.Table, Figures]]] = deque()
        with ThreadPoolExecutor(self._limits.threads) as pool:
            for shard in parts:
                waiting.append(pool.submit(one, shard))
                if len(waiting) > self._limits.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _tell(self, phase: str, done: int) -> None:
        if self._progress is not None:
            self._progress(phase, done, self._source.rows)
