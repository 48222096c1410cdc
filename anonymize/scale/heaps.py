"""Where do rows wait between reading and recoding? In heaps on disk, one a shard to be. Heavy."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from anonymize.tables.coded import Codes
from anonymize.tables.mondrian_forest import NARROW, Ints

_HIDDEN: Final = 0o700


class Heaps:
    """Rows as codes, and their passengers as Arrow streams, heap by heap in a private folder."""

    def __init__(self, folder: Path, heaps: int, sizes: Sequence[int], schema: Any) -> None:  # noqa: ANN401  an Arrow schema
        folder.chmod(_HIDDEN)
        self._folder, self._width = folder, len(sizes)
        self._narrow = all(size <= NARROW for size in sizes)
        self._files: list[IO[bytes]] = [self._codes(one).open("wb") for one in range(heaps)]
        self._schema = schema
        self._streams: list[Any] = []
        self.rows = np.zeros(heaps, np.int64)
        if len(schema):
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            self._streams = [
                pa.ipc.new_stream(str(self._texts(one)), schema, options=options)
                for one in range(heaps)
            ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish writing."""
        for file in [*self._files, *self._streams]:
            file.close()

    def add(self, columns: Sequence[Codes], heap: Codes, passengers: pa.RecordBatch) -> None:
        """Put each row on its heap; the rows of a batch keep their order."""
        rows = np.empty((len(heap), self._width), np.uint16 if self._narrow else np.int32)
        for column, codes in enumerate(columns):
            rows[:, column] = codes
        # Few distinct numbers of 16 bits: numpy sorts them by counting, and stably.
        order = np.argsort(heap.astype(np.uint16), kind="stable")
        rows = rows[order]
        sizes = np.bincount(heap, minlength=len(self._files))
        if self._streams:
            passengers = passengers.take(pa.array(order))
        low = 0
        for one in np.flatnonzero(sizes):
            high = low + int(sizes[one])
            rows[low:high].tofile(self._files[one])
            if self._streams:
                self._streams[one].write_batch(passengers.slice(low, high - low))
            low = high
        self.rows += sizes

    def codes(self, heaps: Sequence[int]) -> Ints:
        """Return the codes of the rows of some heaps."""
        kind = np.uint16 if self._narrow else np.int32
        parts = [np.fromfile(self._codes(one), kind) for one in heaps]
        found: npt.NDArray[Any] = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return (
            found.reshape(-1, self._width)
            if self._width
            else np.zeros((self._count(heaps), 0), kind)
        )

    def passengers(self, heaps: Sequence[int]) -> pa.Table:
        """Return the passengers of the same rows."""
        if not self._streams:
            return pa.table({})
        streams = [pa.ipc.open_stream(str(self._texts(one))) for one in heaps]
        return pa.concat_tables([stream.read_all() for stream in streams])

    def _count(self, heaps: Sequence[int]) -> int:
        return int(self.rows[list(heaps)].sum())

    def _codes(self, heap: int) -> Path:
        return self._folder / f"{heap}.codes"

    def _texts(self, heap: int) -> Path:
        return self._folder / f"{heap}.arrow"
