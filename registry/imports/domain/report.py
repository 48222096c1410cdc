"""What does a dry run say: counts per file and in all, and which rule each faulty cell broke?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from kernel.ids import OrgId
from registry.imports.domain.rules import Rule


class ImportState(StrEnum):
    """Where an import stands. Only READY may be committed, and only once."""

    READING = "reading"
    READY = "ready"
    COMMITTED = "committed"
    STALE = "stale"
    """Since the dry run, the registry took in one of the pupils: read the files again."""
    FAILED = "failed"
    """The reading process died; nothing was kept."""


@dataclass(slots=True)
class FileTally:
    """Counts of one file, growing while it is read. `refused` is the rule of a refused file."""

    name: str
    rows: int = 0
    faulty: int = 0
    errors: int = 0
    warnings: int = 0
    refused: str = ""
    detail: str = ""


@dataclass(slots=True)
class Tally:
    """Counts of all files, and how often each rule was broken. Everything is counted."""

    files: list[FileTally] = field(default_factory=list)
    rules: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows the readable files hold."""
        return sum(file.rows for file in self.files)

    @property
    def faulty(self) -> int:
        """Return how many rows stay out."""
        return sum(file.faulty for file in self.files)

    @property
    def clean(self) -> int:
        """Return how many rows a commit brings in."""
        return self.rows - self.faulty

    @property
    def errors(self) -> int:
        """Return how many errors there are, refused files included."""
        return sum(file.errors for file in self.files)

    @property
    def warnings(self) -> int:
        """Return how many warnings there are."""
        return sum(file.warnings for file in self.files)

    def document(self) -> dict[str, Any]:
        """Return the tally as JSON-ready values."""
        return asdict(self)

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> "Tally":
        """Return the tally of a document."""
        return cls([FileTally(**file) for file in document["files"]], dict(document["rules"]))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: where, which column, the (masked) value, the rule and the remedy."""

    file: str
    row: int
    column: str
    value: str
    rule: Rule
    detail: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """An import as a page or the command line shows it. `findings` is the first page of many."""

    id: str
    org_id: OrgId
    state: ImportState
    phase: str
    done: int
    total: int
    tally: Tally
    findings: tuple[Finding, ...]
    synthetic: bool
    created_at: datetime
    committed_at: datetime | None
    committed: int
