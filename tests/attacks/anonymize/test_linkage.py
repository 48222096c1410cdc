"""Prosecutor's linkage: a public roll with names, joined with a release on what its labels mean."""

import numpy as np
import polars as pl
import pytest

import anonymize
from anonymize.plan.plan import Plan
from tests.attacks.anonymize.cohort import ALGORITHMS, KEY, QUASI, cohort, joined, plan, released


def roll() -> pl.DataFrame:
    """What a school's notice board, a class chat and a birthday list tell of everybody."""
    return cohort().select("name", "school_name", *QUASI)


def test_dropping_names_alone_leaves_nearly_every_row_to_be_named() -> None:
    """The control of all that follows: the raw table, without names and numbers."""
    matches, classes = joined(roll(), cohort())
    sizes = matches @ classes["len"].to_numpy()
    assert (sizes == 1).mean() > 0.95


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("k", [5, 20])
def test_a_roll_ties_nobody_to_fewer_than_k_rows(algorithm: str, k: int) -> None:
    """Whichever fitting class the attacker picks, the chance to pick the row is at most 1/k."""
    result = released(cohort(), algorithm, k)
    matches, classes = joined(roll(), result.table)
    sizes = np.where(matches, classes["len"].to_numpy(), result.table.height)
    assert matches.any(axis=1).mean() > 0.9  # the roll does meet the release
    assert sizes.min() >= k
    # Who was released is among the rows that fit him: the labels do not lie.
    labels = [result.table[name].to_list() for name in QUASI]
    place = {row: one for one, row in enumerate(classes.select(QUASI).iter_rows())}
    for row, pupil in enumerate(result.kept):
        assert matches[pupil, place[tuple(column[row] for column in labels)]]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_who_knows_the_algorithm_runs_it_on_the_roll_and_still_finds_k(algorithm: str) -> None:
    """With k alone the classes are a function of the roll: the attacker can have them all."""
    truth = released(cohort(), algorithm)
    guessed = released(cohort().with_columns(pl.lit("?").alias("health")), algorithm)
    assert guessed.table.select(QUASI).sort(QUASI).equals(truth.table.select(QUASI).sort(QUASI))
    mine = guessed.table.select(QUASI).with_columns(pl.Series("pupil", guessed.kept))
    assert mine.group_by(QUASI).agg(pl.col("pupil").n_unique())["pupil"].min() >= 5  # type: ignore[operator]  # not empty


def test_a_column_outside_the_model_ties_rows_to_persons_and_the_label_says_so() -> None:
    """k is promised for the quasi-identifiers that the plan names, and for nothing else."""
    wide = plan("mondrian").document()
    wide["fields"] |= {"school_name": "keep", "grade": "keep", "ethnicity": "keep"}
    careless = Plan.parse(wide)
    result = anonymize.run(cohort(), careless, key=KEY)
    known = [*QUASI, "school_name", "grade", "ethnicity"]
    assert (result.table.group_by(known).len()["len"] == 1).mean() > 0.4
    assert careless.label == result.report["label"] == "去标识化"
    assert plan("mondrian").label == "匿名化"
