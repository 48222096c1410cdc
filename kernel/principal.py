"""Who is calling?"""

from dataclasses import dataclass, field
from enum import StrEnum

from kernel.errors import DeniedError
from kernel.ids import AccountId, ClientId, OrgId, PersonId, RecipientId, SessionId, StudentId


class Role(StrEnum):
    """What a person (or program) may be here. Nobody's role implies another."""

    PUPIL = "pupil"
    REGISTRAR = "registrar"
    DEVELOPER = "developer"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    CLIENT = "client"
    """A relying party's program calling the record API with its own access token."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller, as loaded from the session or the verified access token; never from a form.

    `person_id` names the natural person: two accounts of one human share it, so rules about
    distinct persons compare it. `org_id` is the node where the person holds office (staff) or the
    school (pupil); `recipient_id` the outside organisation a developer or client belongs to.
    """

    account_id: AccountId
    person_id: PersonId
    roles: frozenset[Role]
    display_name: str
    org_id: OrgId | None = None
    recipient_id: RecipientId | None = None
    student_id: StudentId | None = None
    client_id: ClientId | None = None
    session_id: SessionId | None = None
    oauth_scopes: frozenset[str] = field(default_factory=frozenset)

    def require(self, *roles: Role) -> None:
        """Raise DeniedError unless the caller holds at least one of the roles."""
        if not self.roles.intersection(roles):
            raise DeniedError(
                "您的角色不能执行此操作", rule="最小权限", remedy="请由具备相应职责的人员办理"
            )
