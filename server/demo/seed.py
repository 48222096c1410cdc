"""Fill an empty data folder with the demonstration. Everything goes through the real use cases."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from identity.provider.domain.client import GrantType
from identity.provider.domain.registration import Registration
from identity.provider.usecases.register_client import Registered, register_client
from kernel.ids import RecipientId
from kernel.principal import Principal, Role
from ledger.domain.note import Signer
from server.demo.approval import Filing, People, approve, enrol_approver
from server.demo.county import AUTHORITY, GOVERNMENT, DemoCounty, make_county
from server.demo.people import Login, Place, install, write_logins
from server.keys import create_keys, write_secret
from server.migrate import upgrade
from server.settings import Settings
from server.wiring import House, close_house, open_house
from sharing.requests.usecases.register_recipient import NewRecipient, register_recipient

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """Where the demonstration keeps what belongs to people, not to the server."""

    data: Path

    @property
    def officers(self) -> Path:
        """The offline desk: root key and approver's key. A real server never sees these."""
        return self.data / "officers"

    @property
    def root_key(self) -> Path:
        """The approver root, private half."""
        return self.officers / "root.key"

    @property
    def approver_key(self) -> Path:
        """The approver's signing key, private half."""
        return self.officers / "approver.key"

    @property
    def logins(self) -> Path:
        """The printed logins."""
        return self.data / "logins.json"

    @property
    def app(self) -> Path:
        """What the developer portal gave the demo app."""
        return self.data / "app.json"


def settings_of(files: DemoFiles, base: Settings) -> Settings:
    """Return the settings of a seeded demonstration: its folder, and the root's public half."""
    root = Signer.parse(files.root_key.read_text().strip())
    return base.model_copy(update={"demo": True, "data": files.data, "approver_root": root.vkey})


async def seed(base: Settings, files: DemoFiles, app_url: str, progress: Progress) -> list[Login]:
    """Make keys, database, county, people, apps and the first approval; return the logins."""
    files.officers.mkdir(parents=True, mode=0o700)
    root = Signer.from_seed("yishui.example/approvers", secrets.token_bytes(32))
    write_secret(files.root_key, root.skey)
    settings = settings_of(files, base)
    create_keys(settings)
    upgrade(settings.database)
    house = await open_house(settings)
    try:
        county = await make_county(house.runtime, files.data / "county", progress)
        logins = await _people_and_apps(house, files, county, app_url)
    finally:
        await close_house(house)
    write_logins(files.logins, logins)
    return logins


async def _people_and_apps(
    house: House, files: DemoFiles, county: DemoCounty, app_url: str
) -> list[Login]:
    accounts, orgs = house.accounts, county.orgs
    office, government = Place(orgs[AUTHORITY].id), Place(orgs[GOVERNMENT].id)
    admin, administrator = await install(
        accounts, Role.ADMINISTRATOR, "admin", "系统管理员", office
    )
    provider = await _recipient(
        house, administrator, "百川学堂科技有限公司", "app_provider", "91371323MA3EXAMP98"
    )
    institute = await _recipient(
        house, administrator, "沂水教育研究所", "research_institute", "12371323MB2K5T7X47"
    )
    dev, developer = await install(
        accounts, Role.DEVELOPER, "developer", "应用开发者", Place(recipient=provider)
    )
    res, researcher = await install(
        accounts, Role.DEVELOPER, "researcher", "研究人员", Place(recipient=institute)
    )
    rev, reviewer = await install(accounts, Role.REVIEWER, "reviewer", "审核人", office)
    app, approver = await install(accounts, Role.APPROVER, "approver", "批准人", government)
    aud, _ = await install(accounts, Role.AUDITOR, "auditor", "审计员", office)
    reg, _ = await install(
        accounts, Role.REGISTRAR, "registrar", "学籍管理员", Place(county.school)
    )
    pup, _ = await install(
        accounts, Role.PUPIL, "pupil", "九年级学生", Place(county.school, student=county.pupil)
    )
    per, _ = await install(
        accounts, Role.PUPIL, "persona", "沙箱学生", Place(student=county.personas[0])
    )
    made = await _demo_client(house, developer, provider, app_url)
    await _research_client(house, researcher, institute)
    root = Signer.parse(files.root_key.read_text().strip())
    key_file = await enrol_approver(house, approver, files.approver_key, root)
    people = People(developer, reviewer, approver)
    filing = Filing(made.client.client_id, orgs[GOVERNMENT].division)
    await approve(house, people, filing, key_file)
    app_file = {"client_id": made.client.client_id, "client_secret": made.secret}
    write_secret(files.app, json.dumps(app_file))
    return [pup, reg, dev, res, rev, app, aud, admin, per]


async def _recipient(
    house: House, administrator: Principal, name: str, kind: str, uscc: str
) -> RecipientId:
    asked = NewRecipient(name, kind, uscc, "数据安全负责人", "data@example.cn")
    return await register_recipient(house.sharing, administrator, asked)


async def _demo_client(
    house: House, developer: Principal, recipient: RecipientId, app_url: str
) -> Registered:
    asked = Registration(name="百川学堂", sandbox=False, redirect_uris=(f"{app_url}/callback",))
    return await register_client(
        house.runtime, asked, owner=developer.account_id, recipient_id=recipient
    )


async def _research_client(
    house: House, researcher: Principal, recipient: RecipientId
) -> Registered:
    asked = Registration(
        name="教育研究数据接收", sandbox=False, grants=(GrantType.CLIENT_CREDENTIALS,)
    )
    return await register_client(
        house.runtime, asked, owner=researcher.account_id, recipient_id=recipient
    )
