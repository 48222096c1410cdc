"""How are findings told: numbered steps, `FAIL step N: place: what`, easy for people and grep."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: a file, with entry index or byte in the message."""

    place: str
    message: str


@dataclass(slots=True)
class Report:
    """The steps taken so far, as lines of text."""

    lines: list[str] = field(default_factory=list)
    faults: int = 0
    _steps: int = 0
    _unchecked: int = 0

    def step(self, title: str, faults: Iterable[Fault], *, notes: Iterable[str] = ()) -> bool:
        """Write down one step and return whether it held."""
        self._steps += 1
        found = list(faults)
        for fault in found[:MOST_SHOWN]:
            self.lines.append(f"FAIL step {self._steps}: {fault.place}: {fault.message}")
        if len(found) > MOST_SHOWN:
            rest = len(found) - MOST_SHOWN
            self.lines.append(f"FAIL step {self._steps}: 另有 {rest} 处 ({rest} more)")
        if not found:
            self.lines.append(f"OK   step {self._steps}: {title}")
        self.lines.extend(f"NOTE step {self._steps}: {note}" for note in notes)
        self.faults += len(found)
        return not found

    def unchecked(self, what: str) -> None:
        """Write down what could not be checked; the verdict repeats it."""
        self._unchecked += 1
        self.lines.append(f"NOTE step {self._steps}: NOT CHECKED: {what}")

    def end(self) -> bool:
        """Write the verdict and return whether all steps held."""
        if self.faults:
            verdict = f"FAIL: {self.faults} 处不符，不可采信 (do not rely on it)"
        elif self._unchecked:
            verdict = f"OK: {self._steps} 步通过，{self._unchecked} 项没有核对 (NOT CHECKED)"
        else:
            verdict = f"OK: {self._steps} 步全部通过 (all steps hold)"
        self.lines.append(f"RESULT {verdict}")
        return not self.faults
