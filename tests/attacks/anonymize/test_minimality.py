"""Minimality: who knows the algorithm asks which tables it would have turned into this release.

Two pupils of a class who swap healths give another table with the same classes and healths in each.
If the algorithm still gives the same classes, nobody can tell the two tables apart, whatever else
they know. A pupil who can swap with nobody is pinned: the choice of classes tells the health.
"""

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from anonymize.plan.treatment import Treatment
from anonymize.tables import lattice, mondrian
from anonymize.tables.coded import Coded, Codes
from anonymize.tables.coding import Column, code
from anonymize.tables.demands import Attribute
from tests.attacks.anonymize.cohort import CHRONIC, FORMS, HEALTH, KEY, QUASI, cohort, plan

ASKED = 60
MODELS: list[dict[str, Any]] = [
    {"l": {"kind": "distinct", "l": 2}},
    {"l": {"kind": "entropy", "l": 2}},
    {"t": {"t": 0.3}},
]
Model = dict[str, Any]
HEALTHS = sorted(HEALTH)


def columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    return tuple(code(frame[name], Treatment.parse(FORMS[name]), KEY, None) for name in QUASI)


def classes(known: tuple[Column, ...], health: Codes, algorithm: str, model: Model) -> Codes:
    """Return a number of the class of each pupil, -1 if left out: what the algorithms decide."""
    wanted = plan(algorithm, **model).table
    assert wanted is not None
    hierarchies = tuple(column.hierarchy for column in known)
    codes = tuple(column.codes for column in known)
    coded = Coded(len(health), hierarchies, codes, (health,))
    if algorithm == "mondrian":
        return mondrian.partition(coded, wanted).classes
    found = lattice.search(coded, wanted, [Attribute.of(health)])
    assert found is not None
    groups = [
        one.up[level][own] for one, level, own in zip(hierarchies, found.node, codes, strict=True)
    ]
    number: Codes = np.unique(np.stack(groups, 1), axis=0, return_inverse=True)[1].astype(np.int32)
    return np.where(found.kept, number, -1).astype(np.int32)


def pinned(frame: pl.DataFrame, algorithm: str, model: Model, asked: list[int]) -> list[str]:
    """Return the healths of those asked who can swap with nobody of their class.

    Classes of a single health are left out: they tell it without any knowledge of algorithms.
    """
    health = np.array([HEALTHS.index(one) for one in frame["health"]], np.int32)
    known = columns(frame)
    truth = classes(known, health, algorithm, model)
    found = []
    for one in asked:
        others = np.flatnonzero((truth == truth[one]) & (health != health[one]))
        if truth[one] < 0 or not len(others):
            continue
        for mate in others:
            changed = health.copy()
            changed[np.array([one, mate])] = health[np.array([mate, one])]
            if np.array_equal(classes(known, changed, algorithm, model), truth):
                break
        else:
            found.append(HEALTHS[health[one]])
    return found


def some(rows: list[int]) -> list[int]:
    return random.Random(1).sample(rows, ASKED)  # noqa: S311  repeatable, no secret


@pytest.mark.parametrize("algorithm", ["optimal", "mondrian"])
def test_with_k_alone_the_choice_of_classes_tells_nothing(algorithm: str) -> None:
    frame = cohort(1000)
    assert pinned(frame, algorithm, {}, some(list(range(frame.height)))) == []


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_optimal_level_of_a_cohort_pins_nobody(model: Model) -> None:
    """One level for all rows hangs on so many pupils that no two of them change it."""
    frame = cohort(1000)
    assert pinned(frame, "optimal", model, some(list(range(frame.height)))) == []


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_mondrian_pins_few_of_all_and_few_of_the_ill(model: Model) -> None:
    """Bound: one pupil in ten. Seen: 1 to 5 of 100, and of the ill 3 under t, none under l."""
    frame = cohort(1000)
    ill = [row for row, value in enumerate(frame["health"]) if value in CHRONIC]
    for asked in (some(list(range(frame.height))), some(ill)):
        assert len(pinned(frame, "mondrian", model, asked)) <= ASKED / 10


def test_a_district_of_one_illness_is_read_from_the_cut_that_mondrian_did_not_make() -> None:
    """The control, and the limit of l under Mondrian (Wong et al. 2007).

    Five pupils are enough to stand alone, yet were left in the rest: so they have one illness, and
    only one stands five times there. The optimal level, for all alike, does not tell that.
    """
    sizes = {"130102": 5, "130104": 3, "130107": 3, "130105": 6}
    frame = pl.DataFrame({
        "birth_date": ["20120501"] * 17, "sex": ["男"] * 17,
        "division": [code for code, size in sizes.items() for _ in range(size)],
        "health": ["哮喘"] * 5 + ["健康", "近视"] * 6,
    })  # fmt: skip
    model = {"l": {"kind": "distinct", "l": 2}, "suppression_limit": 0.0}
    assert pinned(frame, "mondrian", model, list(range(5))) == ["哮喘"] * 5
    assert pinned(frame, "optimal", model, list(range(5))) == []
