"""How do hierarchies look to compiled code? As one forest of groups in flat arrays. Heavy.

All groups of all columns and levels have one numbering. The leaves of a column are renumbered in
the order of its tree, so that a group's leaves, and the groups right below it, stand side by side.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from anonymize.tables.coded import Hierarchy
from kernel.errors import InvalidError

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
_Function = TypeVar("_Function", bound=Callable[..., Any])

NARROW: Final = 2**16
NAMELESS: Final = -1
"""The level put above a hierarchy whose coarsest level has several groups: it may not be told."""
_FORCED: Final = 1e6
"""Cost of a nameless cell: it is split before any other."""


_CALLED: Final[dict[str, Any]] = {
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "error_model": "numpy",
}


def compiled(function: _Function) -> _Function:
    """Compile a function that compiled functions call and that makes no array.

    It borrows the arrays that it is given, without counting references: a tree is dozens of arrays,
    and to count them at every call took three quarters of all time.
    """
    borrowing: dict[str, Any] = {**_CALLED, "_nrt": False}
    return cast("_Function", numba.njit(**borrowing)(function))


def making(function: _Function) -> _Function:
    """Compile a function that compiled functions call and that makes arrays, or views of them."""
    return cast("_Function", numba.njit(**_CALLED)(function))


def inlined(function: _Function) -> _Function:
    """Compile a function into every function that calls it.

    A tree is dozens of arrays: to hand them over costs a small function more than its work.
    """
    return cast("_Function", numba.njit(inline="always", error_model="numpy")(function))


def entry(function: _Function) -> _Function:
    """Compile a function that Python calls: once per machine; runs beside other threads."""
    return cast("_Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def version_of(*sources: str) -> int:
    """Return a number of the texts of source files.

    The cache on disk looks at the file of the cached function alone. A function that closes over
    this number is compiled anew when a file that it calls into changes.
    """
    digest = sha256(b"".join(Path(source).read_bytes() for source in sources)).digest()
    return int.from_bytes(digest[:7], "big")


class Forest(NamedTuple):
    """Groups g of all columns. `base[c, j] + leaf` is where `above` holds the leaf's group.

    `first[g]` to `last[g] - 1` are the groups right below g; level-0 groups have none. `cost[g]` is
    what a cell in g loses (docs/adr/0005-plan-version-2.md), by the column's weight. `roots[c]` is
    the group of everything; it is `nameless[c]` where the hierarchy has no such level.
    """

    above: Ints
    base: Ints
    depth: Ints
    first: Ints
    last: Ints
    cost: Floats
    roots: Ints
    nameless: Flags


class Names(NamedTuple):
    """The way back: level (NAMELESS: none) and code of each group, new code of each old leaf."""

    level: Ints
    code: Ints
    leaves: tuple[Ints, ...]
    starts: Ints


def plant(hierarchies: tuple[Hierarchy, ...], weights: Mapping[str, float]) -> tuple[Forest, Names]:
    """Return the forest of the hierarchies; `weights` by hierarchy name, 1 if absent."""
    trees = [_tree(one, weights.get(one.name, 1.0)) for one in hierarchies]
    sizes = [len(tree.code) for tree in trees]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    lengths = [tree.above.size for tree in trees]
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    height = max((tree.above.shape[0] for tree in trees), default=1)
    base = np.zeros((len(trees), height), np.int64)
    for column, tree in enumerate(trees):
        levels, leaves = tree.above.shape
        base[column, :levels] = begins[column] + leaves * np.arange(levels)
    shifted = list(zip(trees, starts[:-1], strict=True))
    forest = Forest(
        above=_joined([(tree.above + start).ravel() for tree, start in shifted], np.uint32),
        base=base,
        depth=_joined([tree.depth for tree in trees], np.int32),
        first=_joined([tree.first + start for tree, start in shifted], np.int32),
        last=_joined([tree.last + start for tree, start in shifted], np.int32),
        cost=_joined([tree.cost for tree in trees], np.float64),
        roots=(starts[1:] - 1).astype(np.int32),
        nameless=np.array([tree.level[-1] == NAMELESS for tree in trees], np.bool_),
    )
    names = Names(
        level=_joined([tree.level for tree in trees], np.int32),
        code=_joined([tree.code for tree in trees], np.int32),
        leaves=tuple(tree.leaves for tree in trees),
        starts=starts,
    )
    return forest, names


class _Tree(NamedTuple):
    above: Ints
    depth: Ints
    first: Ints
    last: Ints
    cost: Floats
    level: Ints
    code: Ints
    leaves: Ints


def _tree(hierarchy: Hierarchy, weight: float) -> _Tree:
    """Return one column's groups, numbered by level, each level in the order of the tree."""
    ups = [np.asarray(up, np.int32) for up in hierarchy.up]
    if len(hierarchy.labels[-1]) > 1:
        ups.append(np.zeros(hierarchy.leaves, np.int32))
    order = np.lexsort(ups)
    leaves = np.empty(hierarchy.leaves, np.int32)
    leaves[order] = np.arange(hierarchy.leaves, dtype=np.int32)
    above: list[Ints] = []
    depth, first, last, sizes, code = [], [], [], [], []
    count = 0
    for level, up in enumerate(ups):
        groups = up[order]
        begins = _begins(groups, hierarchy.name, level)
        ends = np.append(begins[1:], hierarchy.leaves)
        number = np.repeat(np.arange(len(begins)), ends - begins)
        inner = above[-1] if above else number
        first.append(inner[begins] if level else np.zeros(len(begins), np.int64))
        last.append(inner[ends - 1] + 1 if level else np.zeros(len(begins), np.int64))
        above.append(number + count)
        depth.append(np.full(len(begins), level))
        sizes.append(ends - begins)
        code.append(groups[begins])
        count += len(begins)
    levels = np.concatenate(depth)
    cost = weight * (np.concatenate(sizes) - 1) / max(hierarchy.leaves - 1, 1)
    cost[levels >= hierarchy.height] = _FORCED
    levels[levels >= hierarchy.height] = NAMELESS
    return _Tree(
        np.stack(above), np.concatenate(depth), np.concatenate(first), np.concatenate(last),
        cost, levels, np.concatenate(code), leaves,
    )  # fmt: skip


def _begins(groups: Ints, name: str, level: int) -> Ints:
    """Return where groups begin that stand in the order of the tree; refuse one that is torn."""
    begins: Ints = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    if len(begins) != len(np.unique(groups)):
        raise InvalidError(
            f"“{name}”的层级不嵌套：第 {level} 级的一组分属上一级的几组",
            field=f"hierarchies.{name}", rule="泛化层级", remedy="请更正层级表",
        )  # fmt: skip
    return begins


def _joined(parts: list[Any], dtype: Any) -> Any:  # noqa: ANN401  numpy's dtypes
    return np.concatenate(parts).astype(dtype) if parts else np.zeros(0, dtype)
