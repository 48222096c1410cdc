"""Where the story plays: a server in another process, its own ports and folder, and a narrator."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from kernel.errors import UnavailableError
from ledger.domain.note import Signer
from server.demo.people import Login, read_logins
from server.demo.seed import DemoFiles
from server.story.browser import Browser, sign_in

START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Stage:
    """Addresses, files and people of one telling. `say` narrates, `fact` shows what was seen."""

    issuer: str
    app: str
    files: DemoFiles
    people: dict[str, Login]
    say: Callable[[str], None]
    fact: Callable[[str], None]

    def browser(self, username: str) -> Browser:
        """Return a browser in which that person is signed in at the server."""
        person = self.people[username]
        return sign_in(self.issuer, person.username, person.password)

    def trusted_keys(self) -> list[str]:
        """Return the options that name both keys an auditor was given on another way."""
        show = [sys.executable, "-m", "server", "keys", "show", "--data", str(self.files.data)]
        root = Signer.parse(self.files.root_key.read_text().strip())
        return ["--key", run(show), "--approver-root", root.vkey]


@contextmanager
def stage(folder: Path, say: Callable[[str], None], fact: Callable[[str], None]) -> Iterator[Stage]:
    """Start the demonstration on free ports in that folder, and end it afterwards.

    Raises UnavailableError if it does not come up.
    """
    port, demo_port = free_port(), free_port()
    issuer, app = f"http://127.0.0.1:{port}", f"http://localhost:{demo_port}"
    files = DemoFiles(folder / "data")
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own module, by the running interpreter
            [sys.executable, "-m", "server", "demo", "--data", str(files.data)],
            env={"XUEYIN_PORT": str(port), "XUEYIN_DEMO_PORT": str(demo_port), "PYTHONUTF8": "1"},
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            _await(process, log, f"{issuer}/healthz", f"{app}/")
            people = {one.username: one for one in read_logins(files.logins)}
            yield Stage(issuer, app, files, people, say, fact)
        finally:
            process.terminate()
            process.wait(30)


def run(command: list[str], *, stdin: str = "") -> str:
    """Return what a command printed; raises UnavailableError with its words if it fails."""
    done = subprocess.run(  # noqa: S603  our own commands
        command, input=stdin, capture_output=True, text=True, timeout=300, check=False
    )
    if done.returncode != 0:
        raise UnavailableError(f"命令失败：{done.stderr or done.stdout}")
    return done.stdout.strip()


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _await(process: subprocess.Popen[bytes], log: Path, *addresses: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    for address in addresses:
        while not _answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise UnavailableError(f"服务没有启动：{log.read_text(errors='replace')[-800:]}")
            time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=5, trust_env=False).status_code < 500  # noqa: PLR2004
    except httpx2.HTTPError:
        return False
