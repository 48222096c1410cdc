"""`xueyin keys …`: the keys of a deployment and of the people who sign."""

import asyncio
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from identity.accounts.domain import certificate, key_request
from identity.accounts.domain.key_file import new_key_file, read_key_file
from identity.provider.usecases.rotate_keys import rotate_keys
from kernel.ids import OrgId, PersonId
from kernel.runtime import system_clock
from ledger.domain.note import Signer
from server.commands.console import out, refusals
from server.keys import create_keys, write_secret
from server.settings import Settings
from server.wiring import open_runtime

app = typer.Typer(no_args_is_help=True, help="密钥：部署、令牌、批准人。")


@app.command("create")
def create() -> None:
    """建立部署密钥：数据库以外的密钥加密密钥（KEK）和日志签名密钥。"""
    with refusals():
        settings = Settings()
        signer = create_keys(settings)
        out.print(f"已写入 {settings.kek_path} 和 {settings.log_key_path}", markup=False)
        out.print("日志验证公钥（请另行交给审计人员）：")
        out.print(signer.vkey, markup=False, soft_wrap=True)


@app.command("show")
def show(
    data: Annotated[Path | None, typer.Option(help="数据文件夹（默认按设置）")] = None,
) -> None:
    """打印日志的验证公钥：请另行交给审计人员，不要随证据一起给。"""
    with refusals():
        settings = Settings() if data is None else Settings(data=data)
        signer = Signer.parse(settings.log_key_path.read_text().strip())
        out.print(signer.vkey, markup=False, soft_wrap=True)


@app.command("rotate")
def rotate() -> None:
    """轮换令牌签名密钥：下一把开始签名，旧的继续公布到令牌过期。"""

    async def work() -> tuple[str, ...]:
        runtime = await open_runtime(Settings())
        try:
            return await rotate_keys(runtime)
        finally:
            runtime.database.close()

    with refusals():
        for kid in asyncio.run(work()):
            out.print(f"现在签名：{kid}", markup=False)


@app.command("root")
def root(
    file: Annotated[Path, typer.Argument(help="根密钥文件；离线保管，绝不放到服务器上")],
    name: Annotated[str, typer.Option(help="名称，如 government.example/approvers")],
) -> None:
    """建立批准人根密钥。只有它能证明某把签名密钥属于某人。"""
    with refusals():
        signer = Signer.from_seed(name, secrets.token_bytes(32))
        write_secret(file, signer.skey)
        out.print("XUEYIN_APPROVER_ROOT（验证公钥，可以公开）：")
        out.print(signer.vkey, markup=False, soft_wrap=True)


@app.command("signer")
def signer(
    file: Annotated[Path, typer.Argument(help="私钥文件；由批准人本人保管")],
    person: Annotated[str, typer.Option(help="人员编号（见“签名密钥”页）")],
    org: Annotated[str, typer.Option(help="机构编号（见“签名密钥”页）")],
) -> None:
    """建立批准人的签名密钥文件，并打印登记申请。"""
    with refusals():
        new_key_file(file)
        private = read_key_file(file)
        request = key_request.request_text(private, PersonId(person), OrgId(org))
        out.print(request, markup=False, soft_wrap=True, end="")


@app.command("certify")
def certify(
    request: Annotated[Path, typer.Argument(help="登记申请文件")],
    root_file: Annotated[Path, typer.Option("--root", help="根密钥文件")],
    days: Annotated[int, typer.Option(min=1, max=1096, help="有效天数")] = 365,
    renews: Annotated[
        Path | None, typer.Option(help="续期时的原证书文件：新证书从它的起始时间算起")
    ] = None,
) -> None:
    """（离线）核对申请人身份之后，用根密钥签发证书。"""
    with refusals():
        asked = key_request.parse(request.read_text())
        root, now = Signer.parse(root_file.read_text().strip()), system_clock()
        start = now - timedelta(minutes=5)
        if renews is not None:
            start = certificate.parse(renews.read_text(), root.vkey).valid_from
        text = certificate.issue(
            root, asked.person_id, asked.org_id, asked.key,
            valid_from=start, valid_to=now + timedelta(days=days),
        )  # fmt: skip
        out.print(text, markup=False, soft_wrap=True, end="")
