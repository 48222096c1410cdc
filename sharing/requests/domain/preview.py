"""What does an approver see before signing? What would leave, by the function that releases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from kernel.canonical import digest
from kernel.ids import DataRequestId, StudentId
from sharing.requests.domain.scope import Scope


@dataclass(frozen=True, slots=True)
class Column:
    """One column that would leave, with its form as policy and approval decide it."""

    field: str
    title: str
    form: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Columns and forms, at most twenty transformed rows, row count, measured k and risk.

    `k` and `risk` (0 to 1, the share expected to be re-identified) are None where nothing was
    measured: no table leaves, or too few rows. `document` is the JSON value that is frozen as
    evidence; `plan` the plan document that the release will use. `notes` are Chinese sentences
    (small groups, suppressed rows, a refusal of the plan).
    """

    columns: tuple[Column, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    k: int | None
    risk: float | None
    label: str
    policy_digest: str
    plan: Mapping[str, Any]
    document: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    """What was measured of the table (anonymize.report); its digest is in the document. {} if none.
    """
    pupils: tuple[StudentId, ...] = ()
    """Whose rows the sample shows; nobody's where the rows are anonymous or counts."""

    @property
    def digest(self) -> str:
        """The name under which it is frozen and signed."""
        return digest(self.document)

    @property
    def plan_digest(self) -> str:
        """The name of the plan."""
        return digest(self.plan)


class PreviewPort(Protocol):
    """Makes previews; the door implements it with the very function that releases."""

    async def preview(self, scope: Scope, data_request_id: DataRequestId) -> Preview:
        """Return the preview as of now; raises InvalidError if no lawful plan can be made."""
