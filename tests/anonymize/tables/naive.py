"""The optimum by brute force: every node, every row, plain Python. Knows nothing of the engine."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Column:
    """A column: `path[value]` are the value's labels, level 0 first; `rows` its values."""

    path: dict[str, tuple[str, ...]]
    rows: list[str]


@dataclass(frozen=True)
class Wanted:
    """What is demanded; `up[value]` are a sensitive value's groups, finest first."""

    k: int
    limit: float
    diversity: tuple[str, float, float] | None = None
    closeness: tuple[str, float] | None = None
    up: dict[str, tuple[str, ...]] | None = None


def optimum(
    columns: list[Column], secret: list[str], wanted: Wanted
) -> tuple[tuple[int, ...], int, float] | None:
    rows = len(secret)
    best: tuple[float, int, tuple[int, ...]] | None = None
    answer = None
    for node in product(*(range(len(next(iter(column.path.values())))) for column in columns)):
        members = defaultdict(list)
        for row in range(rows):
            cells = tuple(
                column.path[column.rows[row]][level]
                for column, level in zip(columns, node, strict=True)
            )
            members[cells].append(row)
        lost = {
            row
            for inside in members.values()
            if not satisfied([secret[row] for row in inside], secret, wanted)
            for row in inside
        }
        if len(lost) > math.floor(wanted.limit * rows):
            continue
        loss = cost(columns, node, lost, rows)
        rank = (round(loss, 11), sum(node), node)
        if best is None or rank < best:
            best, answer = rank, (node, len(lost), loss)
    return answer


def cost(columns: list[Column], node: tuple[int, ...], lost: set[int], rows: int) -> float:
    whole = 1.0
    for column, level in zip(columns, node, strict=True):
        leaves = len(column.path)
        sizes = Counter(path[level] for path in column.path.values())
        total = 0.0
        for row in range(rows):
            group = sizes[column.path[column.rows[row]][level]]
            total += 1 if row in lost else (group - 1) / max(leaves - 1, 1)
        mean = total / rows if leaves > 1 else 0.0
        whole *= (1 + mean) ** (1 / len(columns))
    return whole - 1


def satisfied(inside: list[str], secret: list[str], wanted: Wanted) -> bool:
    if len(inside) < wanted.k:
        return False
    counts = Counter(inside)
    if wanted.diversity and not diverse(counts, *wanted.diversity):
        return False
    if wanted.closeness:
        kind, t = wanted.closeness
        return distance(kind, counts, Counter(secret), wanted.up or {}) <= t + 1e-12
    return True


def diverse(counts: Counter[str], kind: str, least: float, factor: float) -> bool:
    if kind == "distinct":
        return len(counts) >= least
    total = counts.total()
    if kind == "entropy":
        # entropy ≥ ln l, times the number of rows; in this form ARX rounds it.
        spent = sum(n * math.log(n) for n in counts.values())
        return spent <= total * (math.log(total) - math.log(least))
    falling = sorted(counts.values(), reverse=True)
    return falling[0] < factor * sum(falling[int(least) - 1 :])


def distance(
    kind: str, inside: Counter[str], whole: Counter[str], up: dict[str, tuple[str, ...]]
) -> float:
    values = sorted({*whole, *up})
    extra = {v: inside[v] / inside.total() - whole[v] / whole.total() for v in values}
    if kind == "equal":
        return sum(abs(one) for one in extra.values()) / 2
    if kind == "ordered":
        seen = sorted(whole)
        sums = [abs(sum(extra[v] for v in seen[: place + 1])) for place in range(len(seen))]
        return sum(sums) / max(len(seen) - 1, 1)
    height = len(next(iter(up.values())))
    found = 0.0
    for level in range(1, height + 1):
        groups = defaultdict[str, dict[str, float]](dict)
        for value in values:
            child = value if level == 1 else up[value][level - 2]
            spare = groups[up[value][level - 1]]
            spare[child] = spare.get(child, 0.0) + extra[value]
        for spare in groups.values():
            more = sum(one for one in spare.values() if one > 0)
            less = -sum(one for one in spare.values() if one < 0)
            found += level / height * min(more, less)
    return found
