"""An administrator sees the accounts of staff and developers."""

from identity.accounts.domain.account import Account
from identity.accounts.store import accounts
from identity.accounts.usecases.services import AccountServices
from kernel.principal import Principal, Role


async def list_accounts(services: AccountServices, principal: Principal) -> list[Account]:
    """Return them by user name. Raises DeniedError unless the caller is an administrator.

    Pupils' accounts are their schools' business and not among them.
    """
    principal.require(Role.ADMINISTRATOR)
    return [
        accounts.read(row) for row in await services.runtime.database.read(accounts.all_staff())
    ]
