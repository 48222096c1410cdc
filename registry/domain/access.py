"""What is remembered of an inward look?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.ids import OrgId, PersonId


class LookKind(StrEnum):
    """In which way values were seen."""

    VIEW = "view"
    LIST = "list"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Look:
    """A look about to be recorded. `role` is the role in which it was allowed."""

    kind: LookKind
    role: str
    fields: tuple[str, ...]
    reason: str
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Access:
    """A recorded look, without values. `pupil` is an opaque mark, equal for the same pupil."""

    at: datetime
    person_id: PersonId | None
    """None where the reader may know the organization only."""
    role: str
    org_id: OrgId | None
    kind: LookKind
    fields: tuple[str, ...]
    reason: str
    allowed: bool
    pupil: str
