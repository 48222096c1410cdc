"""The real server as a process of its own, that can be killed, traced and measured."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from tests.durability.plant import Plant

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


class ServerProcess:
    """`xueyin serve` on the plant's data; `before` is put in front of the command (a tracer)."""

    def __init__(self, plant: Plant, log: Path, before: Sequence[str] = ()) -> None:
        self.issuer = plant.settings.issuer
        self._log = log
        inherited = dict(os.environ)  # noqa: TID251  a child needs PATH and HOME
        with log.open("ab") as words:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", "server", "serve"],
                cwd=ROOT, env=inherited | plant.variables(), stdin=subprocess.DEVNULL,
                stdout=words, stderr=words, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Return once it answers; raises AssertionError with its own words if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.issuer}/healthz", trust_env=False).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(self._log.read_text()[-3000:])

    @property
    def pid(self) -> int:
        """The server's own process id, also behind a tracer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0]) if children.strip() else self.process.pid

    def kill(self) -> None:
        """End it as a crash does: no handler runs, nothing is flushed."""
        os.kill(self.pid, 9)
        self.process.wait(30)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process.poll() is None:
            os.kill(self.pid, 15)
            self.process.wait(30)

    def memory(self) -> int:
        """Return the proportional set size in bytes."""
        rollup = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
        assert found
        return int(found[1]) * 1024


@contextmanager
def running(plant: Plant, log: Path, before: Sequence[str] = ()) -> Iterator[ServerProcess]:
    """Run a server while the block runs."""
    server = ServerProcess(plant, log, before)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
