"""Run the verifier on files held in memory."""

from collections.abc import Mapping

from ledger.domain.checkpoint import Checkpoint
from ledger.verify.evidence import Keys, open_log, verify_bundle, verify_log
from ledger.verify.report import Report
from ledger.verify.sources import SourceError
from tests.ledger.evidence import LOG, ROOT


class Memory:
    """A source whose files are a dictionary."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.names = frozenset(files)

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise SourceError(name, "missing")
        return self._files[name]

    def close(self) -> None:
        """Nothing is open."""


def findings(
    files: Mapping[str, bytes], *, key: str = LOG.vkey, root: str | None = ROOT.vkey,
    known: Checkpoint | None = None,
) -> list[str]:  # fmt: skip
    """The FAIL lines of a bundle."""
    report = Report()
    verify_bundle(Memory(files), Keys(key, root, known), report)
    return failures(report)


def log_findings(
    files: Mapping[str, bytes], *, key: str = LOG.vkey, known: Checkpoint | None = None
) -> list[str]:
    """The FAIL lines of a log alone."""
    report = Report()
    log, faults = open_log(Memory(files), "", key)
    report.step("checkpoint", faults)
    if log is not None:
        verify_log(log, Keys(key, known=known), report)
    return failures(report)


def failures(report: Report) -> list[str]:
    return [line for line in report.lines if line.startswith("FAIL")]
