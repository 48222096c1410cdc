"""How large are the classes? The one thing that every measure of identity disclosure starts from.

A class is the rows that share all quasi-identifiers (ISO/IEC 20889, equivalence class).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kernel.errors import InvalidError

Counts: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sizes:
    """`many[i]` classes have `size[i]` rows each; sizes ascend, none is below 1."""

    size: Counts
    many: Counts

    @staticmethod
    def of(sizes: Iterable[int] | Counts) -> "Sizes":
        """Return the histogram of class sizes in any order; no sizes stand for an empty table.

        Raises InvalidError if a size is below 1 or no whole number.
        """
        given = np.asarray(sizes if isinstance(sizes, np.ndarray) else list(sizes))
        if given.size and (given.dtype.kind not in "iu" or int(given.min()) < 1):
            raise InvalidError(
                "等价类的大小必须是不小于 1 的整数", field="sizes", rule="ISO/IEC 20889 等价类",
                remedy="请传入每一类的行数",
            )  # fmt: skip
        size, many = np.unique(given.astype(np.int64), return_counts=True)
        return Sizes(size, many.astype(np.int64))

    @property
    def rows(self) -> int:
        """How many rows all classes hold."""
        return int(self.size @ self.many)

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return int(self.many.sum())

    @property
    def least(self) -> int:
        """The size of the smallest class, which is the k that holds; 0 without rows."""
        return int(self.size[0]) if self.size.size else 0

    @property
    def uniques(self) -> int:
        """How many rows are alone in their class."""
        return self.of_size(1)

    def of_size(self, size: int) -> int:
        """How many classes have exactly that many rows."""
        return int(self.many[self.size == size].sum())

    def rows_below(self, size: float) -> int:
        """How many rows are in classes of fewer than `size` rows."""
        small = self.size < size
        return int(self.size[small] @ self.many[small])
