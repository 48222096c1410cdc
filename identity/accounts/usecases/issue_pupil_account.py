"""A registrar gives a pupil of the own school an account."""

from sqlalchemy.engine import Connection

from identity.accounts.domain.new_account import PUPIL_NAME, pupil_username
from identity.accounts.usecases.find_pupil_account import find_pupil_account
from identity.accounts.usecases.issued import Issued, Wanted, build, store
from identity.accounts.usecases.services import AccountServices
from kernel.errors import ConflictError
from kernel.ids import PersonId, StudentId, new_id
from kernel.principal import Principal, Role


async def issue_pupil_account(
    services: AccountServices, principal: Principal, student_id: StudentId
) -> Issued:
    """Return user name and one-time password, for the registrar to hand over.

    Raises DeniedError unless the caller is a registrar, MissingError for a pupil of elsewhere
    just as for none, ConflictError if the pupil has an account.
    """
    if await find_pupil_account(services, principal, student_id) is not None:
        raise ConflictError("该学生已有账号", rule="一人一号", remedy="忘记密码请重新发放初始密码")
    issued = await build(
        services,
        Wanted(
            pupil_username(services.runtime.entropy), PUPIL_NAME, frozenset({Role.PUPIL}),
            PersonId(new_id("person", services.runtime.entropy)),
            org_id=principal.org_id, student_id=student_id,
        ),
    )  # fmt: skip

    def job(connection: Connection) -> None:
        store(connection, services, issued.account, principal)

    await services.runtime.database.write(job)
    return issued
