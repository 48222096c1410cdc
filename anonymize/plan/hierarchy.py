"""Which coarser values has a column of the user's own? A table of values and their levels.

The table is what ARX, sdcMicro and Amnesia read: one line a value, finest to coarsest, the last
level one group for all. `generalize:own:<level>` names a level of it, `keep` is its level 0.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from typing_extensions import override

from kernel.errors import InvalidError, Problem

RULE: Final = "自定层级（ISO/IEC 20889 泛化）"
VALUE: Final = "value"
"""The name of level 0, the values themselves."""
ALL: Final = "all"
"""The name of the last level of a hierarchy that names none: one group for all values."""
ANY: Final = "*"
MOST_LEVELS: Final = 20
_NAMED: Final = 10
"""How many faulty values one refusal names."""


@dataclass(frozen=True, slots=True)
class OwnHierarchy:
    """A column's own hierarchy: `levels` names levels 1, 2 …; `values` gives each value's groups.

    Checked when made: every value has a group at every level, a group lies within one group of the
    next level, and the last level is one group. Raises InvalidError naming the faulty values.
    """

    levels: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = {value: tuple(path) for value, path in sorted(self.values.items())}
        object.__setattr__(self, "levels", tuple(self.levels))
        object.__setattr__(self, "values", MappingProxyType(ordered))
        object.__setattr__(self, "_hash", hash((self.levels, *ordered.items())))
        if problems := tuple(_faults(self)):
            raise InvalidError.of(problems)

    @override
    def __hash__(self) -> int:
        """Return the hash of the content, reckoned once: what is made of one may be kept by it."""
        return self._hash

    @staticmethod
    def of_rows(rows: Iterable[Sequence[str]], levels: Sequence[str] = ()) -> "OwnHierarchy":
        """Return the hierarchy of lines `value, level 1, …, *`.

        Unnamed levels are called 1, 2 … and, the last, `all`. Raises InvalidError for a value that
        stands twice, and for what the class refuses.
        """
        values: dict[str, tuple[str, ...]] = {}
        twice = []
        for row in rows:
            if row[0] in values:
                twice.append(row[0])
            values[row[0]] = tuple(row[1:])
        if twice:
            raise _refusal(f"值{_list(twice)}重复出现", "每个值只写一行")
        depth = max((len(path) for path in values.values()), default=0)
        names = levels or [*(str(number + 1) for number in range(depth - 1)), ALL][:depth]
        return OwnHierarchy(tuple(names), values)

    @staticmethod
    def of_text(text: str, delimiter: str = ";") -> "OwnHierarchy":
        """Return the hierarchy of a text file with one line a value, without a heading."""
        return OwnHierarchy.of_rows(
            [line.split(delimiter) for line in text.lstrip("\ufeff").splitlines() if line]
        )

    def generalize(self, value: str, level: str = VALUE) -> str | None:
        """Return the value's group at the level; None for a value outside the hierarchy.

        Blanks around the value do not count. Raises ValueError if there is no such level.
        """
        known = value.strip()
        path = self.values.get(known)
        if level == VALUE:
            return None if path is None else known
        position = self.levels.index(level)
        return None if path is None else path[position]

    def document(self) -> dict[str, Any]:
        """Return the JSON document; equal hierarchies have equal ones."""
        return {
            "levels": list(self.levels),
            "values": {value: list(path) for value, path in self.values.items()},
        }


def _faults(hierarchy: OwnHierarchy) -> Iterator[Problem]:
    levels, values = hierarchy.levels, hierarchy.values
    if not 1 <= len(levels) <= MOST_LEVELS or len({VALUE, *levels}) != len(levels) + 1:
        yield _problem(
            f"层级的级名须为 1 至 {MOST_LEVELS} 个互不相同的名称，且不得为 {VALUE}",
            "请为每一级命名",
        )
    elif not values:
        yield _problem("层级没有任何值", "请至少写一个值")
    elif broken := [value for value, path in values.items() if not _is_whole(value, path, levels)]:
        yield _problem(
            f"值{_list(broken)}的层级不完整：每个值在 {len(levels)} 级都须有非空的组",
            "请补上缺少的组",
        )
    else:
        yield from _tangles(hierarchy)


def _tangles(hierarchy: OwnHierarchy) -> Iterator[Problem]:
    for finer, name in enumerate(hierarchy.levels[:-1]):
        parents: dict[str, str] = {}
        torn = sorted(
            {
                path[finer]
                for path in hierarchy.values.values()
                if parents.setdefault(path[finer], path[finer + 1]) != path[finer + 1]
            }
        )
        if torn:
            yield _problem(f"“{name}”级的组{_list(torn)}分属上一级的几个组", "请让每组只属于一个组")
    if len({path[-1] for path in hierarchy.values.values()}) > 1:
        yield _problem("最后一级必须只有一个组", f"请在末尾加一级，各值都写 {ANY}")


def _is_whole(value: str, path: tuple[str, ...], levels: tuple[str, ...]) -> bool:
    texts = (value, *path)
    return (
        len(path) == len(levels)
        and value == value.strip()
        and all(text.strip() and _is_text(text) for text in texts)
    )


def _is_text(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _list(values: Sequence[str]) -> str:
    more = f"等 {len(values)} 个" if len(values) > _NAMED else ""
    named = "、".join(f"“{value}”" for value in values[:_NAMED])
    return (named + more).encode("utf-8", "replace").decode()


def _problem(message: str, remedy: str) -> Problem:
    return Problem(message, "hierarchies", RULE, remedy)


def _refusal(message: str, remedy: str) -> InvalidError:
    return InvalidError.of((_problem(message, remedy),))
