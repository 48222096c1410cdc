"""What do the use cases of accounts need? Built once by the composition root."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from identity.accounts.domain.policy import AccountPolicy
from identity.accounts.usecases.hasher import PasswordHasher
from identity.accounts.usecases.session_cache import SessionCache
from kernel.ids import OrgId, RecipientId, StudentId
from kernel.principal import Principal
from kernel.runtime import Runtime


class Directory(Protocol):
    """What accounts ask of the registry and of the clients; the composition root answers."""

    async def find_org(self, text: str) -> OrgId | None:
        """Return the node that id, identifier code or full name means; None if not just one."""

    async def find_recipient(self, text: str) -> RecipientId | None:
        """Return the outside organisation of that id or full name; None if not just one."""

    async def org_name(self, org_id: OrgId) -> str | None:
        """Return the name of a node of the organization tree, None if there is none."""

    async def recipient_name(self, recipient_id: RecipientId) -> str | None:
        """Return the name of an outside organisation, None if there is none."""

    async def is_own_pupil(self, registrar: Principal, student_id: StudentId) -> bool:
        """Tell whether the pupil attends the school where the registrar holds office.

        The look is on record in the registry.
        """


@dataclass(frozen=True, slots=True)
class CookieSettings:
    """Names and protection of the three cookies.

    `__Host-` (RFC 6265bis 4.1.3.2) keeps sibling hosts from planting one; it needs https, so on a
    loopback http issuer the bare name is used.
    """

    https: bool
    name: str = "xueyin"

    @property
    def session(self) -> str:
        """Return the name of the cookie that carries the session."""
        return self._prefix + self.name

    @property
    def form(self) -> str:
        """Return the name of the cookie that ties a form to a browser before sign-in."""
        return f"{self._prefix}{self.name}-form"

    @property
    def device(self) -> str:
        """Return the name of the cookie that says: this browser has signed in before."""
        return f"{self._prefix}{self.name}-device"

    @property
    def _prefix(self) -> str:
        return "__Host-" if self.https else ""


@dataclass(frozen=True, slots=True)
class AccountServices:
    """Handed to every use case of accounts. `approver_root` is a C2SP verifier key, or None.

    `outside_origin` tells to which validated outside origin a path of ours may redirect after
    sign-in (an authorization request ends at its client): browsers apply the CSP `form-action` of
    the sign-in page to that redirect too.
    """

    runtime: Runtime
    policy: AccountPolicy
    hasher: PasswordHasher
    approver_root: str | None
    cookies: CookieSettings
    directory: Directory
    sessions: SessionCache = field(default_factory=SessionCache)
    outside_origin: Callable[[str], Awaitable[str | None]] | None = None
