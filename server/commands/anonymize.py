"""`xueyin anonymize IN PLAN OUT --report …`: a table file through a plan, with its report.

No server, no database: files in, files out. The heavy libraries are loaded when the command runs,
so that `xueyin serve` never holds them.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

import policies
from anonymize.report.digest import digest as report_digest
from anonymize.risk.thresholds import Context, Threshold
from kernel.errors import UnavailableError
from server.commands.console import out, progress, refusals

STEPS = 4


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
    context: Annotated[
        Context, typer.Option(help="谁将持有：公开、受控、领地；决定可接受的风险")
    ] = Context.CONTROLLED,
) -> None:
    """按方案处理一个表文件，测量风险与可用性；方案不成立时什么也不写。"""
    with refusals():
        files, table = _heavy("anonymize.files"), _heavy("anonymize.table")
        inputs = [path for path in (source, plan, key_file, population) if path is not None]
        reports = report or []
        files.check_outputs([target], reports, inputs)
        key = key_file.read_bytes() if key_file else b""
        with progress() as bar:
            bar(0, STEPS, "脱敏")
            wanted = files.read_plan(plan)
            raw = files.read_table(source)
            known = files.read_table(population) if population else None
            bar(1, STEPS, "脱敏")
            made = table.run(raw, wanted, key=key, population=known, threshold=threshold(context))
            bar(2, STEPS, "脱敏")
            shown = files.statistics_table(made) if wanted.table is None else made.table
            outputs = {target: lambda path: files.write_table(shown, path)}
            titles = {name: field.title for name, field in policies.load().catalogue.items()}
            outputs |= dict.fromkeys(
                reports, lambda path: files.write_report(made.report, titles, path)
            )
            bar(3, STEPS, "脱敏")
            files.write_all(outputs)
            bar(STEPS, STEPS, "脱敏")
        for line in summary(made.report, [target, *reports]):
            out.print(line, markup=False, soft_wrap=True)


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
