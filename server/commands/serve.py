"""`xueyin serve`: one process, one worker; migrations run first."""

import uvicorn

from server.app import create_app
from server.commands.console import refusals
from server.migrate import upgrade
from server.settings import Settings


def serve() -> None:
    """启动服务：迁移数据库，检查密钥与日志，然后监听。Ctrl-C 停止。"""
    with refusals():
        settings = Settings()
        settings.kek()
        upgrade(settings.database)
        run_server(settings)


def run_server(settings: Settings) -> None:
    """Serve until stopped. Forwarded headers count only from the named proxies."""
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
