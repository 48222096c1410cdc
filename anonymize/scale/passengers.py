"""What becomes of columns outside the model? They are treated batch by batch. Heavy."""

from collections import Counter
from typing import Any

import polars as pl
import pyarrow as pa

from anonymize.fields.columns import transformed
from anonymize.plan.plan import Plan


class Passengers:
    """Transforms batches, and counts the values that were missing or malformed."""

    def __init__(self, names: tuple[str, ...], plan: Plan, key: bytes) -> None:
        self._names, self._plan, self._key = names, plan, key
        self.missing: Counter[str] = Counter()
        self.malformed: Counter[str] = Counter()

    @property
    def schema(self) -> Any:  # noqa: ANN401  an Arrow schema
        """The schema of transformed batches."""
        return pa.schema([(name, pa.large_string()) for name in self._names])

    def through(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the batch under the plan's treatments."""
        columns = []
        for name in self._names:
            text = pl.Series(name, batch.column(name)).cast(pl.String)
            done = transformed(text, self._plan.fields[name], self._key)
            self.missing[name] += done.missing
            self.malformed[name] += done.malformed
            columns.append(done.values.to_arrow().cast(pa.large_string()))
        if not columns:
            return batch
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)
