"""Run the guide's programs: Python ones with ours, Node ones with npm's openid-client."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson

from server.demo.people import Login
from server.story.browser import Browser, Page, enter
from tests.foreign.programs import program
from tests.foreign.served import World
from tests.foreign.snippets import snippet

NODE = Path(__file__).parent / "node"
MODULES = ("xueyin.mjs", "app.mjs", "records.mjs")


def node_modules() -> Path:
    """Return the installed packages of the lock file; they are kept between runs."""
    lock = (NODE / "package-lock.json").read_bytes()
    name = f"xueyin-node-{os.getuid()}-{hashlib.sha256(lock).hexdigest()[:16]}"
    kept = Path(tempfile.gettempdir()) / name
    if not kept.exists():
        fresh = Path(tempfile.mkdtemp(prefix=name))
        for file in ("package.json", "package-lock.json"):
            shutil.copy(NODE / file, fresh)
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=fresh, check=True, timeout=300)
        with suppress(OSError):  # another run was faster
            fresh.rename(kept)
    assert kept.stat().st_uid == os.getuid()
    return kept / "node_modules"


def command_for(folder: Path, name: str) -> list[str]:
    """Write a snippet of the guide into the folder and return the command that runs it."""
    if name.endswith(".py"):
        (folder / name).write_text(snippet(name), encoding="utf-8")
        return [sys.executable, str(folder / name)]
    for module in MODULES:
        (folder / module).write_text(snippet(module), encoding="utf-8")
    linked = folder / "node_modules"
    if not linked.exists():
        linked.symlink_to(node_modules())
    return ["node", str(folder / name)]


@contextmanager
def app(
    world: World, folder: Path, name: str, script: str, more: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Serve one of the guide's apps while the block runs; yield its address."""
    command = command_for(folder, script)
    url = world.apps[name].url
    variables = world.variables(name) | dict(more or {})
    with program(command, variables, [f"{url}/alive"], folder / "app.log"):
        yield url


def output(
    world: World, folder: Path, name: str, script: str, more: Mapping[str, str] | None = None
) -> tuple[Any, str]:
    """Run one of the guide's programs to its end; return what it printed and complained of."""
    inherited = dict(os.environ)  # noqa: TID251  a child needs PATH and HOME
    done = subprocess.run(
        command_for(folder, script), env=inherited | world.variables(name) | dict(more or {}),
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    said = orjson.loads(done.stdout) if done.stdout else None
    return said, done.stderr.decode()


def answered(url: str, login: Login, answer: str = "accept") -> Page:
    """Sign in at an app as a pupil would, without script, and answer the notice if it comes."""
    browser = Browser(url)
    page = enter(browser, browser.get("/"), login.username, login.password)
    if any(form.action == "/consent" for form in page.forms):
        page = browser.submit(page, page.form("/consent"), {"answer": answer})
    browser.close()
    return page
