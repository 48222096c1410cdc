"""How is a new account stored, and its one-time password handed over?"""

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from identity.accounts.domain.account import Account, AccountState
from identity.accounts.domain.password import initial_password
from identity.accounts.store import accounts, events
from identity.accounts.store.events import DONE, SecurityEvent
from identity.accounts.usecases.services import AccountServices
from kernel.ids import AccountId, OrgId, PersonId, RecipientId, StudentId, new_id
from kernel.principal import Principal, Role

OPERATOR = "operator"
"""Stands for the command line in `created_by` and in the security log."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An account with its one-time password, which is shown once and never stored."""

    account: Account
    password: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked account about to be stored."""

    username: str
    display_name: str
    roles: frozenset[Role]
    person_id: PersonId
    org_id: OrgId | None = None
    recipient_id: RecipientId | None = None
    student_id: StudentId | None = None


async def build(services: AccountServices, wanted: Wanted) -> Issued:
    """Return the account with a fresh one-time password, hashed and not stored yet."""
    password = initial_password(services.runtime.entropy)
    async with services.hasher.turn():
        hashed = await services.hasher.hash(password)
    now = services.runtime.clock()
    account = Account(
        account_id=AccountId(new_id("account", services.runtime.entropy)),
        username=wanted.username, person_id=wanted.person_id, roles=wanted.roles,
        display_name=wanted.display_name, org_id=wanted.org_id,
        recipient_id=wanted.recipient_id, student_id=wanted.student_id,
        password_hash=hashed, former_hashes=(), password_set_at=now, must_change=True,
        initial_until=now + services.policy.initial_password_life,
        state=AccountState.ACTIVE, created_at=now, last_used_at=now,
    )  # fmt: skip
    return Issued(account, password)


def store(
    connection: Connection, services: AccountServices, account: Account, by: Principal | None
) -> None:
    """Insert the account and its event. Raises ConflictError if user name or pupil has one."""
    accounts.insert(connection, account, by.account_id if by else OPERATOR)
    record(connection, services, "account_created", account, by)


def record(
    connection: Connection, services: AccountServices, kind: str, about: Account,
    by: Principal | None,
) -> None:  # fmt: skip
    """Write to the security log what an administrator did to an account."""
    event = SecurityEvent(
        kind, DONE, services.runtime.clock(), by.account_id if by else OPERATOR,
        by.person_id if by else OPERATOR, "",
        {
            "account": about.account_id, "person": about.person_id,
            "roles": " ".join(sorted(about.roles)),
        },
    )  # fmt: skip
    events.append(connection, event, services.runtime.entropy)
