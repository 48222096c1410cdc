"""The operator makes an account from the command line: the first administrator, or a demo's."""

from dataclasses import replace

from sqlalchemy.engine import Connection

from identity.accounts.domain.password import problems
from identity.accounts.domain.separation import role_problems
from identity.accounts.store import accounts
from identity.accounts.usecases.issued import Issued, Wanted, build, store
from identity.accounts.usecases.services import AccountServices
from kernel.errors import InvalidError, Problem


async def install_account(
    services: AccountServices, wanted: Wanted, *, password: str | None = None
) -> Issued:
    """Return the stored account. Without `password` it gets a one-time one, to be changed.

    Whoever runs the command line has the database anyway, so nobody's role is asked; the rules of
    passwords and of roles held apart bind all the same. Raises InvalidError, ConflictError.
    """
    issued = await build(services, wanted)
    if password is not None:
        profile = services.policy.passwords(wanted.roles)
        found = problems(password, profile, (wanted.username, wanted.display_name))
        if found:
            raise InvalidError.of(found)
        hashed = await services.hasher.hash(password)
        chosen = replace(
            issued.account, password_hash=hashed, must_change=False, initial_until=None
        )
        issued = Issued(chosen, password)

    def job(connection: Connection) -> tuple[Problem, ...]:
        held = accounts.roles_of_person(connection, wanted.person_id)
        clashes = role_problems(wanted.roles, held)
        if not clashes:
            store(connection, services, issued.account, None)
        return clashes

    clashes = await services.runtime.database.write(job)
    if clashes:
        raise InvalidError.of(clashes)
    return issued
