"""What does the operator fix for the provider?"""

from dataclasses import dataclass
from datetime import timedelta

ACR_PASSWORD = "urn:xueyin:acr:password"  # noqa: S105  the name of an authentication context
"""The one authentication context of today: a password checked here."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long what the provider hands out is good for."""

    code: timedelta = timedelta(seconds=60)
    access_token: timedelta = timedelta(minutes=5)
    id_token: timedelta = timedelta(minutes=5)
    flow: timedelta = timedelta(minutes=30)
    """From the app's request until the pupil has signed in and answered."""
    retiring: timedelta = timedelta(hours=24)
    """A replaced signing key stays published so long; far longer than any token or cache."""


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """`issuer` is exact: it stands in every token and answer, and clients compare it as a string.

    A URL without query, fragment or trailing slash; https unless loopback (checked by settings).
    """

    issuer: str
    lifetimes: Lifetimes = Lifetimes()

    @property
    def userinfo(self) -> str:
        """Address of the userinfo endpoint, and audience of the tokens that open it."""
        return f"{self.issuer}/userinfo"

    @property
    def record_api(self) -> str:
        """Audience of the tokens that open the record API (RFC 9068 section 3)."""
        return f"{self.issuer}/share"
