"""From file to file by shards: one guarantee over the whole output, one exact report."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.fields.hierarchies import HIERARCHIES
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import HIERARCHIES as LEVELS
from anonymize.scale.files import Limits, anonymize_file
from anonymize.table import run
from kernel.errors import InvalidError
from tests.anonymize.scale.drawn import KEY, QUASI, plan, pupils

SMALL = Limits(batch=170, shard=300, threads=2)


def through(
    table: pl.DataFrame, folder: Path, wanted: Plan, limits: Limits = SMALL
) -> tuple[pl.DataFrame, dict[str, Any]]:
    source, target = folder / "in.parquet", folder / "out.parquet"
    target.unlink(missing_ok=True)
    table.write_parquet(source, row_group_size=400)
    report = anonymize_file(source, wanted, target, key=KEY, limits=limits).report
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    return pl.read_parquet(target), report


def classes(table: pl.DataFrame) -> dict[tuple[Any, ...], list[Any]]:
    found = defaultdict(list)
    for row in table.select(*QUASI, "health").iter_rows():
        found[row[:-1]].append(row[-1])
    return found


def ancestors(name: str, value: str | None) -> set[str | None]:
    """Return every label that may stand for the value."""
    levels = list(LEVELS.get(name, ()))
    coarser = {HIERARCHIES[name](value, level) for level in levels} if value else {None}
    return {"*"} | (coarser if name in HIERARCHIES else {value})


@pytest.mark.parametrize("rows", [50, 2000])
def test_k_holds_over_the_whole_output_and_no_row_is_lost(tmp_path: Path, rows: int) -> None:
    table = pupils(rows)
    released, report = through(table, tmp_path, plan())
    sizes = [len(values) for values in classes(released).values()]
    assert min(sizes) >= 4
    assert sum(sizes) == rows == report["rows_out"]
    assert report["classes"] == len(sizes)
    assert report["least_k"] == min(sizes)
    assert report["shards"] == (1 if rows == 50 else report["shards"])
    assert (report["shards"] > 2) == (rows == 2000)


def test_every_row_keeps_its_sensitive_value_under_labels_that_stand_for_its_values(
    tmp_path: Path,
) -> None:
    table = pupils(1500)
    released, _ = through(table, tmp_path, plan(phone="pseudonym"))
    known = run(table.select("phone"), Plan.parse({
        "version": 1, "fields": {"phone": "pseudonym"}, "table": {"k": 2, "quasi_identifiers": []},
    }), key=KEY)  # fmt: skip
    number = {pseudonym: known.kept[place] for place, pseudonym in enumerate(known.table["phone"])}
    for row in released.iter_rows(named=True):
        before = table.row(number[row["phone"]], named=True)
        assert row["health"] == before["health"]
        for name in QUASI:
            assert row[name] in ancestors(name, before[name]), name


@pytest.mark.parametrize("l", [2, 3])
def test_l_and_t_hold_over_the_whole_output(tmp_path: Path, l: int) -> None:  # noqa: E741  the literature's name
    table = pupils(2000)
    wanted = plan({"l": {"kind": "distinct", "l": l}, "t": {"t": 0.4, "distance": "equal"}})
    released, _ = through(table, tmp_path, wanted)
    whole = Counter(table["health"])
    for values in classes(released).values():
        assert len(set(values)) >= l
        often = Counter(values)
        apart = sum(abs(often[v] / len(values) - whole[v] / 2000) for v in whole) / 2
        assert apart <= 0.4 + 1e-9
    plain = classes(through(table, tmp_path, plan())[0]).values()
    assert any(len(set(values)) < l for values in plain), "without l the classes are not diverse"


def test_a_shard_that_fails_l_goes_into_the_rest(tmp_path: Path) -> None:
    table = pupils(2000).with_columns(
        health=pl.when(pl.col("sex") == "1").then(pl.lit("健康")).otherwise("health")
    )
    wanted = plan({"l": {"kind": "distinct", "l": 2}, "quasi_identifiers": ["sex"]},
                  **dict.fromkeys(["birth_date", "division", "ethnicity"], "drop"))  # fmt: skip
    released, report = through(table, tmp_path, wanted)
    assert set(released["sex"]) == {"*"}
    assert report["shards"] == 1


def test_the_order_of_the_input_does_not_change_the_file(tmp_path: Path) -> None:
    table = pupils(1000)
    wanted = plan(phone="mask:phone")
    first, one = through(table, tmp_path, wanted)
    second, two = through(table.sample(fraction=1, shuffle=True, seed=3), tmp_path, wanted)
    assert first.equals(second)
    assert one == two


def test_fixed_releases_the_rows_that_run_releases_and_the_same_figures(tmp_path: Path) -> None:
    table = pupils(2000)
    forms = {"birth_date": "generalize:birth_date:year", "phone": "mask:phone"}
    model = {"algorithm": "fixed", "suppression_limit": 0.2}
    wanted = plan(model, **forms)
    released, report = through(table, tmp_path, wanted)
    known = run(table, wanted, key=KEY)
    assert released.sort(released.columns).equals(known.table.sort(released.columns))
    assert 0 < report["suppressed"] < 400
    same = set(report) & set(known.report) - {"version", "search"}
    assert {name: report[name] for name in same} == {name: known.report[name] for name in same}


@pytest.mark.parametrize("algorithm", ["optimal", "mondrian"])
def test_what_fits_in_one_shard_is_what_run_releases(tmp_path: Path, algorithm: str) -> None:
    table = pupils(900)
    model = {"algorithm": algorithm, "suppression_limit": 0.05, "l": {"kind": "entropy", "l": 1.2}}
    wanted = plan(model)
    released, report = through(table, tmp_path, wanted, Limits())
    known = run(table, wanted, key=KEY)
    assert released.sort(released.columns).equals(known.table.sort(released.columns))
    search = known.report["search"]
    assert report["search"]["loss"] == pytest.approx(search["loss"])
    assert report["search"]["suppressed"] == search["suppressed"]
    assert report["search"].get("node") == search["node"]


def test_shards_do_not_change_the_optimum(tmp_path: Path) -> None:
    table, wanted = pupils(2000), plan({"algorithm": "optimal", "suppression_limit": 0.02})
    one, first = through(table, tmp_path, wanted, Limits())
    many, second = through(table, tmp_path, wanted)
    assert one.sort(one.columns).equals(many.sort(one.columns))
    assert first.pop("shards") == 1 < second.pop("shards")
    assert first["search"].pop("loss") == pytest.approx(second["search"].pop("loss"))
    assert first == second


def test_an_optimum_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="任何一级泛化都不满足"):
        through(pupils(3), tmp_path, plan({"algorithm": "optimal"}))


def test_the_suppression_budget_is_one_for_all_shards(tmp_path: Path) -> None:
    table = pupils(2000)
    model = {"algorithm": "fixed", "suppression_limit": 0.02}
    with pytest.raises(InvalidError, match="达不到"):
        through(table, tmp_path, plan(model))
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_fewer_rows_than_k_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="达不到"):
        through(pupils(3), tmp_path, plan())


def test_an_empty_table_is_an_empty_file(tmp_path: Path) -> None:
    released, report = through(pupils(1).head(0), tmp_path, plan(phone="mask:phone"))
    assert released.height == 0
    assert report["rows_in"] == 0
    assert released.columns == sorted([*QUASI, "health", "phone"])


def test_missing_and_malformed_values_are_counted_and_leave_as_null(tmp_path: Path) -> None:
    table = pupils(600)
    wanted = plan({"algorithm": "fixed", "quasi_identifiers": ["birth_date"]},
                  birth_date="generalize:birth_date:year", phone="mask:phone")  # fmt: skip
    released, report = through(table, tmp_path, wanted)
    line = report["fields"]["birth_date"]
    assert line["missing"] == table["birth_date"].null_count() > 0
    assert line["malformed"] == (table["birth_date"] == "20130230").sum() > 0
    assert released["birth_date"].null_count() == line["missing"] + line["malformed"]
    assert report["ignored_columns"] == ["note"]


def test_progress_is_told_to_the_last_row_of_each_phase(tmp_path: Path) -> None:
    source, heard = tmp_path / "in.parquet", {}
    pupils(1000).write_parquet(source)

    def hear(phase: str, done: int, total: int) -> None:
        heard[phase] = (done, total)

    anonymize_file(source, plan(), tmp_path / "out.parquet", key=KEY, progress=hear, limits=SMALL)
    assert heard == dict.fromkeys(["survey", "sort", "recode", "prove"], (1000, 1000))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pl.DataFrame({"sex": ["1"]}), "表中没有字段"),
        (pupils(5).with_columns(sex=pl.lit(1.5)), "类型是"),
    ],
)
def test_columns_that_do_not_do_are_refused(
    tmp_path: Path, table: pl.DataFrame, message: str
) -> None:
    with pytest.raises(InvalidError, match=message):
        through(table, tmp_path, plan())


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_bytes(b"not parquet")
    with pytest.raises(InvalidError, match="读不出"):
        anonymize_file(tmp_path / "in.parquet", plan(), tmp_path / "out.parquet", key=KEY)


def test_a_target_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.parquet").write_bytes(b"mine")
    pupils(50).write_parquet(tmp_path / "in.parquet")
    with pytest.raises(InvalidError, match="已存在"):
        anonymize_file(tmp_path / "in.parquet", plan(), tmp_path / "out.parquet", key=KEY)
    assert (tmp_path / "out.parquet").read_bytes() == b"mine"


def test_values_of_rows_that_were_left_out_are_nowhere_in_the_file(tmp_path: Path) -> None:
    """A parquet file's dictionaries leave with it."""
    few = pupils(2, seed=5).with_columns(division=pl.lit("540102"), health=pl.lit("罕见的病"))
    wanted = plan(
        {"algorithm": "fixed", "suppression_limit": 0.3, "quasi_identifiers": ["division"]}
    )
    released, report = through(pl.concat([pupils(600), few]), tmp_path, wanted, Limits())
    assert report["suppressed"] > 0
    assert released["health"].null_count() > 0
    written = (tmp_path / "out.parquet").read_bytes()
    assert "近视".encode() in written
    assert "罕见的病".encode() not in written


def test_whole_numbers_count_as_text(tmp_path: Path) -> None:
    table = pupils(300).with_columns(pl.col("sex").cast(pl.Int64))
    released, _ = through(table, tmp_path, plan())
    assert set(released["sex"]) <= {"1", "2", "*"}
