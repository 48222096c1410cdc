"""What does one notice or consent say, and does it cover what is about to leave?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from policies.forms import DROP
from policies.model import Policy

NOTICE, CONSENT, GUARDIAN = "notice", "consent", "guardian_consent"
CONSENTS = (CONSENT, GUARDIAN)


@dataclass(frozen=True, slots=True)
class Told:
    """One row: which kind, and each field in the form that the person was shown.

    An app that asks for more later, or a policy that lets a weaker form through, is no part of it
    (PIPL art. 14: consent is to what one was told; a change needs a new one).
    """

    kind: str
    forms: Mapping[str, str]
    notice_id: str = ""

    def covers(self, policy: Policy, forms: Mapping[str, str]) -> bool:
        """Tell whether nothing of these forms is more than was shown."""
        return all(form == DROP or self._shows(policy, name, form) for name, form in forms.items())

    def _shows(self, policy: Policy, name: str, form: str) -> bool:
        shown = self.forms.get(name)
        order = policy.field(name).forms
        return shown == form or (
            shown in order and form in order and order.index(form) < order.index(shown)
        )

    @classmethod
    def consent_among(
        cls, told: Iterable[Self], policy: Policy, forms: Mapping[str, str], *, under_14: bool
    ) -> Self | None:
        """Return a consent that covers the forms; below 14 only a guardian's (PIPL art. 31).

        A guardian's earlier one still stands on the 14th birthday.
        """
        kinds = (GUARDIAN,) if under_14 else CONSENTS
        return next((one for one in told if one.kind in kinds and one.covers(policy, forms)), None)
