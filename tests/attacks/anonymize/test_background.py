"""Background knowledge: the attacker excludes what a neighbour has not, or compares shares."""

from itertools import combinations

import polars as pl
import pytest

from tests.attacks.anonymize.cohort import (
    ALGORITHMS,
    CHRONIC,
    HEALTH,
    QUASI,
    cohort,
    released,
    secrets_by_class,
    shares,
)


def exposed(algorithm: str, excluded: int, least: int) -> int:
    """Return how many pupils have one health left when so many others are ruled out."""
    model = {"l": {"kind": "distinct", "l": least}, "suppression_limit": 0.3}
    classes = secrets_by_class(released(cohort(), algorithm, 5, **model).table).values()
    found = 0
    for values in classes:
        for ruled_out in combinations(sorted(set(values)), excluded):
            left = [value for value in values if value not in ruled_out]
            found += len(left) if len(set(left)) == 1 else 0
    return found


@pytest.mark.parametrize("algorithm", ["optimal", "mondrian"])
@pytest.mark.parametrize("excluded", [1, 2])
def test_l_withstands_the_exclusion_of_l_less_two_healths_and_no_more(
    algorithm: str, excluded: int
) -> None:
    assert exposed(algorithm, excluded, least=excluded + 1) > 0  # the control
    assert exposed(algorithm, excluded, least=excluded + 2) == 0


def largest_gain(table: pl.DataFrame, whole: dict[str, float]) -> float:
    """Return by how much the share of any set of healths in any class exceeds that of the table.

    The best set is that of all healths of which the class has more: half the sum of differences.
    """
    gain = 0.0
    for values in secrets_by_class(table).values():
        here = shares(values)
        gain = max(gain, sum(max(here.get(one, 0.0) - whole[one], 0.0) for one in whole))
    return gain


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_skewness_gains_up_to_t_and_not_more(algorithm: str) -> None:
    """l = 2 lets a class of the seriously ill through; t bounds every gain over the whole."""
    whole = dict(shares(cohort()["health"].to_list()))
    model = {"l": {"kind": "distinct", "l": 2}, "suppression_limit": 0.3}
    loose = released(cohort(), algorithm, 5, **model)
    close = released(cohort(), algorithm, 5, **model, t={"t": 0.2})
    if algorithm != "fixed":  # the control: classes of city and year are too large to be skewed
        assert largest_gain(loose.table, whole) > 0.4
    assert largest_gain(close.table, whole) <= 0.2 + 1e-9


def test_similar_healths_tell_what_kind_of_health_it_is_unless_t_forbids_it() -> None:
    """Similarity: three different chronic illnesses are 3-diverse, and all are chronic."""
    ill = pl.DataFrame({
        "birth_date": ["20120501"] * 6 + ["20130501"] * 54, "division": ["130102"] * 60,
        "sex": ["男"] * 60,
        "health": ["哮喘", "糖尿病", "心脏病"] * 2 + ["健康", "近视", "哮喘"] * 18,
    })  # fmt: skip
    model = {"l": {"kind": "distinct", "l": 3}, "suppression_limit": 0.0}
    classes = secrets_by_class(released(ill, "optimal", 5, **model).table).values()
    assert any(CHRONIC.issuperset(values) for values in classes)  # the control
    close = released(ill, "optimal", 5, **model, t={"t": 0.3}).table
    prior = sum(value in CHRONIC for value in ill["health"]) / ill.height
    for values in secrets_by_class(close).values():
        assert sum(value in CHRONIC for value in values) / len(values) <= prior + 0.3


def test_spellings_of_one_health_are_no_diversity() -> None:
    """A class of one illness, once written with a blank, once full-width, has one illness."""
    spelt = ["糖尿病2型", "糖尿病２型", " 糖尿病2型", "糖尿病2型\u200b", "糖尿病2型", "糖尿病2型"]
    frame = pl.DataFrame({
        "birth_date": ["20120501"] * 6 + ["20130501"] * 6, "division": ["130102"] * 12,
        "sex": ["男"] * 12, "health": spelt + sorted(HEALTH) + ["健康"],
    })  # fmt: skip
    diverse = released(frame, "optimal", 5, l={"kind": "distinct", "l": 2}, suppression_limit=0.0)
    for values in secrets_by_class(diverse.table).values():
        assert not set(values) <= set(spelt)
    (report,) = [diverse.report["l"]["health"]["distinct"]]
    assert report >= 2
    assert diverse.table.select(QUASI).unique().height == 1  # the two classes had to become one
