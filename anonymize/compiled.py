"""How is a loop over rows made fast? Compiled once by numba, kept on disk for the next process."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Return the function as machine code; it takes numbers and numpy arrays only."""
    return cast("Function", numba.njit(cache=True, nogil=True)(function))
