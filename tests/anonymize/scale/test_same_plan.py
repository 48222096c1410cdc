"""One plan means one thing: a file by shards is refused, released and reported as `run` does it."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.plan.plan import Plan
from anonymize.scale.files import Limits, anonymize_file
from anonymize.scale.report import Told
from anonymize.table import Result, run
from kernel.errors import InvalidError
from tests.anonymize.scale.drawn import EVERY_FORM, KEY, QUASI, number, people, plan, pupils

SMALL = Limits(batch=170, shard=300, threads=2)


def both(
    folder: Path, table: pl.DataFrame, wanted: Plan, limits: Limits,
    population: pl.DataFrame | None = None,
) -> tuple[Result, Told, pl.DataFrame | None]:  # fmt: skip
    source, target, crowd = folder / "in.parquet", folder / "out.parquet", None
    table.write_parquet(source, row_group_size=500)
    if population is not None:
        crowd = folder / "people.parquet"
        population.write_parquet(crowd)
    known = run(table, wanted, key=KEY, population=population)
    found = anonymize_file(source, wanted, target, key=KEY, population=crowd, limits=limits)
    return known, found, pl.read_parquet(target) if target.exists() else None


def same(known: Result, found: Told, released: pl.DataFrame | None) -> None:
    """The rows, the statistics, and every word of the report but for the last digit of a loss."""
    told = {name: part for name, part in found.report.items() if name != "shards"}
    assert _rounded(told) == _rounded(known.report)
    assert [one.document() for one in found.statistics] == [
        one.document() for one in known.statistics
    ]
    if released is None:
        assert known.table.is_empty()
        return
    released = released.with_columns(pl.all().cast(pl.String))
    columns = known.table.columns
    assert released.columns == columns
    assert released.sort(columns).equals(known.table.sort(columns))


def _rounded(report: dict[str, Any]) -> dict[str, Any]:
    search = report.get("search")
    if search is None:
        return report
    return report | {"search": search | {"loss": round(search["loss"], 9)}}


L = {"l": {"kind": "entropy", "l": 1.3}}
ORDERED = {"t": {"t": 0.4, "distance": "ordered",
                 "order": {"health": ["健康", "近视", "哮喘"]}}}  # fmt: skip
YEARS = {"birth_date": "generalize:birth_date:year"}
COUNTS: list[dict[str, Any]] = [
    {"kind": "count", "by": ["sex", "division"], "threshold": 5},
    {"kind": "rate", "of": "health", "value": "近视", "by": ["ethnicity"], "threshold": 5},
]
MODELS: dict[str, dict[str, Any]] = {
    "fixed": {"algorithm": "fixed", "suppression_limit": 0.3},
    "optimal": {"algorithm": "optimal", "suppression_limit": 0.05, **L},
    "ordered": {"algorithm": "optimal", "suppression_limit": 0.02, **ORDERED},
    "weighted": {"algorithm": "optimal", "weights": {"birth_date": 3, "sex": 0.5}},
    "mondrian": {"algorithm": "mondrian", **L},
    "best": {"algorithm": "best", "suppression_limit": 0.05},
    "none": {"algorithm": "optimal", "quasi_identifiers": []},
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_a_model_in_one_shard_is_that_of_run(tmp_path: Path, name: str) -> None:
    forms = YEARS if name == "fixed" else {}
    if name == "none":
        forms = dict.fromkeys(QUASI, "drop")
    same(*both(tmp_path, people(), plan(MODELS[name], **forms), Limits()))


@pytest.mark.parametrize("name", ["fixed", "optimal", "ordered", "weighted"])
def test_levels_for_all_rows_alike_do_not_know_of_shards(tmp_path: Path, name: str) -> None:
    forms = YEARS if name == "fixed" else {}
    known, found, released = both(tmp_path, people(), plan(MODELS[name], **forms), SMALL)
    assert found.report["shards"] > 1
    same(known, found, released)


def test_best_by_shards_loses_no_more_than_either_way(tmp_path: Path) -> None:
    table = people()
    table.write_parquet(tmp_path / "in.parquet")
    losses = {}
    for algorithm in ("optimal", "mondrian", "best"):
        wanted = plan(MODELS["best"] | {"algorithm": algorithm})
        target = tmp_path / f"{algorithm}.parquet"
        found = anonymize_file(
            tmp_path / "in.parquet", wanted, target, key=KEY, limits=SMALL
        ).report["search"]
        losses[algorithm] = found["loss"]
        assert algorithm == "best" or found["algorithm"] == algorithm
    assert losses["best"] == min(losses.values())
    assert losses["optimal"] != losses["mondrian"]


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["one", "many"])
def test_every_form_of_a_field_leaves_as_from_run(tmp_path: Path, limits: Limits) -> None:
    known, found, released = both(tmp_path, people(), EVERY_FORM, limits)
    assert known.table["visited"].null_count() == 0
    assert not any("王" in text for text in known.table["remarks"].drop_nulls())
    same(known, found, released)


AGAINST: dict[str, dict[str, Any]] = {
    "fixed k-map": {"algorithm": "fixed", "k_map": 12, "suppression_limit": 0.4},
    "k-map": {"algorithm": "optimal", "k_map": 20, "suppression_limit": 0.05},
    "most": {"algorithm": "fixed", "delta_presence": {"least": 0, "most": 0.6},
             "suppression_limit": 0.9},
    "least": {"algorithm": "optimal", "delta_presence": {"least": 0.2, "most": 0.6}},
    "journalist": {"algorithm": "optimal", "suppression_limit": 0.05},
}  # fmt: skip


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["one", "many"])
@pytest.mark.parametrize("name", AGAINST)
def test_a_population_is_measured_against_as_by_run(
    tmp_path: Path, name: str, limits: Limits
) -> None:
    model = AGAINST[name]
    forms = YEARS if model["algorithm"] == "fixed" else {}
    same(*both(tmp_path, people(), plan(model, **forms), limits, _crowd()))


def test_local_recoding_knows_a_population_by_its_size(tmp_path: Path) -> None:
    same(*both(tmp_path, people(), plan({"algorithm": "mondrian"}), Limits(), _crowd()))


def _crowd() -> pl.DataFrame:
    return pl.concat([people(), pupils(1500, seed=9)], how="diagonal")


def test_a_least_presence_refuses_a_class_that_the_table_lacks(tmp_path: Path) -> None:
    table = people().filter(pl.col("sex") == "1")
    model = {"algorithm": "fixed", "delta_presence": {"least": 0.1, "most": 1},
             "quasi_identifiers": ["sex"]}  # fmt: skip
    for known in (True, False):
        with pytest.raises(InvalidError, match="达不到"):
            _one_way(tmp_path, table, plan(model), known=known, population=people())


@pytest.mark.parametrize("limits", [Limits(), SMALL], ids=["one", "many"])
@pytest.mark.parametrize("rows", [True, False], ids=["with rows", "alone"])
def test_statistics_are_those_of_run(tmp_path: Path, limits: Limits, *, rows: bool) -> None:
    model = {"k": 3, "quasi_identifiers": ["division", "ethnicity", "sex"],
             "sensitive": ["health"], "suppression_limit": 0.1}  # fmt: skip
    more = [] if rows else [{"kind": "mean", "of": "score", "by": [], "threshold": 5}]
    fields = {"sex": "keep", "health": "keep", "division": "generalize:division:province",
              "ethnicity": "generalize:ethnicity:han_or_other"}  # fmt: skip
    wanted = Plan.parse({
        "version": 2, "fields": fields | ({} if rows else {"score": "keep"}),
        "statistics": [*COUNTS, *more], **({"table": model} if rows else {}),
    })  # fmt: skip
    same(*both(tmp_path, people(), wanted, limits))


def test_fractions_are_read_where_only_means_are_made_of_them(tmp_path: Path) -> None:
    table = people().with_columns(pl.col("score").cast(pl.Float64))
    wanted = Plan.parse({
        "version": 2, "fields": {"score": "keep"},
        "statistics": [{"kind": "mean", "of": "score", "by": [], "threshold": 5}],
    })  # fmt: skip
    same(*both(tmp_path, table, wanted, SMALL))


def test_beside_noise_no_exact_number_is_told(tmp_path: Path) -> None:
    wanted = Plan.parse({
        "version": 2, "fields": {"sex": "keep"}, "statistics": [
            {"kind": "count", "by": ["sex"], "values": {"sex": ["1", "2"]}, "epsilon": 0.5},
        ],
    })  # fmt: skip
    known, found, released = both(tmp_path, people(), wanted, SMALL)
    same(known, found, released)
    assert found.report["rows_in"] is None


REFUSED: dict[str, tuple[pl.DataFrame, Plan]] = {
    "identifiers under another name": (
        people().rename({"student_number": "club"}), plan(club="keep")),
    "identifiers among classes": (
        people().with_columns(health=pl.col("student_number")), plan()),
    "tokens of few": (
        people().with_columns(phone=pl.format("1380000000{}", pl.int_range(pl.len()) % 9)),
        plan(phone="pseudonym")),
    "a day of many": (
        people().with_columns(visited=pl.lit("20240601")),
        Plan.parse({
            "version": 2, "subject": "student_number",
            "fields": {"sex": "keep", "visited": "date:shift:30"},
            "table": {"k": 4, "quasi_identifiers": ["sex"]},
        })),
    "numbers of few pupils": (
        people().with_columns(document_number=pl.lit(110101201205040027),
                              student_number=pl.lit("无")), plan()),
    "rows of few pupils": (
        people().with_columns(student_number=pl.lit(number(1))), plan()),
    "a column that is missing": (people().drop("sex"), plan()),
    "no model": (people(), Plan.parse({"version": 1, "fields": {"sex": "keep"}})),
    "no population": (people(), plan({"algorithm": "fixed", "k_map": 5})),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_run_refuses_is_refused_with_the_same_words(tmp_path: Path, name: str) -> None:
    table, wanted = REFUSED[name]
    said = []
    for known in (True, False):
        with pytest.raises(InvalidError) as refused:
            _one_way(tmp_path, table, wanted, known=known)
        said.append(refused.value.problems)
    assert said[0] == said[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet"]


def test_siblings_share_a_phone_and_some_rows_a_day(tmp_path: Path) -> None:
    """The doubts are of the whole column, not of a batch of it."""
    table = (
        people()
        .sort("visited")
        .with_columns(
            phone=pl.format("1380000{}", (pl.int_range(pl.len()) // 3).cast(pl.String).str.zfill(4))
        )
    )
    wanted = Plan.parse({
        "version": 2, "subject": "student_number",
        "fields": {"sex": "keep", "visited": "date:shift:30", "phone": "pseudonym"},
        "table": {"k": 4, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    same(*both(tmp_path, table, wanted, Limits(batch=25, shard=300)))


def _one_way(
    folder: Path, table: pl.DataFrame, wanted: Plan, *, known: bool,
    population: pl.DataFrame | None = None,
) -> None:  # fmt: skip
    if known:
        run(table, wanted, key=KEY, population=population)
        return
    crowd = None
    table.write_parquet(folder / "in.parquet")
    if population is not None:
        crowd = folder / "people.parquet"
        population.write_parquet(crowd)
    anonymize_file(
        folder / "in.parquet", wanted, folder / "out.parquet", key=KEY, population=crowd,
        limits=SMALL,
    )  # fmt: skip
