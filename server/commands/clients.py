"""`xueyin clients …` and `xueyin accounts …`: what an operator installs by hand."""

import asyncio
from typing import Annotated

import typer

from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Issued, Wanted
from identity.provider.domain.registration import Registration
from identity.provider.usecases.register_client import Registered, register_client
from kernel.ids import AccountId, OrgId, PersonId, RecipientId, StudentId, new_id
from kernel.principal import Role
from server.commands.console import out, refusals
from server.settings import Settings
from server.wiring import open_runtime, wire_accounts

clients = typer.Typer(no_args_is_help=True, help="应用（依赖方）。")
accounts = typer.Typer(no_args_is_help=True, help="人员账号。")


@clients.command("add")
def add_client(
    name: Annotated[str, typer.Argument(help="应用名称")],
    redirect: Annotated[list[str], typer.Option(help="回调地址，可多次给出")],
    recipient: Annotated[str, typer.Option(help="登记单位编号")],
    owner: Annotated[str, typer.Option(help="负责账号编号")],
    *,
    production: Annotated[bool, typer.Option("--production", help="正式应用（默认沙箱）")] = False,
) -> None:
    """登记一个应用，打印 client_id 与只显示一次的密码。"""

    async def work() -> Registered:
        runtime = await open_runtime(Settings())
        try:
            asked = Registration(name=name, sandbox=not production, redirect_uris=tuple(redirect))
            return await register_client(
                runtime, asked, owner=AccountId(owner), recipient_id=RecipientId(recipient)
            )
        finally:
            runtime.database.close()

    with refusals():
        made = asyncio.run(work())
        out.print(f"client_id     {made.client.client_id}", markup=False)
        out.print(f"client_secret {made.secret}", markup=False)


@accounts.command("add")
def add_account(
    username: Annotated[str, typer.Argument(help="用户名")],
    display_name: Annotated[str, typer.Argument(help="显示的姓名")],
    role: Annotated[list[Role], typer.Option(help="角色，可多次给出")],
    org: Annotated[str | None, typer.Option(help="任职机构编号")] = None,
    recipient: Annotated[str | None, typer.Option(help="所属单位编号（开发者）")] = None,
    student: Annotated[str | None, typer.Option(help="学生编号（学生账号）")] = None,
) -> None:
    """建立账号，打印一次性密码（首次登录须修改）。"""

    async def work() -> Issued:
        settings = Settings()
        runtime = await open_runtime(settings)
        services = wire_accounts(settings, runtime)
        try:
            wanted = Wanted(
                username, display_name, frozenset(role), PersonId(new_id("person")),
                OrgId(org) if org else None, RecipientId(recipient) if recipient else None,
                StudentId(student) if student else None,
            )  # fmt: skip
            return await install_account(services, wanted)
        finally:
            services.hasher.close()
            runtime.database.close()

    with refusals():
        made = asyncio.run(work())
        out.print(f"账号     {made.account.account_id}", markup=False)
        out.print(f"一次性密码 {made.password}", markup=False)
