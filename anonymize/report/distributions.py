"""Which values does a column have before and after, without telling of the few?

Both are told in released values. Values of fewer rows than the threshold are told together, and so
are as many more as keep that sum from being small. How many rows of a value were left out is a
count of few pupils: it is told only where it would be told as a statistic (small cells and their
cover), so that “before” less “after” gives no small number away.
"""

from typing import Any, Final

from anonymize.plan.query import LEAST_THRESHOLD, Count
from anonymize.report.recoded import Tally
from anonymize.statistics.counts import publish

MOST_VALUES: Final = 10


def distribution(shown: Tally, lost: Tally | None, threshold: int) -> dict[str, Any]:
    """Return the most frequent values of a released column with their rows, and the rest in one.

    `lost` are the released forms of the rows that were left out; None if they have none. `before`
    is null where it may not be told. A null value is an absent one.
    """
    tally = dict(sorted(shown.items(), key=_rank))
    told = _told(tally, threshold)
    rest = [value for value in tally if value not in told]
    rows = [*(tally[value] for value in told), sum(tally[value] for value in rest)]
    gone = _gone(told, lost, threshold)
    before = [None if one is None else n + one for n, one in zip(rows, gone, strict=True)]
    categories = [
        {"value": value, "rows": rows[i], "before": before[i]} for i, value in enumerate(told)
    ]
    other = {"values": len(rest), "rows": rows[-1], "before": before[-1]}
    return {"threshold": threshold, "categories": categories, "other": other}


def _rank(value: tuple[str | None, int]) -> tuple[int, bool, str]:
    """The most frequent first; of equally frequent ones by value, an absent one last."""
    name, rows = value
    return -rows, name is None, name or ""


def _told(tally: Tally, threshold: int) -> list[str | None]:
    told = [value for value, rows in tally.items() if rows >= threshold][:MOST_VALUES]
    rest = sum(tally.values()) - sum(tally[value] for value in told)
    while told and 0 < rest < threshold:
        rest += tally[told.pop()]
    return told


def _gone(told: list[str | None], lost: Tally | None, threshold: int) -> list[int | None]:
    """Return how many rows of each told value, and of the others, were left out; None: untold."""
    if lost is None:
        return [None] * (len(told) + 1)
    if not lost:
        return [0] * (len(told) + 1)
    tally = dict(lost)
    numbers = [tally.pop(value, 0) for value in told]
    others = sum(tally.values())
    cells = [((str(i),), n) for i, n in enumerate(numbers)]
    if others:
        cells.append(((str(len(told)),), others))
    count = Count(("value",), max(threshold, LEAST_THRESHOLD))
    lines = {line.labels[0]: line.count for line in publish(count, cells).lines}
    # No others were left out: told only beside all the rest, or it would tell where the few stand.
    none = 0 if None not in lines.values() else None
    return [lines.get(str(i), none) for i in range(len(told) + 1)]
