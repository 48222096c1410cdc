"""People and places for the tests of accounts."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from identity.accounts.domain.policy import AccountPolicy
from identity.accounts.usecases.check_password import Attempt
from identity.accounts.usecases.hasher import HashSettings, PasswordHasher
from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Wanted
from identity.accounts.usecases.new_session import SignedIn
from identity.accounts.usecases.services import AccountServices, CookieSettings
from identity.accounts.usecases.sign_in import sign_in
from kernel.errors import SignInRequiredError
from kernel.ids import OrgId, PersonId, RecipientId, StudentId
from kernel.principal import Principal, Role
from kernel.runtime import Runtime

PASSWORD = "Kite-River-92-Lamp"
WRONG = "not the Password 1"
SCHOOL, BUREAU, GOVERNMENT = OrgId("org_school"), OrgId("org_bureau"), OrgId("org_government")
RECIPIENT = RecipientId("recipient_reader")
ADDRESS = "198.51.100.7"


NAMES = {SCHOOL: "实验小学", BUREAU: "教育局", GOVERNMENT: "县人民政府"}


@dataclass(slots=True)
class StubDirectory:
    """Three offices, one recipient, and the pupils of each school."""

    pupils: dict[str, OrgId] = field(default_factory=lambda: {"student_1": SCHOOL})

    async def find_org(self, text: str) -> OrgId | None:
        return next((one for one, name in NAMES.items() if text in (one, name)), None)

    async def find_recipient(self, text: str) -> RecipientId | None:
        return RECIPIENT if text in (RECIPIENT, "阅读应用公司") else None

    async def org_name(self, org_id: OrgId) -> str | None:
        return NAMES.get(org_id)

    async def recipient_name(self, recipient_id: RecipientId) -> str | None:
        return "阅读应用公司" if recipient_id == RECIPIENT else None

    async def is_own_pupil(self, registrar: Principal, student_id: StudentId) -> bool:
        return self.pupils.get(student_id) == registrar.org_id


def make_services(
    runtime: Runtime, *, root: str | None = None, settings: HashSettings | None = None,
    policy: AccountPolicy | None = None, https: bool = False,
) -> AccountServices:  # fmt: skip
    cheap = settings or HashSettings(memory_kib=8, passes=1)
    return AccountServices(
        runtime, policy or AccountPolicy(), PasswordHasher(cheap), root,
        CookieSettings(https=https), StubDirectory(),
    )  # fmt: skip


OFFICES = {
    Role.REGISTRAR: SCHOOL, Role.REVIEWER: BUREAU, Role.APPROVER: GOVERNMENT,
    Role.AUDITOR: BUREAU, Role.ADMINISTRATOR: BUREAU, Role.PUPIL: SCHOOL,
}  # fmt: skip


async def hire(services: AccountServices, role: Role, username: str = "") -> Principal:
    """Install an account of its own person with PASSWORD; return the caller it makes."""
    issued = await install_account(
        services,
        Wanted(
            username or role.value, f"{role.value} 某某", frozenset({role}),
            PersonId(f"person_{username or role.value}"), org_id=OFFICES.get(role),
            recipient_id=RECIPIENT if role is Role.DEVELOPER else None,
            student_id=StudentId("student_1") if role is Role.PUPIL else None,
        ),
        password=PASSWORD,
    )  # fmt: skip
    return issued.account.principal()


async def tamper(services: AccountServices, statement: sa.Executable) -> None:
    """Write to the database behind the application's back."""

    def job(connection: Connection) -> None:
        connection.execute(statement)

    await services.runtime.database.write(job)


async def enter(
    services: AccountServices, username: str, password: str = PASSWORD, **more: str | None
) -> SignedIn:
    address = more.pop("address", None) or ADDRESS
    return await sign_in(services, Attempt(username, password, address, **more))


async def failures(services: AccountServices, count: int, username: str, **more: str) -> None:
    for _ in range(count):
        with pytest.raises(SignInRequiredError):
            await enter(services, username, WRONG, **more)
