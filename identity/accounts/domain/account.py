"""What is an account, and when does it sleep?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.ids import AccountId, OrgId, PersonId, RecipientId, StudentId
from kernel.principal import Principal, Role


class AccountState(StrEnum):
    """A sealed account keeps its history and lets nobody in."""

    ACTIVE = "active"
    SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Account:
    """One way in for one natural person. Never holds the password, only its Argon2id hash."""

    account_id: AccountId
    username: str
    person_id: PersonId
    roles: frozenset[Role]
    display_name: str
    org_id: OrgId | None
    recipient_id: RecipientId | None
    student_id: StudentId | None
    password_hash: str
    former_hashes: tuple[str, ...]
    password_set_at: datetime
    must_change: bool
    """The password was chosen by somebody else: it opens nothing but the page that changes it."""
    initial_until: datetime | None
    state: AccountState
    created_at: datetime
    last_used_at: datetime

    def principal(self) -> Principal:
        """Return the caller that this account makes, without a session."""
        return Principal(
            account_id=self.account_id,
            person_id=self.person_id,
            roles=self.roles,
            display_name=self.display_name,
            org_id=self.org_id,
            recipient_id=self.recipient_id,
            student_id=self.student_id,
        )


DORMANT_AFTER = timedelta(days=180)
"""《中小学生学籍管理办法》第二十四条: 半年以上未使用的账号予以封存."""


def is_dormant(account: Account, now: datetime, after: timedelta = DORMANT_AFTER) -> bool:
    """Tell whether the account has slept so long that it must be sealed."""
    return now - account.last_used_at >= after


def normal_username(typed: str) -> str:
    """Return the form in which user names are compared: trimmed, lower case.

    User names are ASCII (see `account_creation`), so no two that look alike differ.
    """
    return typed.strip().lower()
