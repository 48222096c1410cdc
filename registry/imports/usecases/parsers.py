"""Run a few parser processes side by side; hand over their answers in the order of the files."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

import registry

_AHEAD = 32
"""Batches that a lane may be ahead of the reader: bounds the memory, keeps both cores busy."""
_SILENCE = 180.0
"""Seconds without an answer after which a parser is given up."""
_DEAD = {"refused": "resource_limit", "detail": ""}
_ROOT = Path(registry.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to import: where it lies, and what the person called it."""

    path: Path
    name: str


def parse_all(
    files: Sequence[SourceFile], today: date, *, processes: int = 2
) -> Generator[tuple[int, dict[str, Any]]]:
    """Yield (index of the file, message of `import_parse`), file by file, in their order.

    A parser that dies or falls silent costs its file (`resource_limit`), not the import.
    """
    lanes = [
        _Lane([file for at, file in enumerate(files) if at % processes == number], today)
        for number in range(min(processes, len(files)))
    ]
    try:
        for index in range(len(files)):
            for message in lanes[index % processes].one_file():
                yield index, message
    finally:
        for lane in lanes:
            lane.stop()


class _Lane:
    """One parser process and the thread that reads from it."""

    def __init__(self, files: Sequence[SourceFile], today: date) -> None:
        self._files = files
        self._today = today.isoformat()
        self._answers: queue.Queue[bytes] = queue.Queue(_AHEAD)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="import-lane", daemon=True)
        self._thread.start()

    def one_file(self) -> Iterator[dict[str, Any]]:
        """Yield the messages of the lane's next file, up to `end` or `refused`."""
        while True:
            try:
                message: dict[str, Any] = orjson.loads(self._answers.get(timeout=_SILENCE))
            except queue.Empty:
                self._kill()
                if self._thread.is_alive():
                    continue
                message = dict(_DEAD)
            yield message
            if "rows" not in message:
                return

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._stopped.set()
        while self._thread.is_alive():
            self._kill()
            with contextlib.suppress(queue.Empty):
                self._answers.get(timeout=0.02)
        self._thread.join()

    def _run(self) -> None:
        for file in self._files:
            if self._stopped.is_set():
                break
            if not self._read_file(file) and not self._stopped.is_set():
                self._answers.put(orjson.dumps(_DEAD))
        process, self._process = self._process, None
        if process is not None:
            _close(process)

    def _read_file(self, file: SourceFile) -> bool:
        """Pass the answers on; tell whether the parser lived to the end of the file."""
        process = self._process or self._start()
        job = {"path": str(file.path), "name": file.name, "today": self._today}
        if process.stdin is None or process.stdout is None:
            return False
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(orjson.dumps(job, option=orjson.OPT_APPEND_NEWLINE))
            process.stdin.flush()
        for line in process.stdout:
            if self._stopped.is_set():
                break
            if not line.endswith(b"\n"):
                break
            self._answers.put(line)
            if not line.startswith(b'{"rows"'):
                return True
        self._process = None
        _close(process)
        return False

    def _start(self) -> subprocess.Popen[bytes]:
        # An empty environment: the parser of strangers' files is to know no setting and no secret.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "registry.imports.usecases.parse"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=_ROOT, env={"PYTHONUTF8": "1"},
        )  # fmt: skip
        return self._process

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _close(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    # What was never read of a job stays in the pipe's buffer, and closing tries to send it.
    with contextlib.suppress(BrokenPipeError), process:
        process.wait()
