"""Which statistics contradict the plan, or could be subtracted from each other?"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from anonymize.plan.noise import Noisy, NoisyHistogram, NoisyMean
from anonymize.plan.query import Count, Mean
from anonymize.plan.query_document import Query
from anonymize.plan.treatment import Kind, Treatment
from kernel.errors import Problem

_NUMERIC: Final = (Mean, NoisyMean, NoisyHistogram)
_GROUPED: Final = (Kind.KEEP, Kind.GENERALIZE)


def query_problems(
    statistics: Sequence[Query],
    fields: Mapping[str, Treatment],
    is_direct: Callable[[str], bool],
    *,
    rows_leave: bool,
) -> Iterable[Problem]:
    """Yield why these statistics cannot stand in a plan of these fields."""
    for position, query in enumerate(statistics):
        place = f"statistics[{position}]"
        yield from _unfit(query, place, fields, is_direct)
        if rows_leave and isinstance(query, Noisy):
            yield Problem(
                "含噪统计不能与表模型同在一个方案：逐行数据已说出噪声所掩盖的",
                place, "差分隐私", "请拆成两个方案",
            )  # fmt: skip
    for (i, one), (j, other) in itertools.combinations(enumerate(statistics), 2):
        shared = sorted(set(one.columns) & set(other.columns))
        if shared and not _compatible(one, other):
            yield Problem(
                f"两个统计都按“{shared[0]}”：相减可还原隐去的格子",
                f"statistics[{j}].by", "互补隐去", f"请只保留一个（另一处为第 {i + 1} 个统计）",
            )  # fmt: skip


def measured_columns(statistics: Sequence[Query]) -> frozenset[str]:
    """Return the columns that are read as numbers by every statistic that reads them."""
    numbers: set[str] = set()
    texts: set[str] = set()
    for one in statistics:
        numeric = {one.of} if isinstance(one, _NUMERIC) else set()
        numbers |= numeric
        texts |= set(one.columns) - numeric
    return frozenset(numbers - texts)


def _unfit(
    query: Query, place: str, fields: Mapping[str, Treatment], is_direct: Callable[[str], bool]
) -> Iterable[Problem]:
    if not query.columns and all(how.kind is Kind.DROP for how in fields.values()):
        yield Problem("统计总数也须读入至少一个字段", place, "", "请加入一个字段")
    for name in query.columns:
        how = fields.get(name)
        if how is None or how.kind not in _GROUPED or is_direct(name):
            yield Problem(
                f"不能按“{name}”统计", f"{place}.by", "统计只按原样或泛化的非标识字段", "请改选字段"
            )
        elif isinstance(query, _NUMERIC) and name == query.of and how.kind is not Kind.KEEP:
            yield Problem(
                f"“{name}”须为数，不能先泛化", f"{place}.of", "均值与分布按原值计算", "请改为 keep"
            )


def _compatible(one: Query, other: Query) -> bool:
    """Tell whether two statistics that share columns tell no more than each by itself.

    Two noisy ones add up their ε. Two that hide the few may share their one by-column: then its
    counts are the common margin of both, and statistics.linked keeps them apart. Else what one
    hides could be recomputed from, or narrowed by, the other.
    """
    if isinstance(one, Noisy) or isinstance(other, Noisy):
        return isinstance(one, Noisy) and isinstance(other, Noisy)
    if isinstance(one, Count) and isinstance(other, Count):
        return False
    shared = set(one.columns) & set(other.columns)
    return len(one.by) == 1 and one.by == other.by and shared == set(one.by)
