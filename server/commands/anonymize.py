"""`xueyin anonymize IN PLAN OUT --report …`: a table file through a plan, with its report.

No server, no database: files in, files out. The heavy libraries are loaded when the command runs,
so that `xueyin serve` never holds them.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

import policies
from anonymize.plan.plan import Plan
from anonymize.report.digest import digest as report_digest
from anonymize.risk.thresholds import Context, Threshold
from kernel.errors import InvalidError, UnavailableError
from server.commands.console import out, progress, refusals

STEPS = 3
LARGE = 1_000_000
"""Rows of a Parquet file over which it is not read into memory."""

PHASES = {"survey": "读取取值", "sort": "分片", "recode": "脱敏", "prove": "复核"}


def anonymize(  # noqa: PLR0913  the arguments of a command are its interface
    source: Annotated[Path, typer.Argument(metavar="IN", help="输入：.parquet 或 .csv")],
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="脱敏方案：.toml 或 .json")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="输出：.parquet 或 .csv")],
    *,
    report: Annotated[
        list[Path] | None, typer.Option(help="报告：.html、.pdf 或 .json，可重复")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="密钥文件，至少 16 字节；有假名等形式时必须")
    ] = None,
    population: Annotated[
        Path | None, typer.Option(help="总体表，与输入同样的栏目：测量记者风险，用于 k-map")
    ] = None,
    by_shards: Annotated[
        bool, typer.Option("--by-shards", help="逐片处理，大于内存也可以；超过一百万行时自动采用")
    ] = False,
    context: Annotated[
        Context, typer.Option(help="谁将持有：公开、受控、领地；决定可接受的风险")
    ] = Context.CONTROLLED,
) -> None:
    """按方案处理一个表文件，测量风险与可用性；方案不成立时什么也不写。"""
    with refusals():
        files = _heavy("anonymize.files")
        inputs = [path for path in (source, plan, key_file, population) if path is not None]
        reports = report or []
        files.check_outputs([target], reports, inputs)
        wanted = Wanted(
            source, files.read_plan(plan), target, reports,
            key_file.read_bytes() if key_file else b"", population, threshold(context),
        )  # fmt: skip
        others = [target, *([population] if population else [])]
        large = by_shards or files.is_large(source, others, LARGE)
        told = shard_by_shard(files, wanted) if large else in_memory(files, wanted)
        for line in summary(told, [target, *reports]):
            out.print(line, markup=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: files, plan, key, population and the accepted risk."""

    source: Path
    plan: Plan
    target: Path
    reports: list[Path]
    key: bytes
    population: Path | None
    threshold: Threshold

    @property
    def arguments(self) -> dict[str, Any]:
        """What every way of doing it is told."""
        return {"key": self.key, "threshold": self.threshold}


def in_memory(files: Any, wanted: Wanted) -> dict[str, Any]:  # noqa: ANN401  a module
    """Do it with the whole table in memory; return the report."""
    table = _heavy("anonymize.table")
    with progress() as bar:
        bar(0, STEPS, "脱敏")
        raw = files.read_table(wanted.source)
        known = files.read_table(wanted.population) if wanted.population else None
        bar(1, STEPS, "脱敏")
        made = table.run(raw, wanted.plan, population=known, **wanted.arguments)
        bar(2, STEPS, "脱敏")
        counts = wanted.plan.table is None
        shown = files.statistics_table(made.statistics) if counts else made.table
        _write(files, wanted, made.report, lambda path: files.write_table(shown, path))
        bar(STEPS, STEPS, "脱敏")
    return dict(made.report)


def shard_by_shard(files: Any, wanted: Wanted) -> dict[str, Any]:  # noqa: ANN401  a module
    """Do it from Parquet to Parquet, larger than memory; return the report."""
    scale = _heavy("anonymize.scale.files")
    for path in (wanted.source, wanted.target, wanted.population):
        if path is not None and path.suffix != ".parquet":
            raise InvalidError(
                f"逐片处理只用 Parquet 文件，不是“{path.suffix}”", field=str(path),
                rule="文件名后缀", remedy="请另存为 .parquet，或去掉 --by-shards",
            )  # fmt: skip
    with (
        TemporaryDirectory(prefix=".xueyin-", dir=wanted.target.parent) as folder,
        progress() as bar,
    ):
        made = Path(folder) / wanted.target.name
        told = scale.anonymize_file(
            wanted.source, wanted.plan, made, population=wanted.population,
            progress=lambda phase, done, total: bar(done, total, PHASES[phase]),
            **wanted.arguments,
        )  # fmt: skip
        if wanted.plan.table is None:
            files.write_table(files.statistics_table(told.statistics), made)
            made.chmod(0o600)
        _write(files, wanted, told.report, made.replace)
    return dict(told.report)


def _write(files: Any, wanted: Wanted, report: dict[str, Any], write: Any) -> None:  # noqa: ANN401  a module, a function of it
    titles = {name: field.title for name, field in policies.load().catalogue.items()}
    outputs = {wanted.target: write}
    outputs |= dict.fromkeys(wanted.reports, lambda path: files.write_report(report, titles, path))
    files.write_all(outputs)


def threshold(context: Context) -> Threshold:
    """Return the accepted risk of this installation: one in k, as its policy says."""
    privacy = policies.load().privacy
    return Threshold(1 / privacy.k[context], source=privacy.source, owner=privacy.owner)


def summary(report: dict[str, Any], written: list[Path]) -> list[str]:
    """Return what the command says when it is done."""
    digest = report_digest(report)
    rows = f"{report['rows_in']:,} 行，提供 {report['rows_out']:,} 行"
    lines = [f"{rows}，隐去 {report['suppressed']:,} 行；{report['label']}"]
    if "risk" in report:
        lines.append(
            f"最小组 {report['least_k']}，检察官风险 {report['risk']['prosecutor']['most']:.4f}，"
            f"总损失 {report['utility']['loss']['all']:.4f}"
        )
    grade = report["grade"]
    lines.append(f"{grade['standard']} {grade['grade']} 级：{grade['text']}")
    lines += [f"  · {reason}" for reason in grade["reasons"]]
    return [*lines, f"报告摘要 {digest}", *(f"已写入 {path}" for path in written)]


def _heavy(name: str) -> Any:  # noqa: ANN401  a module, typed where it is defined
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise UnavailableError(
            f"没有安装 {error.name}", rule="表格脱敏需要附加组件",
            remedy="请安装附加组件 anonymize，例如 uv sync --extra anonymize",
        ) from None  # fmt: skip
