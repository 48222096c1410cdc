"""Fifty requests over 20,000 pupils: what becomes of them, and how long is one judged?

The yardstick is the plain way: keep every release, and intersect them all anew for each request.
"""

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Hashable, Mapping
from pathlib import Path
from statistics import median

from anonymize.overtime.blocks import Change, collisions, joined
from anonymize.overtime.coarser import coarser
from anonymize.overtime.omission import left_out
from anonymize.overtime.views import ROWS
from benchmarks.measure import Peak, Row
from kernel.database import open_database
from kernel.envelope import Keyring
from kernel.runtime import Runtime
from server.migrate import upgrade
from sharing.store.overtime import Coalition, read_coalition, read_known, write

PUPILS, REQUESTS, K, MOST_LOST = 20_000, 50, 10, 0.05
LADDERS = {"sex": ["1"], "grade": ["12", "3", "1"], "born": ["15", "5", "2"], "school": ["30", "5"]}
"""Columns, and into how many values each falls at its levels, the finest first."""

Pupil = dict[str, int]


def rows() -> list[Row]:
    """Play one sequence of requests against the tables of the gateway."""
    with tempfile.TemporaryDirectory() as name, Peak(os.getpid()).watching() as peak:
        url = f"sqlite:///{Path(name) / 'overtime.db'}"
        upgrade(url)
        database = open_database(url)
        try:
            played = asyncio.run(_play(Runtime(database, Keyring(b"\x07" * 32))))
        finally:
            database.close()
    what = ", ".join(f"{count} {word}" for word, count in sorted(played.outcomes.items()))
    return [
        Row(
            f"{REQUESTS} requests, {PUPILS:,} pupils: {what}",
            f"{_ms(played.read)} to read blocks, {_ms(played.judged)} to judge (CPU)",
            f"{_ms(played.anew)} to intersect all releases anew, in memory",
            f"{sum(played.anew) / sum(played.judged):.0f}x",
            peak.megabytes,
        )
    ]


def _ms(seconds: list[float]) -> str:
    return f"{median(seconds) * 1000:.0f} ms (most {max(seconds) * 1000:.0f})"


class _Played:
    """What became of the requests, and the CPU seconds of each check."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.read: list[float] = []
        self.judged: list[float] = []
        self.anew: list[float] = []
        self.held: list[Mapping[bytes, Hashable]] = []


async def _play(runtime: Runtime) -> _Played:
    draw = random.Random(7)  # noqa: S311  a seeded draw, no secret
    county = {
        number.to_bytes(16, "big"): {
            name: draw.randrange(int(levels[0]) + 1) for name, levels in LADDERS.items()
        }
        for number in range(PUPILS)
    }
    played = _Played()
    earlier: list[tuple[Mapping[bytes, Pupil], list[str]]] = []
    for number in range(REQUESTS):
        if earlier and draw.random() < 0.2:  # noqa: PLR2004  one in five asks for what it had
            cohort, columns = draw.choice(earlier)
        else:
            cohort, columns = _asked(draw, county)
            earlier.append((cohort, columns))
        outcome = await _request(runtime, played, cohort, columns, f"dis_{number}")
        played.outcomes[outcome] += 1
    return played


def _asked(
    draw: random.Random, county: Mapping[bytes, Pupil]
) -> tuple[Mapping[bytes, Pupil], list[str]]:
    """The county, or without a school or a grade; at times a few pupils have come or gone."""
    without = draw.choice(("", "", "school", "grade"))
    value, gone = draw.randrange(5), draw.choice((0.0, 0.0, 0.0005))
    cohort = {
        tag: pupil
        for tag, pupil in county.items()
        if (not without or pupil[without] != value) and draw.random() >= gone
    }
    return cohort, sorted(draw.sample(sorted(LADDERS), draw.randrange(1, 4)))


async def _request(
    runtime: Runtime, played: _Played, cohort: Mapping[bytes, Pupil], columns: list[str], name: str
) -> str:
    """Ask as the door does: as it is, with few left out, coarser, else refused."""
    ladders = {column: LADDERS[column] for column in columns}
    finest = {column: levels[0] for column, levels in ladders.items()}
    for forms in [finest, *list(coarser(ladders))[:8]]:
        classes = _classes(cohort, forms)
        start = time.process_time()
        of = await read_coalition(runtime, "all")
        known = await read_known(runtime, of, ROWS, classes)
        read = time.process_time()
        collided = collisions(known, classes, K)
        judged = time.process_time()
        Counter(tuple(one.get(tag) for one in [*played.held, classes]) for tag in cohort)
        played.read.append(read - start)
        played.judged.append(judged - read)
        played.anew.append(time.process_time() - judged)
        out: frozenset[bytes] | None = frozenset()
        if collided:
            spare = int(len(cohort) * MOST_LOST) - (len(cohort) - len(classes))
            out = left_out(known, classes, K, spare)
        if out is not None:
            left = {tag: label for tag, label in classes.items() if tag not in out}
            if left in played.held:
                return "answered from the first"
            await _leave(runtime, of, joined(known, left, K, name))
            played.held.append(left)
            as_asked = "with few left out" if out else "as asked"
            return as_asked if forms == finest else "coarser"
    return "refused"


async def _leave(runtime: Runtime, of: Coalition, change: Change) -> None:
    await runtime.database.write(
        lambda connection: write(connection, of, {ROWS: change}, change.unused)
    )


def _classes(cohort: Mapping[bytes, Pupil], forms: Mapping[str, str]) -> dict[bytes, Hashable]:
    """Return the classes of a table by columns at these levels; those below K are left out."""
    whole: dict[bytes, Hashable] = {}
    for tag, pupil in cohort.items():
        whole[tag] = tuple(
            pupil[name] * int(size) // (int(LADDERS[name][0]) + 1) for name, size in forms.items()
        )
    sizes = Counter(whole.values())
    return {tag: label for tag, label in whole.items() if sizes[label] >= K}
