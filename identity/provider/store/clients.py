"""How are clients kept?"""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from identity.provider.domain.client import AuthMethod, Client, GrantType, Profile
from identity.provider.store.stamps import raise_stamp
from identity.provider.store.tables import client as clients

STAMP = "client"


def add(connection: Connection, client: Client) -> None:
    """Insert a client; raises IntegrityError if the id is taken."""
    connection.execute(clients.insert().values(asdict(client)))
    raise_stamp(connection, STAMP)


def change(connection: Connection, client_id: str, owner: str, **values: Any) -> bool:  # noqa: ANN401
    """Change columns of a client that this account owns; tell whether there is one."""
    owned = (clients.c.client_id == client_id) & (clients.c.owner == owner)
    changed = connection.execute(clients.update().where(owned).values(values)).rowcount == 1
    if changed:
        raise_stamp(connection, STAMP)
    return changed


def select_client(client_id: str) -> sa.Select[Any]:
    """Return the statement for one client, active or not."""
    return sa.select(clients).where(clients.c.client_id == client_id)


def select_owned(owner: str) -> sa.Select[Any]:
    """Return the statement for an account's clients, newest first."""
    return (
        sa.select(clients)
        .where(clients.c.owner == owner)
        .order_by(clients.c.created_at.desc(), clients.c.client_id)
    )


def select_of_recipient(recipient_id: str) -> sa.Select[Any]:
    """Return the statement for an organisation's clients, by id."""
    return (
        sa.select(clients)
        .where(clients.c.recipient_id == recipient_id)
        .order_by(clients.c.client_id)
    )


def client_of(row: Row[Any]) -> Client:
    """Return the client of a row."""
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for it
    return Client(
        **{
            **values,
            "redirect_uris": tuple(values["redirect_uris"]),
            "jwks": tuple(values["jwks"]),
            "grants": tuple(GrantType(grant) for grant in values["grants"]),
            "auth_method": AuthMethod(values["auth_method"]),
            "profile": Profile(values["profile"]),
        }
    )
