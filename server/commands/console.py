"""How does the command line speak: output, progress, refusals, and exit codes for scripts.

0 done · 1 refused or failed · 2 wrong usage.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from kernel.envelope import KeyUnavailableError
from kernel.errors import XueyinError
from ledger.usecases.seal import LogError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

FAILED = 1


EXPECTED = (
    XueyinError, ValidationError, KeyUnavailableError, LogError, FileNotFoundError, FileExistsError,
)  # fmt: skip


@contextmanager
def refusals() -> Iterator[None]:
    """Print a refusal with rule and remedy instead of a traceback, and exit with 1."""
    try:
        yield
    except EXPECTED as error:
        for line in _lines(error):
            err.print(line, markup=False)
        sys.exit(FAILED)


def _lines(error: Exception) -> Iterator[str]:
    if isinstance(error, XueyinError):
        for problem in error.problems:
            yield f"✗ {problem.message}"
            parts = (("位置", problem.field), ("依据", problem.rule), ("办法", problem.remedy))
            yield from (f"  {title}：{text}" for title, text in parts if text)
    elif isinstance(error, ValidationError):
        for one in error.errors():
            name = "_".join(str(part) for part in one["loc"]).upper()
            yield f"✗ XUEYIN_{name}: {one['msg']}"
    else:
        yield f"✗ {error}"


@contextmanager
def progress() -> Iterator["Bar"]:
    """Show a progress bar; on a pipe it stays silent."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as shown:
        yield Bar(shown)


class Bar:
    """Takes `(done, total, phase)` from long work; each phase has its own bar."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, done: int, total: int, phase: str) -> None:
        """Move the bar of the phase."""
        if phase not in self._tasks:
            self._tasks[phase] = self._shown.add_task(phase, total=total)
        self._shown.update(self._tasks[phase], completed=done, total=total)


def password() -> str:
    """Ask for a password, or read one line from a pipe; never from an argument."""
    if sys.stdin.isatty():
        answer: str = typer.prompt("密码", hide_input=True)
        return answer
    return sys.stdin.readline().rstrip("\n")
