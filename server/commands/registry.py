"""`xueyin registry …`: template, synthetic counties, import."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from kernel.ids import AccountId, OrgId
from registry.domain.import_report import ImportReport
from registry.synthetic.county import County
from registry.synthetic.files import write_county
from registry.usecases import import_files
from registry.usecases.find_org import find_org
from registry.usecases.import_recipe import RuntimeRecipe
from registry.usecases.template import write as write_workbook
from registry.usecases.template_csv import template_csv
from server.commands.console import FAILED, err, out, progress, refusals
from server.commands.orgs import orgs
from server.settings import Settings
from server.wiring import open_runtime

app = typer.Typer(no_args_is_help=True, help="学籍：机构、模板、合成数据、导入。")
app.command("orgs")(orgs)
OPERATOR = AccountId("operator")


@app.command("template")
def write_template(
    file: Annotated[Path, typer.Argument(help="要写的文件，.xlsx 或 .csv")],
) -> None:
    """写出导入模板（国家学生基本信息表的栏目）。"""
    with refusals():
        if file.suffix == ".csv":
            file.write_bytes(template_csv())
        else:
            write_workbook(file)
        out.print(f"已写入 {file}", markup=False)


@app.command("synthesize")
def synthesize(
    folder: Annotated[Path, typer.Argument(help="输出文件夹")],
    pupils: Annotated[int, typer.Option(min=1, help="学生人数")] = 3_000,
    schools: Annotated[int, typer.Option(min=1, help="学校数")] = 6,
    faults: Annotated[float, typer.Option(min=0, max=1, help="出错行的比例")] = 0.0,
    seed: Annotated[int, typer.Option(help="相同的种子得到相同的文件")] = 1,
    form: Annotated[str, typer.Option(help="xlsx（每校一个）或 csv（一个文件）")] = "xlsx",
) -> None:
    """生成一个县的合成学籍，与学校上报的文件同样格式；错误写入 answers.jsonl。"""
    with refusals(), progress() as bar:
        county = County(seed=seed, schools=schools, pupils=pupils, faults=faults)
        paths = write_county(county, folder, bar, form=form)
    out.print(f"已写入 {len(paths)} 个文件，见 {folder}", markup=False)


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="xlsx 或 csv 文件", exists=True)],
    org: Annotated[str, typer.Option(help="学校或教育行政部门：编号、学校标识码或者全名")],
    *,
    commit: Annotated[bool, typer.Option("--commit", help="没有错误时写入学籍库")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="有错误的行留在外面")] = False,
) -> None:
    """试导入并报告每一处错误；加 --commit 才写入。有错误时退出码为 1。"""
    with refusals():
        settings = Settings()
        recipe = RuntimeRecipe(settings.database, settings.kek())
        order = import_files.ImportOrder(
            asyncio.run(_org(org)), OPERATOR, tuple(paths), commit=commit, partial=partial
        )
        with progress() as bar:
            report = import_files.run(recipe, order, bar)
        show(report)
    if report.tally.errors:
        raise typer.Exit(FAILED)


async def _org(text: str) -> OrgId:
    runtime = await open_runtime(Settings())
    try:
        return await find_org(runtime, text) or OrgId(text)
    finally:
        runtime.database.close()


def show(report: ImportReport) -> None:
    """Print counts and the listed findings."""
    tally = report.tally
    out.print(
        f"{tally.rows} 行，可导入 {tally.clean} 行，错误 {tally.errors} 处，"
        f"提醒 {tally.warnings} 处；状态：{report.state.value}",
        markup=False,
    )
    for one in report.findings:
        err.print(
            f"{one.file} 第 {one.row} 行 {one.column}：{one.rule.message}（{one.value}）"
            f"{one.detail} {one.rule.remedy}",
            markup=False,
        )
