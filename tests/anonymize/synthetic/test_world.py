"""A world of invented pupils: everything in it fits, and nobody in it exists."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.fields.numbers import check_character
from anonymize.fields.regions import generalize
from anonymize.synthetic.places import counties
from anonymize.synthetic.world import DEFAULT_SHARES, World, pupils
from kernel.errors import InvalidError


@pytest.fixture(scope="module")
def county() -> pl.DataFrame:
    return pupils(World(6_000, seed=3, divisions=("371323", "6501")))


def test_the_same_world_is_the_same_table_and_another_seed_another() -> None:
    assert pupils(World(500, seed=1)).equals(pupils(World(500, seed=1)))
    assert not pupils(World(500, seed=1)).equals(pupils(World(500, seed=2)))


def test_every_id_number_is_well_formed_of_nobody_and_given_once(county: pl.DataFrame) -> None:
    own = county["document_number"].to_list()
    guardians = {
        number: name
        for block in ("guardian1", "guardian2")
        for number, name in county.select(
            f"{block}_document_number", f"{block}_name"
        ).unique().iter_rows()
    }  # fmt: skip
    everyone = [*own, *guardians]
    assert len(set(everyone)) == len(everyone)
    assert all(check_character(number[:17]) == number[17] for number in everyone)
    assert not any(number[:6] in set(counties()) for number in everyone)
    assert county["student_number"].to_list() == [f"G{number}" for number in own]
    for number, born, sex in county.select("document_number", "birth_date", "sex").iter_rows():
        assert (number[6:14], int(number[16]) % 2) == (born, int(sex == "男"))


def test_a_pupils_age_fits_the_grade(county: pl.DataFrame) -> None:
    for born, grade in county.select("birth_date", "grade").iter_rows():
        first = date(2026 - 6 - int(grade), 9, 1)
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
        assert first <= day < first + timedelta(days=366)


def test_siblings_share_home_guardians_and_people(county: pl.DataFrame) -> None:
    shared = ("home_address", "division", "ethnicity", "phone", "guardian1_name", "guardian2_name",
              "guardian1_document_number", "domicile_type")  # fmt: skip
    counts = county.group_by("family").agg(pl.len(), *(pl.col(name).n_unique() for name in shared))
    assert counts.filter(pl.col("len") > 1).height > 1_000
    assert all(counts[name].to_list() == [1] * counts.height for name in shared)
    han = county.filter(pl.col("ethnicity") == "01")
    assert all(
        name[0] == father[0] for name, father in han.select("name", "guardian1_name").iter_rows()
    )


def test_guardians_are_grown_up_when_their_eldest_is_born(county: pl.DataFrame) -> None:
    eldest = county.group_by("family").agg(
        pl.col("birth_date").min().str.slice(0, 4).cast(pl.Int32).alias("eldest"),
        pl.col("guardian2_document_number").first().str.slice(6, 4).cast(pl.Int32).alias("mother"),
    )
    assert (eldest["eldest"] - eldest["mother"]).is_between(21, 33).all()


def test_homes_lie_in_the_real_county_and_house_numbers_begin_at_9000(county: pl.DataFrame) -> None:
    for address, division in county.select("home_address", "division").unique().iter_rows():
        assert generalize(address, "county") == generalize(division, "county")
        assert "9" in address
    assert county["phone"].str.contains("^1[3-9][0-9]0000[0-9]{4}$").all()


def test_a_school_is_of_one_county_and_stage_and_no_class_is_over_45(county: pl.DataFrame) -> None:
    schools = county.group_by("school_code").agg(
        pl.col("division").n_unique(), pl.col("school_name").n_unique()
    )
    assert schools.select(pl.exclude("school_code").max()).row(0) == (1, 1)
    classes = county.group_by("school_code", "grade", "class_name").agg(
        pl.len(), pl.col("seat_number").n_unique().alias("seats")
    )
    assert classes["len"].max() == 45
    assert (classes["len"] == classes["seats"]).all()
    grades = dict(county.group_by("school_code").agg(pl.col("grade").cast(pl.Int8)).iter_rows())
    assert all(
        (max(held) <= 6) or (min(held) >= 7 and max(held) <= 9) or min(held) >= 10
        for held in grades.values()
    )


def test_remarks_name_the_pupil_or_a_guardian_most_of_the_time(county: pl.DataFrame) -> None:
    named = county.select(
        pl.col("remark").str.contains(pl.col("name"), literal=True)
        | pl.col("remark").str.contains(pl.col("guardian1_name"), literal=True)
    ).to_series()
    assert named.mean() == 1.0
    assert county["remark"].n_unique() > 5_000
    assert not county["remark"].str.contains("[{}]").any()


def test_where_a_people_lives_its_names_are_borne() -> None:
    kashgar = pupils(World(2_000, divisions=("6531",)))
    uyghur = kashgar.filter(pl.col("ethnicity") == "05")
    assert uyghur.height > 500
    assert uyghur["name"].str.contains("·").all()
    assert not kashgar.filter(pl.col("ethnicity") == "01")["name"].str.contains("·").any()


def test_given_shares_replace_the_default_ones() -> None:
    world = World(2_000, shares={"health": {"有慢性病": 1.0}})
    assert pupils(world)["health"].unique().to_list() == ["有慢性病"]


@pytest.mark.parametrize("faulty", [
    {"pupils": 0}, {"pupils": 10**9}, {"pupils": 5, "divisions": ("9999",)},
    {"pupils": 5, "divisions": ("",)}, {"pupils": 5, "shares": {"name": {"张三": 1.0}}},
    {"pupils": 5, "shares": {"health": {}}}, {"pupils": 5, "shares": {"health": {"好": -1.0}}},
])  # fmt: skip
def test_what_cannot_be_made_is_refused(faulty: dict[str, object]) -> None:
    with pytest.raises(InvalidError):
        pupils(World(**faulty))  # type: ignore[arg-type]  # faulty on purpose


@given(size=st.integers(1, 60), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_any_size_has_a_world(size: int, seed: int) -> None:
    made = pupils(World(size, seed=seed))
    assert made.height == size
    assert made["document_number"].n_unique() == size
    assert set(made.schema.dtypes()) == {pl.String}
    assert DEFAULT_SHARES.keys() <= set(made.columns)
