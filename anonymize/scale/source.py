"""How is a file read that does not fit in memory? Twice, batch by batch, columns as codes. Heavy.

The first reading learns each modelled column's distinct values and their numbers of rows; the
second gives the rows as codes. Other columns pass by as text ("passengers").
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from anonymize.plan.plan import Plan
from anonymize.scale.coding import Distinct
from anonymize.tables.coded import Codes
from kernel.errors import InvalidError, Problem

_FRACTIONS: Final = ("float", "halffloat", "double")

BATCH: Final = 1_000_000
"""Rows that are in memory as text at one time."""


class Source:
    """The columns `modelled` of a parquet file, and others; InvalidError if it cannot be read.

    `numbers` gives each modelled column's values the numbers that another source gave them.
    """

    def __init__(
        self, path: Path, modelled: Sequence[str], *, batch: int = BATCH,
        numbers: Mapping[str, dict[str | None, int]] | None = None,
    ) -> None:  # fmt: skip
        try:
            schema = pq.read_schema(path)
        except (OSError, pa.ArrowException):
            raise InvalidError(
                "读不出 Parquet 文件", field="source", rule="Apache Parquet", remedy="请检查文件"
            ) from None
        self.columns = tuple(schema.names)
        self.types = {one.name: _type(one.type) for one in schema}
        self.modelled = tuple(name for name in modelled if name in self.types)
        texts = [name for name in self.modelled if _is_text(schema.field(name).type)]
        self._path, self._batch = path, batch
        self._file = pq.ParquetFile(path, read_dictionary=texts)
        self.numbers = numbers or {name: dict[str | None, int]() for name in self.modelled}
        self._counts = {name: np.zeros(0, np.int64) for name in self.modelled}
        self.rows: int = self._file.metadata.num_rows

    @property
    def readable(self) -> tuple[str, ...]:
        """Names of the columns of text, whole numbers or days (written YYYY-MM-DD)."""
        return tuple(name for name in self.columns if not self.types[name])

    @property
    def distinct(self) -> dict[str, Distinct]:
        """The distinct values, those included that only a source of the same numbers has."""
        found = {}
        for name, counts in self._counts.items():
            values = tuple(self.numbers[name])
            rows = np.zeros(len(values), np.int64)
            rows[: len(counts)] = counts
            found[name] = Distinct(values, rows)
        return found

    def survey(self) -> Iterator[int]:
        """Learn the distinct values; yields the number of rows read so far."""
        done = 0
        for batch in self._batches(self.modelled):
            for name in self.modelled:
                numbers = self.numbers[name]
                of_row = take(batch.column(name), numbers)
                found = np.bincount(of_row, minlength=len(numbers))
                found[: len(self._counts[name])] += self._counts[name]
                self._counts[name] = found
            done += batch.num_rows
            yield done

    def batches(self, others: Sequence[str] = ()) -> Iterator[tuple[list[Codes], pa.RecordBatch]]:
        """Yield each batch as value numbers of the modelled columns, and other columns as texts."""
        for batch in self._batches(tuple(dict.fromkeys((*self.modelled, *others)))):
            columns = [take(batch.column(name), self.numbers[name]) for name in self.modelled]
            yield columns, batch.select(list(others))

    def numbered(self) -> list[Codes]:
        """Return all rows as value numbers of the modelled columns, 4 bytes a cell."""
        found: list[list[Codes]] = [[np.zeros(0, np.int32)] for _ in self.modelled]
        for columns, _ in self.batches():
            for parts, part in zip(found, columns, strict=True):
                parts.append(part)
        return [np.concatenate(parts) for parts in found]

    def values(self, name: str) -> pl.Series:
        """Return the distinct values of any column, in no stated order."""
        column = pl.scan_parquet(self._path).select(pl.col(name).cast(pl.String).unique())
        return column.collect(engine="streaming")[name]

    def _batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        if names:
            batches = self._file.iter_batches(batch_size=self._batch, columns=list(names))
            yield from _ahead(batches)
            return
        for first in range(0, self.rows, self._batch):
            rows = min(self._batch, self.rows - first)
            yield pa.RecordBatch.from_arrays([pa.nulls(rows)], names=[""]).select([])


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the batches; the next one is decoded while the last is worked on."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def quasi(plan: Plan) -> tuple[str, ...]:
    """Return the quasi-identifiers that leave."""
    names = plan.table.quasi_identifiers if plan.table else ()
    return tuple(name for name in names if name in plan.emitted)


def quasi_plan(plan: Plan) -> Plan:
    """Return the plan of the quasi-identifiers alone, which is all that a population needs."""
    own = {name: plan.hierarchies[name] for name in quasi(plan) if name in plan.hierarchies}
    return Plan({name: plan.fields[name] for name in quasi(plan)}, hierarchies=own)


def modelled(plan: Plan) -> tuple[str, ...]:
    """Return the quasi-identifiers, then the sensitive columns, that leave."""
    secrets = plan.table.sensitive if plan.table else ()
    return (*quasi(plan), *(name for name in secrets if name in plan.emitted))


def take(column: Any, numbers: dict[str | None, int]) -> Codes:  # noqa: ANN401  an Arrow array
    """Return each row's value number; values without one get the next."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    values: list[str | None] = column.dictionary.to_pylist()
    if column.null_count:
        values.append(None)
    known = np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)
    indices = column.indices.fill_null(len(values) - 1) if column.null_count else column.indices
    taken: Codes = known[indices.to_numpy(zero_copy_only=False)]
    return taken


def refuse_columns(columns: Mapping[str, str], plan: Plan) -> None:
    """Raise InvalidError naming every column of the plan that is absent or of another type.

    `columns` gives the name of each one's type, empty for text, whole numbers and days.
    """
    problems = [
        Problem(f"表中没有字段“{name}”", name, "脱敏方案", "请补上该列，或从方案中去掉")
        for name in plan.inputs
        if name not in columns
    ]
    problems += [
        Problem(f"字段“{name}”的类型是 {columns[name]}", name, "须为文字", "请先转换为文字")
        for name in plan.inputs
        if columns.get(name) and not (name in plan.measured and columns[name] in _FRACTIONS)
    ]
    if problems:
        raise InvalidError.of(tuple(problems))


def _type(whole: Any) -> str:  # noqa: ANN401  an Arrow type
    kind = whole.value_type if pa.types.is_dictionary(whole) else whole
    types = pa.types
    plain = _is_text(kind) or types.is_integer(kind) or types.is_null(kind) or types.is_date(kind)
    return "" if plain else str(whole)


def _is_text(whole: Any) -> bool:  # noqa: ANN401  an Arrow type
    kind = whole.value_type if pa.types.is_dictionary(whole) else whole
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))
