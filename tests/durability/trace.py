"""What did the server ask of the kernel, in which order? Read from strace's own record."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

FLUSH = re.compile(r"(?P<pid>\d+) +f(?:data)?sync\(\d+<(?P<path>[^>]*)>(?P<rest>.*)")
RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. f(?:data)?sync resumed>.*= 0$")
SENT = re.compile(r'\d+ +(?:write|writev|sendto|sendmsg)\(\d+<[^>]*>.*?"HTTP/1\.1 (?P<status>\d+)')


@dataclass(frozen=True, slots=True)
class Event:
    """A completed flush of a file, or the beginning of an answer sent to a client."""

    flushed: str = ""
    status: int = 0


class Trace:
    """Reads the record while it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def command(self, *calls: str) -> list[str]:
        """Return the tracer's command line, to be put in front of a program."""
        return [
            "strace", "-f", "--seccomp-bpf", "-y", "-s", "32", "-e", f"trace={','.join(calls)}",
            "-e", "signal=none", "-o", str(self._path),
        ]  # fmt: skip

    def events(self) -> list[Event]:
        """Return what has happened so far."""
        found, begun = list[Event](), dict[str, str]()
        for line in self._path.read_text(errors="replace").splitlines():
            if flush := FLUSH.match(line):
                if flush["rest"].rstrip().endswith("= 0"):
                    found.append(Event(flushed=flush["path"]))
                else:
                    begun[flush["pid"]] = flush["path"]
            elif resumed := RESUMED.match(line):
                found.append(Event(flushed=begun.pop(resumed["pid"])))
            elif sent := SENT.match(line):
                found.append(Event(status=int(sent["status"])))
        return found

    def quiet(self) -> list[Event]:
        """Wait until nothing has happened for a while; return what has happened by then."""
        seen = self.events()
        for _ in range(100):
            time.sleep(0.4)
            now = self.events()
            if len(now) == len(seen):
                return now
            seen = now
        raise AssertionError("the server never rests")
