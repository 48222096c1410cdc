"""`xueyin anonymize`: a stranger's table through a stranger's plan."""

import gzip
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from server.cli import app

GOLDEN = Path(__file__).parents[1] / "anonymize" / "golden"
QUASI = ("birth_date", "ethnicity", "grade", "region", "sex")
PLAN = """
version = 1
direct_identifiers = ["pupil"]
[fields]
pupil = "{pupil}"
sex = "keep"
grade = "keep"
health = "keep"
[table]
k = 5
quasi_identifiers = ["sex", "grade"]
sensitive = ["health"]
suppression_limit = 0.1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [f"L110101201205{i:05};{i % 2 + 1};{i % 3 + 1};{'ab'[i % 2]}" for i in range(90)]
    text = "\n".join(
        ["pupil;sex;grade;health", *rows, "L11010120120590090;1;9;a", "L11010120120590091;2;9;b"]
    )
    (tmp_path / "in.csv").write_text(text, "utf-8")
    (tmp_path / "plan.toml").write_text(PLAN.format(pupil="drop"), "utf-8")
    return tmp_path


def anonymize(folder: Path, *options: str, out: str = "out.parquet") -> Result:
    names = [str(folder / name) for name in ("in.csv", "plan.toml", out)]
    return CliRunner().invoke(app, ["anonymize", *names, *options])


def test_table_and_all_reports_are_written(folder: Path) -> None:
    wanted = [folder / f"report.{suffix}" for suffix in ("html", "pdf", "json")]
    done = anonymize(folder, *(word for path in wanted for word in ("--report", str(path))))
    assert done.exit_code == 0, done.output
    table = pl.read_parquet(folder / "out.parquet")
    assert table.shape == (90, 3)
    assert wanted[0].read_text("utf-8").startswith("<!DOCTYPE html>")
    assert wanted[1].read_bytes().startswith(b"%PDF")
    report = json.loads(wanted[2].read_bytes())
    assert (report["rows_in"], report["rows_out"], report["least_k"]) == (92, 90, 15)
    assert hashlib.sha256(wanted[2].read_bytes()).hexdigest() in done.output


def test_equal_inputs_give_equal_files(folder: Path) -> None:
    made = []
    for name in ("one", "two"):
        report = folder / f"{name}.json"
        assert anonymize(folder, "--report", str(report), out=f"{name}.csv").exit_code == 0
        made.append((report.read_bytes(), (folder / f"{name}.csv").read_bytes()))
    assert made[0] == made[1]


def test_the_accepted_risk_is_that_of_who_will_hold_the_data(folder: Path) -> None:
    grades = {}
    for context in ("public", "controlled", "enclave"):
        path = folder / f"{context}.json"
        assert anonymize(folder, "--context", context, "--report", str(path)).exit_code == 0
        report = json.loads(path.read_bytes())
        grades[context] = (report["grade"]["grade"], report["risk"]["threshold"]["value"])
    assert grades == {"public": (2, 0.05), "controlled": (3, 0.1), "enclave": (3, 0.2)}


def test_a_pseudonym_needs_a_key_file(folder: Path) -> None:
    (folder / "plan.toml").write_text(PLAN.format(pupil="pseudonym"), "utf-8")
    refused = anonymize(folder)
    assert refused.exit_code == 1
    assert "密钥" in refused.output
    assert not (folder / "out.parquet").exists()
    (folder / "key").write_bytes(b"k" * 32)
    assert anonymize(folder, "--key-file", str(folder / "key")).exit_code == 0
    assert pl.read_parquet(folder / "out.parquet")["pupil"].n_unique() == 90


def test_a_population_lowers_the_journalists_risk(folder: Path) -> None:
    frame = pl.read_csv(folder / "in.csv", separator=";", infer_schema=False)
    pl.concat([frame] * 4).write_parquet(folder / "population.parquet")
    path = folder / "report.json"
    options = ["--population", str(folder / "population.parquet"), "--report", str(path)]
    assert anonymize(folder, *options).exit_code == 0
    journalist = json.loads(path.read_bytes())["risk"]["journalist"]
    assert journalist["basis"] == "population"
    assert journalist["most"] == pytest.approx(1 / 60)


def test_a_plan_that_does_not_hold_writes_nothing_and_says_why(folder: Path) -> None:
    text = PLAN.format(pupil="drop").replace("k = 5", "k = 40")
    (folder / "plan.toml").write_text(text, "utf-8")
    before = sorted(folder.iterdir())
    refused = anonymize(folder, "--report", str(folder / "report.html"))
    assert refused.exit_code == 1
    for word in ("位置：", "依据：", "办法："):
        assert word in refused.output
    assert sorted(folder.iterdir()) == before


def test_a_missing_input_is_a_refusal_and_a_missing_argument_is_wrong_usage(folder: Path) -> None:
    (folder / "in.csv").unlink()
    assert anonymize(folder).exit_code == 1
    assert CliRunner().invoke(app, ["anonymize"]).exit_code == 2


def by_shards(folder: Path, *options: str) -> Result:
    pl.read_csv(folder / "in.csv", separator=";", infer_schema=False).write_parquet(
        folder / "in.parquet"
    )
    names = [str(folder / name) for name in ("in.parquet", "plan.toml", "shards.parquet")]
    return CliRunner().invoke(app, ["anonymize", *names, *options])


def test_by_shards_the_rows_and_the_report_are_the_same(folder: Path) -> None:
    reports = [folder / "whole.json", folder / "shards.json", folder / "shards.html"]
    options = [word for path in reports[1:] for word in ("--report", str(path))]
    done = by_shards(folder, "--by-shards", *options)
    assert done.exit_code == 0, done.output
    assert anonymize(folder, "--report", str(reports[0])).exit_code == 0
    whole, shards = (pl.read_parquet(folder / name) for name in ("out.parquet", "shards.parquet"))
    shards = shards.with_columns(pl.all().cast(pl.String)).sort(whole.columns)
    assert shards.equals(whole.sort(whole.columns))
    known, told = (json.loads(path.read_bytes()) for path in reports[:2])
    assert told.pop("shards") == 1
    assert told == known
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]
    assert (folder / "shards.parquet").stat().st_mode & 0o777 == 0o600


def test_a_large_parquet_file_goes_by_shards_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = folder / "report.json"
    for large, told in ((1000, False), (91, True)):
        monkeypatch.setattr("server.commands.anonymize.LARGE", large)
        assert by_shards(folder, "--report", str(report)).exit_code == 0
        assert ("shards" in json.loads(report.read_bytes())) is told


def test_by_shards_only_parquet_is_read(folder: Path) -> None:
    refused = anonymize(folder, "--by-shards")
    assert refused.exit_code == 1
    assert "逐片处理只用 Parquet 文件" in refused.output
    assert not (folder / "out.parquet").exists()


def test_counts_alone_are_written_as_a_table(folder: Path) -> None:
    (folder / "plan.toml").write_text(
        'version = 1\n[fields]\nsex = "keep"\ngrade = "keep"\n'
        '[[statistics]]\nby = ["sex"]\nthreshold = 5\n[[statistics]]\nby = ["grade"]\n'
        "threshold = 5\n",
        "utf-8",
    )
    assert anonymize(folder, out="out.csv").exit_code == 0
    table = pl.read_csv(folder / "out.csv")
    assert set(table.columns) == {"sex", "grade", "count", "statistic"}
    assert table.height == 3 + 5
    assert by_shards(folder, "--by-shards").exit_code == 0
    shards = pl.read_parquet(folder / "shards.parquet")
    assert shards.sort(pl.all())["count"].to_list() == table.sort(pl.all())["count"].to_list()


def test_digits_with_leading_zeros_stay_text_from_file_to_file(folder: Path) -> None:
    (folder / "in.csv").write_text("\ufeffpupil,sex,grade,health\n" + "x,1,01,a\n" * 9, "utf-8")
    assert anonymize(folder, out="out.csv").exit_code == 0
    lines = (folder / "out.csv").read_text().splitlines()
    assert lines[0] == "grade,health,sex"
    assert lines[1] == "01,a,1"


def golden_plan(folder: Path, algorithm: str) -> None:
    for name in ("", *(f".{one}" for one in QUASI)):
        packed = GOLDEN / f"pupils20k{name}.csv.gz"
        (folder / f"pupils20k{name}.csv").write_bytes(gzip.decompress(packed.read_bytes()))
    fields = "".join(f'{name} = "keep"\n' for name in (*QUASI, "health"))
    files = "".join(f'{name} = {{ file = "pupils20k.{name}.csv" }}\n' for name in QUASI)
    (folder / "plan.toml").write_text(
        f"version = 2\n[fields]\n{fields}[hierarchies]\n{files}[table]\nk = 5\n"
        f'quasi_identifiers = {json.dumps(QUASI)}\nsensitive = ["health"]\n'
        f'suppression_limit = 0.05\nalgorithm = "{algorithm}"\n',
        "utf-8",
    )
    (folder / "pupils20k.csv").rename(folder / "in.csv")


def test_the_golden_table_gets_the_node_and_loss_that_arx_found(folder: Path) -> None:
    golden_plan(folder, "optimal")
    lines = (GOLDEN / "arx.jsonl").read_text().splitlines()
    wanted = next(one for one in map(json.loads, lines) if one["case"] == "k5 s0.05")
    options = ["--population", str(folder / "in.csv"), "--report", str(folder / "report.json")]
    done = anonymize(folder, *options, out="out.csv")
    assert done.exit_code == 0, done.output
    report = json.loads((folder / "report.json").read_bytes())
    node = {name: found["level"] for name, found in report["search"]["node"].items()}
    assert node == wanted["node"]
    assert report["suppressed"] == wanted["suppressed"]
    assert report["search"]["loss"] == pytest.approx(wanted["loss"], abs=1e-9)
    assert report["utility"]["loss"]["all"] == pytest.approx(wanted["loss"], abs=1e-9)
    assert report["risk"]["journalist"]["basis"] == "population"
    told = report["utility"]["distributions"]["birth_date"]["categories"][0]
    assert told["before"] >= told["rows"]


def test_local_recoding_tells_no_released_form_of_what_it_does_not_have(folder: Path) -> None:
    golden_plan(folder, "mondrian")
    options = ["--population", str(folder / "in.csv"), "--report", str(folder / "report.json")]
    done = anonymize(folder, *options, out="out.csv")
    assert done.exit_code == 0, done.output
    report = json.loads((folder / "report.json").read_bytes())
    assert report["utility"]["loss"]["all"] == pytest.approx(report["search"]["loss"], abs=1e-9)
    assert report["risk"]["journalist"]["basis"] == "estimate"
