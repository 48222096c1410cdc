"""Who is in the demonstration: one account a role, each a natural person of their own."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from identity.accounts.usecases.install_account import install_account
from identity.accounts.usecases.issued import Wanted
from identity.accounts.usecases.services import AccountServices
from kernel.ids import OrgId, PersonId, RecipientId, StudentId, new_id
from kernel.principal import Principal, Role

CONSONANTS, VOWELS = "bdfghjkmnprstvz", "aeiou"


@dataclass(frozen=True, slots=True)
class Login:
    """A printed login. `account` and `person` are for the seed and the story."""

    role: str
    title: str
    username: str
    password: str
    account: str
    person: str
    org: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person belongs: an office, an outside organisation, or a pupil."""

    org: OrgId | None = None
    recipient: RecipientId | None = None
    student: StudentId | None = None


def new_password() -> str:
    """Return a password that can be read aloud: syllables, digits, a sign; about 50 bits."""
    words = (
        "".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(3))
        for _ in range(2)
    )
    return f"{'-'.join(words).capitalize()}-{secrets.randbelow(9000) + 1000}"


async def install(
    accounts: AccountServices, role: Role, username: str, title: str, place: Place
) -> tuple[Login, Principal]:
    """Make an account with a password that need not be changed, and return login and caller."""
    password = new_password()
    person = PersonId(new_id("person"))
    wanted = Wanted(
        username, title, frozenset({role}), person, place.org, place.recipient, place.student
    )
    issued = await install_account(accounts, wanted, password=password)
    login = Login(
        role.value, title, username, password, issued.account.account_id, person, place.org or ""
    )
    return login, issued.account.principal()


def write_logins(path: Path, logins: list[Login]) -> None:
    """Keep the logins so that a second start prints them again."""
    path.write_text(json.dumps([asdict(one) for one in logins], ensure_ascii=False, indent=1))


def read_logins(path: Path) -> list[Login]:
    """Return the logins of an earlier start."""
    return [Login(**one) for one in json.loads(path.read_text())]
