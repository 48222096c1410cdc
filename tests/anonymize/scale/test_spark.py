"""The same plan on Spark: the same rows and the same report as from file to file."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from anonymize.plan.plan import Plan
from anonymize.scale.files import Limits, anonymize_file
from anonymize.scale.spark import anonymize_frame
from anonymize.table import run
from kernel.errors import InvalidError
from tests.anonymize.scale.drawn import EVERY_FORM, KEY, people, plan, pupils
from tests.anonymize.scale.test_same_plan import REFUSED

pytestmark = pytest.mark.foreign
HOME = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    assert shutil.which("java"), "Spark needs Java: apt-get install openjdk-17-jre-headless"
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.executorEnv.PYTHONPATH", str(HOME))
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()
    monkeypatch.undo()


@pytest.mark.parametrize(
    "wanted",
    [
        plan(phone="mask:phone"),
        plan({"l": {"kind": "distinct", "l": 2}, "suppression_limit": 0.02}),
        plan({"algorithm": "fixed", "suppression_limit": 0.3},
             birth_date="generalize:birth_date:year"),
        plan({"algorithm": "best", "suppression_limit": 0.05}),
        plan({"algorithm": "optimal", "suppression_limit": 0.05, "k_map": 9}),
        EVERY_FORM,
    ],
    ids=["mondrian", "diverse", "fixed", "best", "k-map", "every form"],
)  # fmt: skip
def test_rows_and_report_are_those_of_the_file(
    spark: SparkSession, tmp_path: Path, wanted: Plan
) -> None:
    source, target, crowd = (tmp_path / f"{name}.parquet" for name in ("in", "out", "people"))
    people().write_parquet(source)
    pl.concat([people(), pupils(500, seed=9)], how="diagonal").write_parquet(crowd)
    limits = Limits(batch=250, shard=300)
    known = anonymize_file(source, wanted, target, key=KEY, population=crowd, limits=limits)
    frame, others = (spark.read.parquet(str(path)) for path in (source, crowd))
    found = anonymize_frame(frame, wanted, key=KEY, population=others, most=300)
    assert found.rows is not None
    assert found.held is not None
    found.rows.write.parquet(str(tmp_path / "spark"))
    found.held.unpersist()
    rows = pl.read_parquet(tmp_path / "spark" / "*.parquet")
    expected = pl.read_parquet(target).with_columns(pl.all().cast(pl.String))
    assert rows.sort(rows.columns).equals(expected.sort(rows.columns))
    assert found.report == known.report
    assert known.report["shards"] > 1


def test_statistics_alone_are_those_of_the_file(spark: SparkSession, tmp_path: Path) -> None:
    wanted = Plan.parse({
        "version": 2, "fields": {"sex": "keep", "score": "keep"}, "statistics": [
            {"kind": "count", "by": ["sex"], "threshold": 5},
            {"kind": "mean", "of": "score", "by": [], "threshold": 5},
        ],
    })  # fmt: skip
    source = tmp_path / "in.parquet"
    people().write_parquet(source)
    known = anonymize_file(source, wanted, tmp_path / "out.parquet", key=KEY)
    found = anonymize_frame(spark.read.parquet(str(source)), wanted, key=KEY)
    assert found.rows is None
    assert found.report == known.report
    assert [one.document() for one in found.statistics] == [
        one.document() for one in known.statistics
    ]


@pytest.mark.parametrize("name", ["identifiers under another name", "tokens of few",
                                  "a day of many", "rows of few pupils"])  # fmt: skip
def test_what_run_refuses_is_refused_with_the_same_words(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    table, wanted = REFUSED[name]
    table.write_parquet(tmp_path / "in.parquet")
    with pytest.raises(InvalidError) as known:
        run(table, wanted, key=KEY)
    with pytest.raises(InvalidError) as refused:
        anonymize_frame(spark.read.parquet(str(tmp_path / "in.parquet")), wanted, key=KEY, most=300)
    assert refused.value.problems == known.value.problems


def test_the_suppression_budget_is_one_for_all_shards(spark: SparkSession, tmp_path: Path) -> None:
    pupils(600).write_parquet(tmp_path / "in.parquet")
    frame = spark.read.parquet(str(tmp_path / "in.parquet"))
    model = {"algorithm": "fixed", "suppression_limit": 0.02}
    with pytest.raises(InvalidError, match="达不到"):
        anonymize_frame(frame, plan(model), key=KEY, most=300)


def test_a_column_that_is_no_text_is_refused(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1.5,)], "sex double")
    wanted = Plan.parse({
        "version": 1, "fields": {"sex": "keep"}, "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    with pytest.raises(InvalidError, match="类型是 double"):
        anonymize_frame(frame, wanted, key=KEY)
