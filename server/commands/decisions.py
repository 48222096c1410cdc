"""`xueyin decisions …`: approve with a key file; the private key never leaves this machine."""

from pathlib import Path
from typing import Annotated

import typer

from server.commands.console import err, out, password, refusals
from server.story.browser import sign_in
from server.story.sign_decision import Order, sign_decision

app = typer.Typer(no_args_is_help=True, help="批准决定（密钥文件签署）。")


@app.command("sign")
def sign(
    data_request: Annotated[str, typer.Argument(help="数据申请编号")],
    *,
    url: Annotated[str, typer.Option(help="学印的地址")],
    username: Annotated[str, typer.Option(help="批准人用户名；密码从标准输入读取")],
    key: Annotated[Path, typer.Option(help="签名私钥文件", exists=True)],
    reason: Annotated[str, typer.Option(help="批准理由")],
    yes: Annotated[bool, typer.Option("--yes", help="已经核对文书，不再询问")] = False,
) -> None:
    """生成批准文书，显示全文，核对后用密钥文件签署并提交。"""
    with refusals():
        browser = sign_in(url, username, password())
        try:
            order = Order(data_request, reason, key)
            approval = sign_decision(browser, order, lambda text: yes or _confirm(text))
        finally:
            browser.close()
        out.print(f"已批准：{approval}", markup=False)


def _confirm(text: str) -> bool:
    err.print(text, markup=False, soft_wrap=True)
    return typer.confirm("以上文书，确认签署？")
