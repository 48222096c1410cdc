"""The command `xueyin`: one word a task, `--help` everywhere, exit codes that scripts can use."""

import typer

from server.commands import audit, clients, decisions, keys, registry
from server.commands.anonymize import anonymize
from server.commands.demo import demo
from server.commands.scan import scan_file
from server.commands.serve import migrate, serve
from server.commands.story import story

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="学印 Xueyin：学生可信教育数字身份与学籍数据的受控提供。设置见 XUEYIN_… 环境变量。",
)
app.command("serve")(serve)
app.command("demo")(demo)
app.command("story")(story)
app.command("migrate")(migrate)
app.command("anonymize")(anonymize)
app.command("scan")(scan_file)
app.add_typer(registry.app, name="registry")
app.add_typer(clients.clients, name="clients")
app.add_typer(clients.accounts, name="accounts")
app.add_typer(keys.app, name="keys")
app.add_typer(decisions.app, name="decisions")
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run the command line."""
    app()
