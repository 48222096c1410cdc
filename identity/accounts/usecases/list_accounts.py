"""An administrator sees the accounts of staff and developers."""

from collections.abc import Mapping, Sequence

from identity.accounts.domain.account import Account
from identity.accounts.store import accounts
from identity.accounts.usecases.services import AccountServices, Directory
from kernel.ids import AccountId
from kernel.principal import Principal, Role


async def list_accounts(services: AccountServices, principal: Principal) -> list[Account]:
    """Return them by user name. Raises DeniedError unless the caller is an administrator.

    Pupils' accounts are their schools' business and not among them.
    """
    principal.require(Role.ADMINISTRATOR)
    return [
        accounts.read(row) for row in await services.runtime.database.read(accounts.all_staff())
    ]


async def place_names(
    services: AccountServices, listed: Sequence[Account]
) -> Mapping[AccountId, str]:
    """Return where each account belongs, by name: an office or an outside organisation."""
    return {one.account_id: await _place(services.directory, one) for one in listed}


async def _place(directory: Directory, one: Account) -> str:
    if one.org_id is not None:
        return await directory.org_name(one.org_id) or one.org_id
    if one.recipient_id is not None:
        return await directory.recipient_name(one.recipient_id) or one.recipient_id
    return "—"
