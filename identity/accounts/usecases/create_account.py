"""An administrator makes an account for somebody else."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from identity.accounts.domain.new_account import StaffAccount, form_problems
from identity.accounts.domain.separation import creation_problems, role_problems
from identity.accounts.store import accounts
from identity.accounts.usecases.issued import Issued, Wanted, build, store
from identity.accounts.usecases.services import AccountServices
from kernel.errors import InvalidError, Problem
from kernel.ids import PersonId, new_id
from kernel.principal import Principal, Role


async def create_account(
    services: AccountServices, principal: Principal, asked: StaffAccount
) -> Issued:
    """Return the account and its one-time password.

    Raises DeniedError unless the caller is an administrator, InvalidError with every rule broken:
    nobody makes an account for their own person, and one person does not hold roles that are to
    be held apart, in however many accounts. ConflictError if the user name is taken.
    """
    principal.require(Role.ADMINISTRATOR)
    asked = await _placed(services, asked)
    person_id, found = await _person(services, asked)
    found += form_problems(asked)
    found += creation_problems(principal, person_id)
    found += await _unknown_places(services, asked)
    if found:
        raise InvalidError.of(found)
    issued = await build(
        services,
        Wanted(
            asked.username, asked.display_name, asked.roles, person_id,
            asked.org_id, asked.recipient_id,
        ),
    )  # fmt: skip

    def job(connection: Connection) -> tuple[Problem, ...]:
        # Read again inside the write: two administrators may be giving one person two roles.
        clashes = role_problems(asked.roles, accounts.roles_of_person(connection, person_id))
        if not clashes:
            store(connection, services, issued.account, principal)
        return clashes

    clashes = await services.runtime.database.write(job)
    if clashes:
        raise InvalidError.of(clashes)
    return issued


async def _person(
    services: AccountServices, asked: StaffAccount
) -> tuple[PersonId, tuple[Problem, ...]]:
    if not asked.same_person_as:
        return PersonId(new_id("person", services.runtime.entropy)), ()
    rows = await services.runtime.database.read(accounts.by_username(asked.same_person_as))
    earlier = accounts.one(rows)
    if earlier is None:
        return PersonId(""), (Problem("没有这个账号", "same_person_as", "", "请核对用户名"),)
    return earlier.person_id, ()


async def _placed(services: AccountServices, asked: StaffAccount) -> StaffAccount:
    """Return the account with ids for names; what means nothing stays for `_unknown_places`."""
    org, recipient = asked.org_id, asked.recipient_id
    if org is not None:
        org = await services.directory.find_org(org) or org
    if recipient is not None:
        recipient = await services.directory.find_recipient(recipient) or recipient
    return replace(asked, org_id=org, recipient_id=recipient)


async def _unknown_places(services: AccountServices, asked: StaffAccount) -> tuple[Problem, ...]:
    found: tuple[Problem, ...] = ()
    directory = services.directory
    if asked.org_id is not None and await directory.org_name(asked.org_id) is None:
        found += (
            Problem("没有这个机构", "org_id", "", "请填写机构全名、标识码或编号；同名时填写编号"),
        )
    recipient = asked.recipient_id
    if recipient is not None and await directory.recipient_name(recipient) is None:
        found += (Problem("没有这个接收方", "recipient_id", "", "请填写接收方全名或编号"),)
    return found
