"""A seeded county served by the real program, with further apps and pupils, on loopback."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from identity.accounts.store import accounts
from identity.provider.domain.client import AuthMethod
from identity.provider.domain.registration import Registration
from identity.provider.usecases.register_client import register_client
from kernel.ids import OrgId, StudentId, new_id
from kernel.principal import Principal, Role
from registry.domain.student import NewStudent
from registry.store import tables as registry_tables
from registry.store.students import insert_students
from server.commands.demo import DONE
from server.demo.approval import Filing, People, approve
from server.demo.people import Login, Place, install
from server.demo.seed import DemoFiles, seed, settings_of
from server.settings import Settings
from server.wiring import House, close_house, open_house
from tests.foreign.programs import free_port, program

APPROVED = {"name", "edu_school", "edu_grade"}
"""The claims that every approval here covers, exactly."""
NAMES = {
    "rare": ("𠮷田小明", "𠮷**"), "dotted": ("阿依古丽·买买提", "阿**"),
    "declining": ("王小明", "王**"), "returning": ("欧阳若曦", "欧阳**"),
}  # fmt: skip
"""Pupils of fifteen, and how their names leave. Two try a program: four bytes, a middle dot."""
YOUNG = "young"
"""A pupil of ten, for whom a guardian consents."""


@dataclass(frozen=True, slots=True)
class App:
    """A registered app: where it runs, and what the developer portal gave it."""

    url: str
    client_id: str
    client_secret: str

    @property
    def port(self) -> int:
        """The port it has to listen on."""
        return int(self.url.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class Wish:
    """An app to register; with `jwks` it has no password."""

    callback: str = "/callback"
    sandbox: bool = False
    approved: bool = True
    jwks: Mapping[str, Any] = field(default_factory=dict)
    id_token_alg: str = "ES256"


@dataclass(frozen=True, slots=True)
class World:
    """The running server and everyone in it; logins by user name, apps by their wishes' names."""

    issuer: str
    demo_url: str
    logins: Mapping[str, Login]
    apps: Mapping[str, App]
    school_name: str
    log: Path
    log_key: Path

    def variables(self, name: str) -> dict[str, str]:
        """What the guide's programs read from the environment."""
        app = self.apps[name]
        return {
            "ISSUER": self.issuer, "BASE_URL": app.url, "PORT": str(app.port),
            "CLIENT_ID": app.client_id, "CLIENT_SECRET": app.client_secret,
            "NO_PROXY": "localhost,127.0.0.1",
        }  # fmt: skip


@contextmanager
def served(folder: Path, wishes: Mapping[str, Wish]) -> Iterator[World]:
    """Seed, register, approve, serve; end what was started."""
    files, port, demo_port = DemoFiles(folder / "data"), free_port(), free_port()
    demo_url = f"http://localhost:{demo_port}"
    base = Settings(issuer=f"http://127.0.0.1:{port}", host="127.0.0.1", port=port, demo=True)
    world = asyncio.run(_furnished(base, files, demo_url, wishes))
    (files.data / DONE).write_text(demo_url)
    command = [sys.executable, "-m", "server", "demo", "--data", str(files.data)]
    ports = {"XUEYIN_PORT": str(port), "XUEYIN_DEMO_PORT": str(demo_port)}
    urls = [f"{world.issuer}/healthz", demo_url]
    with program(command, ports, urls, folder / "server.log"):
        yield world


async def _furnished(
    base: Settings, files: DemoFiles, demo_url: str, wishes: Mapping[str, Wish]
) -> World:
    logins = await seed(base, files, demo_url, lambda _done, _total, _phase: None)
    house = await open_house(settings_of(files, base))
    try:
        apps = {name: await _app(house, files, name, wish) for name, wish in wishes.items()}
        pupil = await _principal(house, "pupil")
        odd = [await _pupil(house, pupil, name) for name in (*NAMES, YOUNG)]
        school = registry_tables.org
        rows = await house.runtime.database.read(
            sa.select(school.c.name).where(school.c.id == pupil.org_id)
        )
    finally:
        await close_house(house)
    by_name = {login.username: login for login in [*logins, *odd]}
    settings = settings_of(files, base)
    return World(
        base.issuer, demo_url, by_name, apps, rows[0].name, settings.log_path, settings.log_key_path
    )


async def _app(house: House, files: DemoFiles, name: str, wish: Wish) -> App:
    """Register an app of the demo's developer, and have its sign-in approved."""
    people = People(
        *[await _principal(house, who) for who in ("developer", "reviewer", "approver")]
    )
    url = f"http://localhost:{free_port()}"
    method = AuthMethod.PRIVATE_KEY_JWT if wish.jwks else AuthMethod.SECRET_BASIC
    asked = Registration(
        name=f"应用 {name}", sandbox=wish.sandbox, redirect_uris=(url + wish.callback,),
        auth_method=method, jwks=wish.jwks, id_token_alg=wish.id_token_alg,
    )  # fmt: skip
    developer = people.developer
    assert developer.recipient_id is not None
    made = await register_client(
        house.runtime, asked, owner=developer.account_id, recipient_id=developer.recipient_id
    )
    client_id = made.client.client_id
    if wish.approved:
        filing = Filing(client_id, await _division(house, people), ("claims", "record_api"))
        await approve(house, people, filing, files.approver_key)
    return App(url, client_id, made.secret)


async def _division(house: House, people: People) -> str:
    """Return the code of the approver's county."""
    org = registry_tables.org
    rows = await house.runtime.database.read(
        sa.select(org.c.division).where(org.c.id == people.approver.org_id)
    )
    return str(rows[0].division)


async def _principal(house: House, username: str) -> Principal:
    found = accounts.one(await house.runtime.database.read(accounts.by_username(username)))
    assert found is not None
    return found.principal()


async def _pupil(house: House, schoolmate: Principal, username: str) -> Login:
    """Enter a pupil at the schoolmate's school, with an account."""
    runtime, school = house.runtime, schoolmate.org_id
    assert school is not None
    org = registry_tables.org
    rows = await runtime.database.read(sa.select(org.c.division).where(org.c.id == school))
    new = NewStudent(
        StudentId(new_id("student", runtime.entropy)), OrgId(school), rows[0].division,
        {
            "name": NAMES.get(username, ("王小小", ""))[0], "sex": "1", "grade": "09",
            "birth_date": "20160401" if username == YOUNG else "20110401",
            "class_name": "1班", "enrolment_month": "202409", "nationality": "CHN",
            "document_type": "1", "ethnicity": "01",
        },
    )  # fmt: skip
    await runtime.database.write(
        lambda connection: insert_students(
            connection, runtime.keyring, runtime.entropy, [new], runtime.clock()
        )
    )
    place = Place(school, student=new.id)
    login, _ = await install(house.accounts, Role.PUPIL, username, "九年级学生", place)
    return login
