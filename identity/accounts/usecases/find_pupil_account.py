"""A registrar sees whether a pupil of the own school has an account."""

from identity.accounts.domain.account import Account
from identity.accounts.store import accounts
from identity.accounts.usecases.services import AccountServices
from kernel.errors import MissingError
from kernel.ids import StudentId
from kernel.principal import Principal, Role


async def find_pupil_account(
    services: AccountServices, principal: Principal, student_id: StudentId
) -> Account | None:
    """Return the account, None if there is none yet.

    Raises DeniedError unless the caller is a registrar, MissingError for a pupil of elsewhere
    just as for none.
    """
    principal.require(Role.REGISTRAR)
    if not await services.directory.is_own_pupil(principal, student_id):
        raise MissingError("本校没有这名在校学生", remedy="请从学籍查询页面进入")
    rows = await services.runtime.database.read(accounts.by_student(student_id))
    return accounts.one(rows)
