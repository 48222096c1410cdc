"""How are accounts read and written?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.accounts.domain.account import Account, AccountState
from identity.accounts.store.tables import account
from kernel.errors import ConflictError
from kernel.ids import AccountId, OrgId, PersonId, RecipientId, StudentId
from kernel.principal import Role


def by_username(username: str) -> sa.Select[Any]:
    """Select the account with this (normal) user name."""
    return sa.select(account).where(account.c.username == username)


def by_id(account_id: str) -> sa.Select[Any]:
    """Select the account with this id."""
    return sa.select(account).where(account.c.account_id == account_id)


def of_person(person_id: str) -> sa.Select[Any]:
    """Select all accounts of one natural person."""
    return sa.select(account).where(account.c.person_id == person_id)


def roles_of_person(connection: Connection, person_id: str) -> list[frozenset[Role]]:
    """Return the roles of each account of a person; no other job adds one until the commit.

    The rows are locked first and read by a second statement: PostgreSQL would not show the first
    one what a job it had to wait for has added.
    """
    of_person = sa.select(account.c.roles).where(account.c.person_id == person_id)
    connection.execute(of_person.with_for_update())
    return [frozenset(map(Role, row.roles)) for row in connection.execute(of_person)]


def all_staff() -> sa.Select[Any]:
    """Select every account that is not a pupil's, by user name."""
    return sa.select(account).where(account.c.student_id.is_(None)).order_by(account.c.username)


def by_student(student_id: str) -> sa.Select[Any]:
    """Select the pupil's account."""
    return sa.select(account).where(account.c.student_id == student_id)


def read(row: Row[Any]) -> Account:
    """Return the account of a row of the table."""
    return Account(
        account_id=AccountId(row.account_id),
        username=row.username,
        person_id=PersonId(row.person_id),
        roles=frozenset(Role(role) for role in row.roles),
        display_name=row.display_name,
        org_id=OrgId(row.org_id) if row.org_id else None,
        recipient_id=RecipientId(row.recipient_id) if row.recipient_id else None,
        student_id=StudentId(row.student_id) if row.student_id else None,
        password_hash=row.password_hash,
        former_hashes=tuple(row.former_hashes),
        password_set_at=row.password_set_at,
        must_change=row.must_change,
        initial_until=row.initial_until,
        state=AccountState(row.state),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def one(rows: Sequence[Row[Any]]) -> Account | None:
    """Return the only account of a result, or None."""
    return read(rows[0]) if rows else None


def insert(connection: Connection, new: Account, created_by: str) -> None:
    """Add an account. Raises ConflictError if user name or pupil has one already."""
    values = {
        name: getattr(new, name)
        for name in account.c.keys()  # noqa: SIM118  column names, not a mapping
        if name not in {"roles", "state", "former_hashes", "created_by"}
    }
    try:
        with connection.begin_nested():
            connection.execute(
                account.insert().values(
                    **values, roles=sorted(new.roles), state=new.state.value,
                    former_hashes=list(new.former_hashes), created_by=created_by,
                )
            )  # fmt: skip
    except sa.exc.IntegrityError:
        raise ConflictError(
            "用户名已被使用，或该学生已有账号", field="username", rule="一人一号",
            remedy="请换一个用户名，或查找已有的账号",
        ) from None  # fmt: skip


def use(connection: Connection, seen: Account, at: datetime, password_hash: str) -> bool:
    """Mark a sign-in; False if the account was sealed or its password changed meanwhile."""
    done = connection.execute(
        account.update()
        .where(
            account.c.account_id == seen.account_id,
            account.c.state == AccountState.ACTIVE.value,
            account.c.password_hash == seen.password_hash,
        )
        .values(last_used_at=at, password_hash=password_hash)
    )
    return done.rowcount == 1


def set_password(connection: Connection, seen: Account, changed: Account) -> bool:
    """Replace the password; False if it was changed by somebody else meanwhile."""
    done = connection.execute(
        account.update()
        .where(
            account.c.account_id == seen.account_id, account.c.password_hash == seen.password_hash
        )
        .values(
            password_hash=changed.password_hash, former_hashes=list(changed.former_hashes),
            password_set_at=changed.password_set_at, must_change=changed.must_change,
            initial_until=changed.initial_until,
        )
    )  # fmt: skip
    return done.rowcount == 1


def set_state(
    connection: Connection, account_id: str, old: AccountState, new: AccountState
) -> bool:
    """Change the state; False if it was not the old one."""
    done = connection.execute(
        account.update()
        .where(account.c.account_id == account_id, account.c.state == old.value)
        .values(state=new.value)
    )
    return done.rowcount == 1


def unseal(connection: Connection, account_id: str, at: datetime) -> bool:
    """Make a sealed account active, as if used just now; False if it was not sealed."""
    done = connection.execute(
        account.update()
        .where(account.c.account_id == account_id, account.c.state == AccountState.SEALED.value)
        .values(state=AccountState.ACTIVE.value, last_used_at=at)
    )
    return done.rowcount == 1


def active_administrators(connection: Connection) -> int:
    """Return how many administrators could sign in; their rows are held until the commit."""
    rows = connection.execute(
        sa.select(account.c.roles)
        .where(account.c.state == AccountState.ACTIVE.value, account.c.student_id.is_(None))
        .with_for_update()
    )
    return sum(Role.ADMINISTRATOR in row.roles for row in rows)


def dormant(connection: Connection, before: datetime) -> list[Account]:
    """Return the active accounts that were not used after that time."""
    rows = connection.execute(
        sa.select(account).where(
            account.c.state == AccountState.ACTIVE.value, account.c.last_used_at <= before
        )
    )
    return [read(row) for row in rows]
