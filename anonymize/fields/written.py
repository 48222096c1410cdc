"""How do a million short numbers become text? As Arrow's string views, written by a compiled loop.

A view of up to twelve bytes holds its text itself (Arrow Columnar Format, "Variable-size Binary
View Layout"), so a column of them is four words of 32 bits a value and nothing else. Heavy: numba.
"""

from typing import Final

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from anonymize.compiled import compiled

MOST: Final = 12
"""Bytes that a view holds itself."""

_FOUR: Final = np.uint64(10**4)
_FOURS: Final = np.array([f"{number:04}" for number in range(10**4)], "S4").view(np.uint32)
"""The four digits of each number below 10^4."""


def decimal(numbers: NDArray[np.uint64], digits: int) -> pl.Series:
    """Return each number in so many decimal digits, with leading zeros; at most twelve digits.

    Every number is below 10^digits; what a larger one gives is not said.
    """
    views = np.empty((len(numbers), 4), np.uint32)
    views[:, 0] = digits
    # Twelve digits are written; those behind the number's own are made the zero bytes of padding.
    masks = np.frombuffer(b"\xff" * digits + bytes(MOST - digits), np.uint32)
    _write(numbers * np.uint64(10 ** (MOST - digits)), _FOURS, masks, views)
    buffers = [None, pa.py_buffer(views)]
    column = pl.from_arrow(pa.Array.from_buffers(pa.string_view(), len(numbers), buffers))
    assert isinstance(column, pl.Series)  # noqa: S101  for the type checker: an array is no table
    return column


@compiled
def _write(
    numbers: NDArray[np.uint64],
    fours: NDArray[np.uint32],
    masks: NDArray[np.uint32],
    views: NDArray[np.uint32],
) -> None:
    for place in range(len(numbers)):
        upper = numbers[place] // _FOUR
        first = upper // _FOUR
        views[place, 1] = fours[first] & masks[0]
        views[place, 2] = fours[upper - first * _FOUR] & masks[1]
        views[place, 3] = fours[numbers[place] - upper * _FOUR] & masks[2]
