"""Fifty releases of any cohorts, columns and k: an attacker who holds them all isolates nobody.

The attacker is written apart from the rules: he intersects classes and never counts blocks.
"""

import random
from collections.abc import Mapping

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from anonymize.overtime.releases import Releases
from anonymize.overtime.views import ROWS, View, of_statistics, of_table
from anonymize.plan.model import Count
from anonymize.statistics.counts import publish
from tests.anonymize.overtime.attacker import Held, isolated

COLUMNS = {"sex": 2, "grade": 3, "born": 4, "school": 5, "health": 3}
KNOWN = ("sex", "grade", "born", "school")
"""The quasi-identifiers; health is what an attacker wants to learn."""

DROPPED = st.dictionaries(st.sampled_from(KNOWN), st.sampled_from("01234"), max_size=2)
FEW = st.sampled_from([0, 0, 0, 1, 3])
SEEDS = st.integers(0, 99)
KS = st.integers(3, 8)

World = dict[bytes, dict[str, str | None]]


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  repeatable draws, no secret


def world(size: int, seed: int) -> World:
    draw = dice(seed)
    return {
        number.to_bytes(2, "big"): {
            name: str(draw.randrange(values)) for name, values in COLUMNS.items()
        }
        for number in range(size)
    }


def k_anonymous(pupils: World, names: tuple[str, ...], k: int) -> View:
    """What a table of its own would do: classes below k are left out."""
    view = of_table(list(pupils), list(pupils.values()), names)
    sizes: dict[object, int] = {}
    for label in view.classes.values():
        sizes[label] = sizes.get(label, 0) + 1
    return View(ROWS, {one: label for one, label in view.classes.items() if sizes[label] >= k})


def counted(pupils: World, by: tuple[str, ...], k: int) -> tuple[list[View], dict[str, object]]:
    tally: dict[tuple[str | None, ...], int] = {}
    for values in pupils.values():
        label = tuple(values[name] for name in by)
        tally[label] = tally.get(label, 0) + 1
    statistic = publish(Count(by, k), list(tally.items())).document()
    views = of_statistics(list(pupils), list(pupils.values()), [statistic], KNOWN)
    return views, statistic


class Gate:
    """The rules as the door uses them: join, else leave out a tenth at most, else refuse."""

    def __init__(self, *, shut: bool = True) -> None:
        self.releases = Releases()
        self.held: list[Held] = []
        self.counts: list[tuple[frozenset[bytes], dict[tuple[str, ...], int | None], int]] = []
        self._shut = shut

    def table(self, pupils: World, names: tuple[str, ...], k: int) -> None:
        view = k_anonymous(pupils, names, k)
        if self._shut:
            out = self.releases.left_out(view, k, most=len(pupils) // 10)
            if out is None:
                return
            left = {one: label for one, label in view.classes.items() if one not in out}
            view = View(ROWS, left)
            assert self.releases.collisions([view], k) == []
        self.releases.add([view], k, f"table {len(self.held)}")
        self.held.append((view.classes, k))

    def count(self, pupils: World, by: tuple[str, ...], k: int) -> None:
        views, statistic = counted(pupils, by, k)
        if not views or (self._shut and self.releases.collisions(views, k)):
            return
        self.releases.add(views, k, f"count {len(self.held)}")
        self.held += [(view.classes, k) for view in views if view.chain == ROWS]
        told = lines(statistic, by)
        self.counts.append((frozenset(pupils), told, k))


def lines(
    statistic: Mapping[str, object], by: tuple[str, ...]
) -> dict[tuple[str, ...], int | None]:
    cells = statistic["cells"]
    assert isinstance(cells, list)
    named = sorted(by)
    return {
        tuple(part for name in named for part in (name, cell[name])): cell["count"]
        for cell in cells
    }


def small_differences(gate: Gate) -> list[int]:
    """Return the numbers below k that come of a told count less one of a part of its cohort."""
    found = []
    for whole, larger, k in gate.counts:
        for part, smaller, _ in gate.counts:
            if part < whole:
                for line in larger.keys() & smaller.keys():
                    most, least = larger[line], smaller[line]
                    if most is not None and least is not None and 0 < most - least < k:
                        found.append(most - least)
    return found


@settings(max_examples=40, stateful_step_count=50, deadline=None)
class Sequence(RuleBasedStateMachine):
    """Up to 50 releases to recipients who all collude."""

    @initialize(size=st.integers(5, 120), seed=st.integers(0, 2**16))
    def begin(self, size: int, seed: int) -> None:
        self.pupils = world(size, seed)
        self.gate = Gate()

    def cohort(self, dropped: Mapping[str, str], few: int, seed: int) -> World:
        """Some schools or grades are left out, and a few pupils came or went."""
        chosen = {
            one: values
            for one, values in self.pupils.items()
            if all(values[name] != value for name, value in dropped.items())
        }
        gone = dice(seed).sample(list(chosen), min(few, len(chosen)))
        return {one: values for one, values in chosen.items() if one not in gone}

    @rule(
        names=st.lists(st.sampled_from(KNOWN), max_size=3, unique=True),
        dropped=DROPPED,
        few=FEW,
        seed=SEEDS,
        k=KS,
    )
    def table(self, names: list[str], dropped: dict[str, str], few: int, seed: int, k: int) -> None:
        self.gate.table(self.cohort(dropped, few, seed), tuple(sorted(names)), k)

    @rule(
        by=st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=2, unique=True),
        dropped=DROPPED,
        few=FEW,
        seed=SEEDS,
        k=KS,
    )
    def count(self, by: list[str], dropped: dict[str, str], few: int, seed: int, k: int) -> None:
        self.gate.count(self.cohort(dropped, few, seed), tuple(sorted(by)), k)

    @rule(change=st.sampled_from(KNOWN), seed=st.integers(0, 99))
    def somebody_moves(self, change: str, seed: int) -> None:
        """A pupil's own data change between two releases."""
        draw = dice(seed)
        one = draw.choice(list(self.pupils))
        self.pupils = self.pupils | {
            one: self.pupils[one] | {change: str(draw.randrange(COLUMNS[change]))}
        }

    @invariant()
    def nobody_is_isolated(self) -> None:
        if hasattr(self, "gate"):
            assert isolated(list(self.pupils), self.gate.held) == []

    @invariant()
    def no_difference_of_counts_is_small(self) -> None:
        if hasattr(self, "gate"):
            assert small_differences(self.gate) == []


TestSequence = Sequence.TestCase


def fifty(gate: Gate, seed: int, size: int = 400) -> None:
    """Fifty requests, each as the last one leaves it: another cohort, other columns, another k."""
    draw = dice(seed)
    pupils = world(size, seed)
    for _ in range(50):
        gone = draw.choice((0.0, 0.01))
        left = {one: values for one, values in pupils.items() if draw.random() >= gone}
        names = tuple(sorted(draw.sample(KNOWN, draw.randrange(1, 3))))
        k = draw.choice((5, 7))
        gate.table(left, names, k)
        gate.count(left, (draw.choice(sorted(COLUMNS)),), k)


@pytest.mark.parametrize("seed", range(5))
def test_fifty_adaptive_requests_isolate_nobody_and_not_all_are_refused(seed: int) -> None:
    gate = Gate()
    fifty(gate, seed)
    assert isolated(list(world(400, seed)), gate.held) == []
    assert small_differences(gate) == []
    assert len(gate.held) > 1


@pytest.mark.parametrize("seed", range(5))
def test_without_the_gate_the_same_attacker_isolates_single_pupils(seed: int) -> None:
    gate = Gate(shut=False)
    fifty(gate, seed)
    found = isolated(list(world(400, seed)), gate.held)
    assert min(len(group) for group, _ in found) == 1
    assert small_differences(gate)


def test_what_the_rules_count_is_what_the_attacker_sees() -> None:
    """Neither laxer nor stricter: a table is refused exactly if he would isolate somebody."""
    agreed = {True: 0, False: 0}
    for seed in range(150):
        draw = dice(seed)
        pupils = world(draw.randrange(20, 60), seed)
        gate = Gate()
        gate.table(pupils, ("sex",), 4)
        second = {one: values for one, values in pupils.items() if draw.random() > 0.02}
        view = k_anonymous(second, (draw.choice(KNOWN),), 3)
        refused = bool(gate.releases.collisions([view], 3))
        assert refused == bool(isolated(list(pupils), [*gate.held, (view.classes, 3)]))
        agreed[refused] += 1
    assert min(agreed.values()) > 10
