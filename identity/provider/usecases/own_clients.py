"""What may a developer see and change of the own clients?"""

from identity.provider.domain.basic import hash_secret
from identity.provider.domain.client import AuthMethod, Client
from identity.provider.store import clients
from identity.provider.usecases.register_client import new_secret
from identity.provider.usecases.services import ProviderServices
from kernel.errors import ConflictError, MissingError
from kernel.principal import Principal


async def own_clients(services: ProviderServices, principal: Principal) -> list[Client]:
    """Return the caller's clients, newest first."""
    rows = await services.runtime.database.read(clients.select_owned(principal.account_id))
    return [clients.client_of(row) for row in rows]


async def own_client(services: ProviderServices, principal: Principal, client_id: str) -> Client:
    """Return one of the caller's clients; raises MissingError, also for somebody else's."""
    rows = await services.runtime.database.read(clients.select_client(client_id))
    if not rows or rows[0].owner != principal.account_id:
        raise MissingError("没有找到这个应用", remedy="请从应用列表进入")
    return clients.client_of(rows[0])


async def rotate_secret(services: ProviderServices, principal: Principal, client_id: str) -> str:
    """Give a client a new secret and return it, once; the old one ends at once.

    Raises MissingError if it is not the caller's, ConflictError if it uses a key instead.
    """
    client = await own_client(services, principal, client_id)
    if client.auth_method is not AuthMethod.SECRET_BASIC:
        raise ConflictError("这个应用使用密钥对认证，没有密码", rule="private_key_jwt")
    secret = new_secret(services.runtime)
    await services.runtime.database.write(
        lambda connection: clients.change(
            connection, client_id, principal.account_id, secret_hash=hash_secret(secret)
        )
    )
    services.cache.forget()
    return secret


async def set_active(
    services: ProviderServices, principal: Principal, client_id: str, *, active: bool
) -> None:
    """Disable a client (its tokens die at once) or enable it again; raises MissingError."""
    await own_client(services, principal, client_id)
    await services.runtime.database.write(
        lambda connection: clients.change(
            connection, client_id, principal.account_id, active=active
        )
    )
    services.cache.forget()
