"""From a parquet file to a parquet file, larger than memory, under one guarantee. Heavy.

1. Read once: the distinct values of the modelled columns, so hierarchies and counts are known.
   `optimal` and `best` read once more: their search needs all rows as codes, in memory.
2. Read again: rows as value numbers go to heaps on disk, one a shard to be.
3. Shard by shard, two at a time: classes, labels, one row group of the target.
4. Read what was written, as a stranger would: does every class keep the model?
5. Add up: only if the suppressed rows of all shards keep the limit does the target get its name.
"""

import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.plan.epsilon import Written
from anonymize.plan.plan import Plan
from anonymize.risk.thresholds import DEFAULTS, Context, Threshold
from anonymize.scale import shards
from anonymize.scale.choosing import prepare, searches
from anonymize.scale.coding import Coding, Counts, People
from anonymize.scale.heaps import Heaps
from anonymize.scale.output import Figures
from anonymize.scale.passengers import Passengers
from anonymize.scale.prepared import Prepared, learned, offered
from anonymize.scale.report import (
    Frame,
    Told,
    lines,
    refuse_unfit,
    told,
    told_of_counts,
)
from anonymize.scale.shards import Shard
from anonymize.scale.source import BATCH, Source, modelled, quasi, quasi_plan, refuse_columns
from anonymize.statistics.counted import Counted
from anonymize.tables.proof import Proof
from kernel.errors import InvalidError

THREADS: Final = 2

Progress = Callable[[str, int, int], None]
"""Called with the phase (`survey`, `sort`, `recode`, `prove`), rows done and rows in all."""

_One = TypeVar("_One")
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is in memory at once: rows of a batch, rows a shard should have, shards."""

    batch: int = BATCH
    shard: int = shards.ROWS
    threads: int = THREADS


_USUAL: Final = Limits()


def anonymize_file(  # noqa: PLR0913  the arguments of `anonymize.run`
    source: Path, plan: Plan, target: Path, *, key: bytes,
    population: Path | None = None, threshold: Threshold = DEFAULTS[Context.CONTROLLED],
    epsilon: Written = 0, progress: Progress | None = None, limits: Limits = _USUAL,
) -> Told:  # fmt: skip
    """Write the table of `source` under the plan to `target`; return the report and statistics.

    What is released satisfies the plan's model as a whole, as that of `anonymize.run` does, and its
    rows are in an order that tells nothing: the same rows in any order give the same file. A plan
    of statistics alone writes no file. `population` is a parquet file; `threshold` and `epsilon`
    are those of `anonymize.run`.
    `target` appears complete or not at all; a private folder beside it holds codes meanwhile.
    Raises InvalidError for what the file or the plan lacks, for values that belie the plan, if the
    model cannot be reached within the suppression limit, or if `target` is there already.
    """
    counts_only = plan.table is None and bool(plan.statistics)
    if not counts_only:
        offered(plan)
    if target.exists():
        raise InvalidError("目标文件已存在", field="target", remedy="请另选文件名")
    table = Source(source, modelled(plan), batch=limits.batch)
    refuse_columns(table.types, plan)
    people = None
    if population is not None and not counts_only:
        people = _people(population, plan, table, limits)
    job = _Job(table, people, plan, key, limits, progress)
    if counts_only:
        return told_of_counts(plan, job.count(), job.frame(None, threshold, epsilon))
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        prepared, figures, proofs = job.run(folder)
        frame = job.frame(prepared.coding, threshold, epsilon)
        answer = told(prepared, figures, proofs, frame)
        (folder / "released").chmod(0o600)
        (folder / "released").replace(target)
    finally:
        shutil.rmtree(folder)
    return answer


def _people(path: Path, plan: Plan, table: Source, limits: Limits) -> Source:
    """Return the population, its values numbered as the table's."""
    names = quasi(plan)
    numbers = {name: table.numbers[name] for name in names}
    people = Source(path, names, batch=limits.batch, numbers=numbers)
    refuse_columns(people.types, quasi_plan(plan))
    return people


class _Job:
    """One file on its way."""

    def __init__(
        self, source: Source, people: Source | None, plan: Plan, key: bytes, limits: Limits,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self._source, self._people = source, people
        self._plan, self._key, self._limits = plan, key, limits
        self._passengers = Passengers(plan, source.readable, key, source.rows)
        self._progress = progress

    def run(self, folder: Path) -> tuple[Prepared, list[Figures], list[Proof]]:
        """Write `released` into the folder."""
        prepared = self._prepared()
        heaps, tallies = self._sort(prepared, folder)
        self._passengers.seen.refuse(self._source.values)
        parts = prepared.shards(tallies, heaps.rows)
        figures = self._recode(prepared, heaps, parts, folder / "released")
        refuse_unfit(prepared, figures)
        return prepared, figures, self._prove(prepared, figures, folder / "released")

    def count(self) -> Counted:
        """Return what the plan's statistics count of all rows."""
        queries = self._plan.statistics
        nobody = pl.DataFrame(self._passengers.schema.empty_table())
        whole, done = Counted.of(queries, nobody), 0
        for _, batch in self._source.batches(self._passengers.inputs):
            treated = pl.DataFrame(pl.from_arrow(self._passengers.through(batch)))
            whole = Counted.added([whole, Counted.of(queries, treated)])
            done += batch.num_rows
            self._tell("survey", done)
        self._passengers.seen.refuse(self._source.values)
        return whole

    def frame(self, coding: Coding | None, threshold: Threshold, epsilon: Written) -> Frame:
        """Return what the report says beside the figures."""
        fields = lines(self._plan, self._passengers.seen, coding)
        ignored = sorted(set(self._source.columns) - {*self._plan.fields, *self._plan.inputs})
        people = None if self._people is None else self._people.rows
        return Frame(fields, ignored, people, threshold, epsilon)

    def _prepared(self) -> Prepared:
        for done in self._source.survey():
            self._tell("survey", done)
        model = offered(self._plan)
        coding = learned(self._plan, self._source.distinct, self._key)
        people = None
        if self._people is not None:
            for _ in self._people.survey():
                pass
            whole = learned(self._plan, self._source.distinct, self._key)
            people = People(whole, whole.coded(self._people.numbered(), self._people.rows))
            coding = whole if model.needs_population else coding
        numbers = self._source.numbered() if searches(model) else ()
        return prepare(
            self._plan, coding, self._source.rows, self._limits.shard,
            numbers=numbers, people=people,
        )  # fmt: skip

    def _sort(self, prepared: Prepared, folder: Path) -> tuple[Heaps, Counts]:
        """Put all rows on their heaps; count the sensitive values of each heap."""
        count = len(prepared.cut.levels)
        tallies = np.zeros((count, int(prepared.recoder.rule.at[-1])), np.int64)
        done = 0
        inputs, schema = self._passengers.inputs, self._passengers.schema
        with Heaps(folder, count, prepared.coding.sizes, schema) as heaps:
            for columns, batch in self._source.batches(inputs):
                heap = prepared.heap(columns, batch.num_rows)
                tallies += prepared.tallies(columns, heap)
                heaps.add(columns, heap, self._passengers.through(batch))
                done += batch.num_rows
                self._tell("sort", done)
        return heaps, tallies

    def _recode(
        self, prepared: Prepared, heaps: Heaps, parts: tuple[Shard, ...], target: Path
    ) -> list[Figures]:
        """Write the shards' rows in order, a row group each; return their figures."""
        figures: list[Figures] = []
        done = 0
        writer = None

        def one(shard: Shard) -> tuple[pa.Table, Figures]:
            passengers = heaps.passengers(shard.heaps)
            return prepared.told(shard, heaps.codes(shard.heaps), passengers)

        try:
            for table, found in self._ahead(one, parts):
                if writer is None:
                    writer = pq.ParquetWriter(target, table.schema, store_schema=False)
                writer.write_table(table, row_group_size=max(table.num_rows, 1))
                figures.append(found)
                done += found.rows
                self._tell("recode", done)
        finally:
            if writer is not None:
                writer.close()
        return figures

    def _prove(self, prepared: Prepared, figures: Sequence[Figures], target: Path) -> list[Proof]:
        """Return what the rows that were written keep, row group by row group."""
        whole, names = prepared.shares(figures), list(prepared.coding.names)
        groups = range(pq.read_metadata(target).num_row_groups)

        def one(group: int) -> Proof:
            written = pq.ParquetFile(target, read_dictionary=names)
            return prepared.proof(written.read_row_group(group, columns=names), whole)

        done, proofs = 0, []
        for proof in self._ahead(one, groups):
            done += int(proof.sizes.sum())
            proofs.append(proof)
            self._tell("prove", done)
        return proofs

    def _ahead(self, work: Callable[[_One], _Done], over: Iterable[_One]) -> Iterator[_Done]:
        """Yield the results in order, a few of them being worked on meanwhile."""
        waiting: deque[Future[_Done]] = deque()
        with ThreadPoolExecutor(self._limits.threads) as pool:
            for one in over:
                waiting.append(pool.submit(work, one))
                if len(waiting) > self._limits.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _tell(self, phase: str, done: int) -> None:
        if self._progress is not None:
            self._progress(phase, done, self._source.rows)
