"""What becomes of columns outside the model? They are treated batch by batch. Heavy.

Beside them travels, unseen, a mark of each row's pupil: k counts pupils, not rows.
"""

import secrets
from collections.abc import Collection
from typing import Any, Final

import polars as pl
import pyarrow as pa

from anonymize.fields.columns import treated
from anonymize.fields.doubts import pupil_columns, pupil_marks
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import Kind
from anonymize.scale.seen import Seen
from anonymize.scale.source import modelled
from anonymize.text.column import KNOWN, text_columns

UNSEEN: Final = "\0pupil "
"""Before the name of a column that never leaves."""


class Passengers:
    """Transforms batches of a table of `rows` rows with these columns; `seen` judges the whole."""

    def __init__(self, plan: Plan, columns: Collection[str], key: bytes, rows: int) -> None:
        inside = modelled(plan)
        self.names = tuple(name for name in plan.emitted if name not in inside)
        own = {name: plan.hierarchies[name] for name in self.names if name in plan.hierarchies}
        self._plan = Plan(
            {name: plan.fields[name] for name in self.names}, hierarchies=own,
            direct_identifiers=plan.direct_identifiers, subject=plan.subject,
        )  # fmt: skip
        self._key, self._rows = key, rows
        self._seed = secrets.randbits(64)
        self._pupils = tuple(pupil_columns(plan, columns)) if plan.table else ()
        texts = any(plan.fields[name].kind is Kind.TEXT for name in self.names)
        known = [name for name in KNOWN if name in columns] if texts else []
        subject = [plan.subject] if plan.subject and (plan.shifts or texts) else []
        self.inputs = tuple(sorted({*self.names, *self._pupils, *known, *subject}))
        self.seen = Seen()

    @property
    def schema(self) -> Any:  # noqa: ANN401  an Arrow schema
        """The schema of transformed batches: what leaves, and what is unseen."""
        unseen = (UNSEEN + name for name in self._pupils)
        texts = [(name, pa.large_string()) for name in self.names]
        return pa.schema([*texts, *((name, pa.uint64()) for name in unseen)])

    def through(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the columns `inputs` of a batch under the plan's treatments."""
        if not self.inputs:
            return batch
        frame = pl.DataFrame(pl.from_arrow(batch)).with_columns(pl.all().cast(pl.String))
        done = treated(frame, self._plan, self._key) | text_columns(frame, self._plan, self._key)
        self.seen = Seen.added([self.seen, Seen.of(self._plan, frame, done)], self._rows)
        columns = [done[name].values for name in self.names]
        columns += [pupil_marks(frame[name], self._seed) for name in self._pupils]
        arrays = [
            column.to_arrow().cast(of.type) for column, of in zip(columns, self.schema, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)
