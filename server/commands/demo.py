"""`xueyin demo`: the whole of it on synthetic data, in one command, on this machine only."""

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from kernel.errors import ConflictError
from server.commands.console import out, progress, refusals
from server.commands.serve import run_server
from server.demo.people import Login, read_logins
from server.demo.seed import DemoFiles, seed, settings_of
from server.settings import DemoSettings, Settings

DONE = "seeded"


def demo(
    data: Annotated[Path | None, typer.Option(help="数据文件夹（默认 var/demo）")] = None,
    *,
    fresh: Annotated[bool, typer.Option("--fresh", help="删除旧的演示数据，重新开始")] = False,
) -> None:
    """用合成数据运行全部：一个县、登录、应用、审批。打印地址与各角色账号；Ctrl-C 停止。"""
    with refusals():
        ports = DemoSettings()
        base = Settings(
            issuer=f"http://127.0.0.1:{ports.port}", host="127.0.0.1", port=ports.port, demo=True
        )
        files = DemoFiles((data or Path("var/demo")).resolve())
        app_url = f"http://localhost:{ports.demo_port}"
        logins = _ready(base, files, app_url, fresh=fresh)
        settings = settings_of(files, base)
        # A stop by SIGTERM must end the app too: uvicorn raises the signal again when it is done.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        app = start_app(settings.issuer, files, ports.demo_port, app_url)
        try:
            run_server(settings, lambda: _announce(settings, app_url, logins))
        finally:
            app.terminate()
            app.wait()


def _ready(base: Settings, files: DemoFiles, app_url: str, *, fresh: bool) -> list[Login]:
    """Return the logins of a seeded folder; seed it if it is new, never touch a foreign one."""
    marker = files.data / DONE
    if fresh and (marker.exists() or (files.data / "officers").exists()):
        shutil.rmtree(files.data)
    if marker.exists():
        if marker.read_text() != app_url:
            raise ConflictError(
                "演示数据是按另一个端口建立的", field=str(files.data),
                remedy="请用原来的端口，或者加 --fresh 重新开始",
            )  # fmt: skip
        return read_logins(files.logins)
    if files.data.exists() and any(files.data.iterdir()):
        if not (files.data / "officers").exists():
            raise ConflictError(
                "文件夹里有不是演示建立的内容", field=str(files.data), remedy="请换一个空文件夹"
            )
        shutil.rmtree(files.data)  # a seed that was interrupted
    out.print("正在建立演示数据（约半分钟）……")
    with progress() as bar:
        logins = asyncio.run(seed(base, files, app_url, bar))
    marker.write_text(app_url)
    return logins


def start_app(issuer: str, files: DemoFiles, port: int, app_url: str) -> subprocess.Popen[bytes]:
    """Start the demo relying party as a process of its own; its secret is read from the file."""
    return subprocess.Popen(  # noqa: S603  our own module, by the running interpreter
        [
            sys.executable, "-m", "server.demo.relying_party", str(files.app), issuer, str(port),
            app_url,
        ]
    )  # fmt: skip


def _announce(settings: Settings, app_url: str, logins: list[Login]) -> None:
    table = Table("角色", "用户名", "密码", title="演示账号")
    for one in logins:
        table.add_row(one.title, one.username, one.password)
    out.print(table)
    out.print(f"学印：      {settings.issuer}", markup=False)
    out.print(f"示例应用：  {app_url}", markup=False)
    out.print("从示例应用点“用学印登录”开始；Ctrl-C 停止。")
