"""`xueyin audit …`: trace and take evidence over HTTP as an auditor; each search is on record."""

from pathlib import Path
from typing import Annotated

import typer

from server.commands.console import out, password, refusals
from server.story.auditing import evidence, search
from server.story.browser import sign_in

app = typer.Typer(no_args_is_help=True, help="审计：追踪、导出证据（核验：python -m ledger）。")
Url = Annotated[str, typer.Option(help="学印的地址")]
Username = Annotated[str, typer.Option(help="审计员用户名；密码从标准输入读取")]


@app.command("trace")
def trace(
    text: Annotated[str, typer.Argument(help="号码、应用、人员、批准、回执或者提供的编号")],
    *,
    url: Url,
    username: Username,
) -> None:
    """查找并打印谁申请、谁批准、提供了什么、谁负责。"""
    with refusals():
        browser = sign_in(url, username, password())
        try:
            out.print(search(browser, text), markup=False)
        finally:
            browser.close()


@app.command("evidence")
def export(
    key: Annotated[str, typer.Argument(help="批准编号或者提供编号")],
    file: Annotated[Path, typer.Argument(help="要写的 zip 文件")],
    *,
    url: Url,
    username: Username,
) -> None:
    """导出证据包；离线核验：python -m ledger verify FILE --key … --approver-root …"""
    with refusals():
        browser = sign_in(url, username, password())
        try:
            file.write_bytes(evidence(browser, key))
        finally:
            browser.close()
        out.print(f"已写入 {file}", markup=False)
