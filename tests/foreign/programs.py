"""Start a real program, wait until it answers, and end it by its own process group."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

START_SECONDS, STOP_SECONDS = 60, 20
SERVICE_PORTS = range(20_000, 32_000)
"""Below the range from which Linux takes ports for outgoing connections."""


def free_port() -> int:
    """Return a loopback port that is free, and that no outgoing connection will take meanwhile."""
    for port in random.sample(SERVICE_PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


@contextmanager
def program(
    command: Sequence[str], variables: Mapping[str, str], urls: Sequence[str], log: Path
) -> Iterator[None]:
    """Run it while the block runs; every URL has answered by then.

    Raises AssertionError with the program's own words if it does not come up.
    """
    inherited = dict(os.environ)  # noqa: TID251  a child needs PATH and HOME
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, env=inherited | dict(variables), stdin=subprocess.DEVNULL,
            stdout=words, stderr=words, start_new_session=True,
        )  # fmt: skip
    try:
        for url in urls:
            assert _answers(process, url), f"{url}: {log.read_text()[-2000:]}"
        yield
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)


def _answers(process: "subprocess.Popen[bytes]", url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError):
            return httpx2.get(url, trust_env=False).status_code < 500
        time.sleep(0.1)
    return False
