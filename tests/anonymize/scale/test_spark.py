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
from kernel.errors import InvalidError
from tests.anonymize.scale.drawn import KEY, plan, pupils

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
        plan({"l": {"kind": "distinct", "l": 2}}),
        plan({"algorithm": "fixed", "suppression_limit": 0.2},
             birth_date="generalize:birth_date:year"),
        plan({"algorithm": "optimal", "suppression_limit": 0.05}),
    ],
)  # fmt: skip
def test_rows_and_report_are_those_of_the_file(
    spark: SparkSession, tmp_path: Path, wanted: Plan
) -> None:
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pupils(1200).write_parquet(source)
    known = anonymize_file(source, wanted, target, key=KEY, limits=Limits(shard=300)).report
    found = anonymize_frame(spark.read.parquet(str(source)), wanted, key=KEY, most=300)
    found.rows.write.parquet(str(tmp_path / "spark"))
    assert found.held is not None
    found.held.unpersist()
    rows = pl.read_parquet(tmp_path / "spark" / "*.parquet")
    expected = pl.read_parquet(target)
    assert rows.sort(rows.columns).equals(expected.sort(rows.columns))
    assert found.report == known
    assert known["shards"] > 2


def test_the_suppression_budget_is_one_for_all_shards(spark: SparkSession, tmp_path: Path) -> None:
    pupils(600).write_parquet(tmp_path / "in.parquet")
    frame = spark.read.parquet(str(tmp_path / "in.parquet"))
    model = {"algorithm": "fixed", "suppression_limit": 0.02}
    with pytest.raises(InvalidError, match="达不到表模型的要求"):
        anonymize_frame(frame, plan(model), key=KEY, most=300)


def test_a_column_that_is_no_text_is_refused(spark: SparkSession) -> None:
    frame = spark.createDataFrame([(1.5,)], "sex double")
    wanted = Plan.parse({
        "version": 1, "fields": {"sex": "keep"}, "table": {"k": 2, "quasi_identifiers": ["sex"]},
    })  # fmt: skip
    with pytest.raises(InvalidError, match="类型是 double"):
        anonymize_frame(frame, wanted, key=KEY)
