"""What is a registry field: its class, its sensitivity, and the forms in which it may leave?"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["direct", "quasi", "sensitive", "plain"]
DeliveryWay = Literal["claims", "record_api", "file", "counts"]

DELIVERIES: tuple[DeliveryWay, ...] = ("claims", "record_api", "file", "counts")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the vocabulary.

    `forms` runs from the strictest (always `drop`) to the weakest; the order is total within the
    field. `sensitivity` is 1 to 4 for pupils of 14 and above, and `reason` says why; below 14 all
    is sensitive (PIPL art. 28). `claim` is None when the field never leaves as a claim.
    """

    name: str
    title: str
    kind: Kind
    sensitivity: int
    reason: str
    forms: tuple[str, ...]
    default_form: str
    deliveries: tuple[DeliveryWay, ...]
    source_field: str
    standard: str
    claim: str | None = None
    free_text: bool = False

    @property
    def oauth_scope(self) -> str | None:
        """Return the OAuth scope that asks exactly this claim, None where there is no claim."""
        return f"edu.{self.name}" if self.claim else None

    def strictness(self, form: str) -> int:
        """Return the form's place, 0 the strictest; raises ValueError for a form not permitted."""
        return self.forms.index(form)
