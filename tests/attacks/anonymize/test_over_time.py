"""Several releases of one cohort: run() judges each alone; what that leaves open, blocks close."""

import random

import polars as pl
import pytest

import anonymize
from anonymize.overtime.releases import Releases
from anonymize.overtime.views import of_statistics, of_table
from anonymize.plan.plan import Plan
from tests.anonymize.overtime.attacker import Held, isolated
from tests.attacks.anonymize.cohort import KEY, QUASI, cohort, plan

FRAME = cohort(1500)
EVERYBODY = list(range(FRAME.height))
MOST_LEFT_OUT = 0.1
COUNTED = Plan.parse({
    "version": 1, "fields": {"health": "keep"},
    "statistics": [{"kind": "count", "by": ["health"], "threshold": 10}],
})  # fmt: skip


def tag(pupil: int) -> bytes:
    return pupil.to_bytes(4, "big")


class Door:
    """What the recipients hold. Shut, a release must fit those before; open, run() is all."""

    def __init__(self, *, shut: bool) -> None:
        self.releases, self.held, self._shut = Releases(), list[Held](), shut
        self.counts: list[tuple[frozenset[int], dict[str, int]]] = []

    def table(self, pupils: list[int], how: Plan) -> int:
        """Release the cohort as the plan says; return how many pupils are in it, 0 if refused."""
        assert how.table is not None
        result = anonymize.run(FRAME[pupils], how, key=KEY)
        tags = [tag(pupils[row]) for row in result.kept]
        view = of_table(tags, result.table.to_dicts(), QUASI)
        if self._shut:
            most = int(MOST_LEFT_OUT * len(pupils))
            out = self.releases.left_out(view, how.table.k, most)
            if out is None:
                return 0
            rows = [row for row, one in enumerate(tags) if one not in out]
            view = of_table([tags[row] for row in rows], result.table[rows].to_dicts(), QUASI)
        self.releases.add([view], how.table.k, f"{len(self.held)}")
        self.held.append((view.classes, how.table.k))
        return len(view.classes)

    def count(self, pupils: list[int]) -> bool:
        """Publish counts by health of the cohort; tell whether they left."""
        cut = FRAME[pupils]
        result = anonymize.run(cut, COUNTED, key=KEY)
        documents = [one.document() for one in result.statistics]
        rows = cut.select("health").to_dicts()
        views = of_statistics([tag(one) for one in pupils], rows, documents, QUASI)
        if self._shut and self.releases.collisions(views, 10):
            return False
        self.releases.add(views, 10, f"count {len(self.counts)}")
        told = {cell["health"]: cell["count"] for cell in documents[0]["cells"]}
        self.counts.append(
            (frozenset(pupils), {name: many for name, many in told.items() if many is not None})
        )
        return True

    def smallest(self) -> int:
        """Return the size of the smallest group that he tells apart; 5 if none is too small."""
        found = isolated([tag(one) for one in EVERYBODY], self.held)
        return min((len(group) for group, _ in found), default=5)


def without(share: float, seed: int = 3) -> list[int]:
    draw = random.Random(seed)  # noqa: S311  repeatable, no secret
    gone = set(draw.sample(EVERYBODY, max(1, int(share * len(EVERYBODY)))))
    return [one for one in EVERYBODY if one not in gone]


def of_all_schools_but_the_smallest() -> list[int]:
    sizes = FRAME.group_by("school_name").len().sort("len", "school_name")
    small = sizes.filter(pl.col("len") < 5)["school_name"][-1]
    return [row for row, name in enumerate(FRAME["school_name"]) if name != small]


SECOND: dict[str, tuple[list[int], Plan]] = {
    "another k": (EVERYBODY, plan("mondrian", 7)),
    "another algorithm": (EVERYBODY, plan("optimal", 5)),
    "one pupil less": (without(0), plan("mondrian")),
    "one pupil in a hundred less": (without(0.01), plan("mondrian")),
    "all schools but one": (of_all_schools_but_the_smallest(), plan("mondrian")),
}


@pytest.mark.parametrize("name", SECOND)
def test_two_releases_intersect_below_k_unless_they_are_judged_together(name: str) -> None:
    """Intersection, cohort less one, complement: run() alone cannot prevent them (the control)."""
    for shut in (False, True):
        door = Door(shut=shut)
        assert door.table(EVERYBODY, plan("mondrian")) == len(EVERYBODY)
        door.table(*SECOND[name])
        assert (door.smallest() < 5) is not shut


def test_the_same_release_again_tells_nothing_new_and_may_leave() -> None:
    door = Door(shut=True)
    assert door.table(EVERYBODY, plan("mondrian")) == door.table(EVERYBODY, plan("mondrian")) > 0


def test_two_protected_counts_differ_by_one_pupils_health_unless_judged_together() -> None:
    """Fifty counts, each of the cohort less one pupil: every difference is a diagnosis."""
    for shut in (False, True):
        door = Door(shut=shut)
        assert door.count(EVERYBODY)
        for pupil in EVERYBODY[:50]:
            door.count([one for one in EVERYBODY if one != pupil])
        learned = diagnoses(door)
        if shut:
            assert learned == {}
        else:
            assert len(learned) == 50
            assert all(FRAME["health"][one] == health for one, health in learned.items())


def diagnoses(door: Door) -> dict[int, str]:
    """Return what differences of counts tell of single pupils."""
    learned = {}
    (whole, first), *rest = door.counts
    for part, told in rest:
        if len(missing := whole - part) == 1:
            (pupil,) = missing
            (health,) = (name for name in told if name != "合计" and told[name] < first[name])
            learned[pupil] = health
    return learned


def test_fifty_tables_of_changing_cohorts_isolate_nobody() -> None:
    for shut in (False, True):
        door = Door(shut=shut)
        draw = random.Random(11)  # noqa: S311  repeatable, no secret
        for number in range(50):
            k, share = draw.choice((5, 7, 10)), draw.choice((0.0, 0.001, 0.01))
            door.table(without(share, number), plan(draw.choice(("mondrian", "optimal")), k))
        found = isolated([tag(one) for one in EVERYBODY], door.held)
        assert bool(found) is not shut
        assert len(door.held) >= 1
