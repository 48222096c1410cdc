"""Which OAuth scopes of education claims exist, and which field does each ask for?"""

from collections.abc import Mapping
from dataclasses import dataclass

EVERYTHING_APPROVED = "*"
"""Stands in a set of asked fields for the scope `edu`: all that is approved, never more."""

PREFIX = "edu."


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed list: `fields` maps each OAuth scope `edu.…` to a field, `claims` are all names.

    Filled by the composition root from `policies.claims`.
    """

    fields: Mapping[str, str]
    claims: tuple[str, ...]

    @property
    def oauth_scopes(self) -> tuple[str, ...]:
        """All scopes of the authorization endpoint, for discovery."""
        return ("openid", "edu", *sorted(self.fields))

    def unknown(self, oauth_scopes: frozenset[str]) -> frozenset[str]:
        """Return the `edu.…` scopes that do not exist."""
        return frozenset(s for s in oauth_scopes if s.startswith(PREFIX) and s not in self.fields)

    def keep(self, oauth_scopes: frozenset[str]) -> frozenset[str]:
        """Return the scopes that mean something here; others are ignored (Core 3.1.2.1)."""
        return oauth_scopes & ({"openid", "edu"} | self.fields.keys())

    def asked(self, oauth_scopes: frozenset[str]) -> frozenset[str]:
        """Return the fields asked for; EVERYTHING_APPROVED stands for the scope `edu`."""
        fields = {self.fields[scope] for scope in oauth_scopes if scope in self.fields}
        return frozenset(fields | ({EVERYTHING_APPROVED} if "edu" in oauth_scopes else set()))
