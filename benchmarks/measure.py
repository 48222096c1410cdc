"""How is a ratio measured: CPU of a process tree, its peak memory, medians of rounds in turn."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

import psutil  # type: ignore[import-untyped]  # no stubs in the environment

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours, the yardstick of the same run, and how they stand."""

    what: str
    ours: str
    yardstick: str
    ratio: str
    peak_mb: float


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a process and all below it."""
    root = psutil.Process(pid)
    times = [one.cpu_times() for one in [root, *root.children(recursive=True)]]
    return float(sum(one.user + one.system for one in times))


def tree_megabytes(pid: int) -> float:
    """Return the memory (PSS, shared pages counted once) of a process and all below it; 0: gone."""
    total = 0
    try:
        root = psutil.Process(pid)
        tree = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for one in tree:
        try:
            total += one.memory_full_info().pss
        except psutil.NoSuchProcess:  # it ended meanwhile
            continue
    return float(total / 2**20)


class Peak:
    """Samples the memory of a tree in a thread; `megabytes` is the most that was seen."""

    def __init__(self, pid: int) -> None:
        self.megabytes = tree_megabytes(pid)
        self._pid, self._stop = pid, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.wait(0.2):
            self.megabytes = max(self.megabytes, tree_megabytes(self._pid))

    @contextmanager
    def watching(self) -> Iterator["Peak"]:
        """Sample while the block runs."""
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()


def in_turn(*sides: Callable[[], float], rounds: int = ROUNDS) -> list[float]:
    """Run the sides A B A B …; return each side's median."""
    found: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for results, side in zip(found, sides, strict=True):
            results.append(side())
    return [median(results) for results in found]


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second, by the wall clock, when the work does that many."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)
