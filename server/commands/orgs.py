"""`xueyin registry orgs`: show the organization tree, or load one from a file."""

import asyncio
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.table import Table

from kernel.runtime import Runtime
from registry.store.tables import org
from registry.usecases.create_orgs import create_orgs
from registry.usecases.org_file import read_plans
from server.commands.console import out, refusals
from server.settings import Settings
from server.wiring import open_runtime


def orgs(
    load: Annotated[
        Path | None, typer.Option(help="机构树文件（如 synthesize 写出的 orgs.json）", exists=True)
    ] = None,
) -> None:
    """列出机构及编号；加 --load 从文件建立机构树。"""

    async def work() -> None:
        runtime = await open_runtime(Settings())
        try:
            if load is not None:
                await create_orgs(runtime, read_plans(load))
            await _show(runtime)
        finally:
            runtime.database.close()

    with refusals():
        asyncio.run(work())


async def _show(runtime: Runtime) -> None:
    rows = await runtime.database.read(sa.select(org).order_by(org.c.division, org.c.name))
    table = Table("编号", "名称", "种类", "层级", "区划", "标识码")
    for row in rows:
        table.add_row(row.id, row.name, row.kind, row.level, row.division, row.code or "")
    out.print(table)
