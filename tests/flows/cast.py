"""Who plays: a county with two schools, a second county, and one person a role in each."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa

from identity.provider.domain.client import GrantType
from identity.provider.domain.registration import Registration
from identity.provider.usecases.register_client import register_client
from kernel.ids import AccountId, ClientId, OrgId, RecipientId, StudentId, new_id
from kernel.principal import Principal, Role
from ledger.domain.note import Signer
from registry.domain.org import Level, Org, OrgKind, OrgPlan
from registry.domain.student import NewStudent
from registry.imports.usecases.files import ImportOrder, import_files
from registry.store.students import insert_students
from registry.store.tables import student
from registry.synthetic.county import County
from registry.synthetic.files import write_county
from registry.usecases.create_orgs import create_orgs
from server.demo.approval import enrol_approver
from server.demo.people import Login, Place, install
from server.wiring import House
from sharing.requests.usecases.register_recipient import NewRecipient, register_recipient

PUPILS = 120
NEIGHBOUR = "371321"
CALLBACK = "https://app.example/callback"
PRIMARY, MIDDLE = "school-2137990000", "school-3137990001"
OWN, CITY, PROVINCE = (f"education_authority-{level}" for level in ("county", "city", "province"))
GOVERNMENT = "government-county"
OTHER, OTHER_GOVERNMENT, OTHER_SCHOOL = "other", "other-government", "other-school"
SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True)
class App:
    """What the developer portal gave a client."""

    client_id: ClientId
    secret: str
    redirect_uri: str = CALLBACK


@dataclass(slots=True)
class Cast:
    """Everyone and everything by name."""

    orgs: dict[str, Org] = field(default_factory=dict)
    students: dict[str, StudentId] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)
    principals: dict[str, Principal] = field(default_factory=dict)
    recipients: dict[str, RecipientId] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)


async def furnish(house: House, folder: Path, root: Signer) -> Cast:
    """Fill an empty house, all through the use cases that the pages and commands call."""
    cast = Cast()
    await _county(house, cast, folder)
    await _pupils(house, cast)
    await _people(house, cast)
    await _apps(house, cast)
    for name in ("approver", "other_approver"):
        await enrol_approver(house, cast.principals[name], folder / f"{name}.key", root)
    return cast


async def _county(house: House, cast: Cast, folder: Path) -> None:
    silent: Callable[[int, int, str], None] = lambda _done, _total, _phase: None  # noqa: E731
    paths = write_county(County(pupils=PUPILS, schools=2), folder / "county", silent)
    nodes = json.loads((folder / "county" / "orgs.json").read_text(encoding="utf-8"))
    plans = [
        OrgPlan(
            node["key"], OrgKind(node["kind"]), Level(node["level"]), node["name"],
            node["division"], node["parent"], node["code"],
        )
        for node in nodes
    ]  # fmt: skip
    authority, government, school = (
        OrgKind.EDUCATION_AUTHORITY, OrgKind.GOVERNMENT, OrgKind.SCHOOL,
    )  # fmt: skip
    plans += [
        OrgPlan(SANDBOX, school, Level.SCHOOL, "沙箱学校", "", OWN, "2137999999"),
        OrgPlan(OTHER, authority, Level.COUNTY, "沂南县教育局", NEIGHBOUR, CITY),
        OrgPlan(
            OTHER_GOVERNMENT, government, Level.COUNTY, "沂南县人民政府", NEIGHBOUR,
            "government-city",
        ),
        OrgPlan(OTHER_SCHOOL, school, Level.SCHOOL, "沂南县远山初级中学", "", OTHER, "3137988888"),
    ]  # fmt: skip
    cast.orgs = dict(await create_orgs(house.runtime, plans))
    order = ImportOrder(cast.orgs[OWN].id, AccountId("operator"), tuple(paths), commit=True)
    report = await import_files(house.runtime, order, silent)
    assert report.tally.clean == PUPILS, report.tally


async def _pupils(house: House, cast: Cast) -> None:
    rows = await house.runtime.database.read(
        sa.select(student.c.id, student.c.birth_date, student.c.grade).order_by(student.c.id)
    )
    grown = [row.id for row in rows if row.grade == "09" and row.birth_date < "20120101"]
    cast.students["pupil"], cast.students["schoolmate"] = map(StudentId, grown[:2])
    cast.students["child"] = next(StudentId(row.id) for row in rows if row.grade == "02")
    for name, key, synthetic in (
        ("other_pupil", OTHER_SCHOOL, False), ("persona", SANDBOX, True),
    ):  # fmt: skip
        cast.students[name] = await enter(
            house, cast.orgs[key], {"name": "隆小山"}, synthetic=synthetic
        )


async def enter(
    house: House, school: Org, values: Mapping[str, str | None], *, synthetic: bool = False,
    student_id: str = "",
) -> StudentId:  # fmt: skip
    """Put one pupil of fifteen into a school."""
    plain: dict[str, str | None] = {
        "name": "平小安", "sex": "1", "grade": "09", "birth_date": "20110401",
        "class_name": "1班", "enrolment_month": "202409", "nationality": "CHN",
        "document_type": "1", "ethnicity": "01",
    }  # fmt: skip
    runtime = house.runtime
    new = NewStudent(
        StudentId(student_id or new_id("student", runtime.entropy)), OrgId(school.id),
        school.division,
        {**plain, **values}, synthetic=synthetic,
    )  # fmt: skip
    await runtime.database.write(
        lambda connection: insert_students(
            connection, runtime.keyring, runtime.entropy, [new], runtime.clock()
        )
    )
    return new.id


async def _people(house: House, cast: Cast) -> None:
    orgs = cast.orgs
    await hire(house, cast, "admin", Role.ADMINISTRATOR, Place(orgs[OWN].id))
    await hire(house, cast, "second_admin", Role.ADMINISTRATOR, Place(orgs[OWN].id))
    for name, kind, uscc in (
        ("百川学堂科技有限公司", "app_provider", "91371323MA3EXAMP98"),
        ("沂水教育研究所", "research_institute", "12371323MB2K5T7X47"),
    ):
        asked = NewRecipient(name, kind, uscc, "数据安全负责人", "data@example.cn")
        found = await register_recipient(house.sharing, cast.principals["admin"], asked)
        cast.recipients[kind] = found
    provider, institute = cast.recipients["app_provider"], cast.recipients["research_institute"]
    for name, role, place in (
        ("developer", Role.DEVELOPER, Place(recipient=provider)),
        ("researcher", Role.DEVELOPER, Place(recipient=institute)),
        ("reviewer", Role.REVIEWER, Place(orgs[OWN].id)),
        ("approver", Role.APPROVER, Place(orgs[GOVERNMENT].id)),
        ("auditor", Role.AUDITOR, Place(orgs[OWN].id)),
        ("registrar", Role.REGISTRAR, Place(orgs[MIDDLE].id)),
        ("sibling_registrar", Role.REGISTRAR, Place(orgs[PRIMARY].id)),
        ("county_registrar", Role.REGISTRAR, Place(orgs[OWN].id)),
        ("city_registrar", Role.REGISTRAR, Place(orgs[CITY].id)),
        ("province_registrar", Role.REGISTRAR, Place(orgs[PROVINCE].id)),
        ("other_registrar", Role.REGISTRAR, Place(orgs[OTHER_SCHOOL].id)),
        ("other_county_registrar", Role.REGISTRAR, Place(orgs[OTHER].id)),
        ("other_reviewer", Role.REVIEWER, Place(orgs[OTHER].id)),
        ("other_approver", Role.APPROVER, Place(orgs[OTHER_GOVERNMENT].id)),
        ("other_auditor", Role.AUDITOR, Place(orgs[OTHER].id)),
    ):
        await hire(house, cast, name, role, place)
    for name in ("pupil", "schoolmate", "child", "other_pupil", "persona"):
        await hire(house, cast, name, Role.PUPIL, Place(student=cast.students[name]))


async def hire(house: House, cast: Cast, name: str, role: Role, place: Place) -> None:
    """Make an account; the cast knows it by its user name."""
    login, principal = await install(house.accounts, role, name, _title(name), place)
    cast.logins[name], cast.principals[name] = login, principal


def _title(name: str) -> str:
    return f"办事员{sum(name.encode()) % 997}号"


async def _apps(house: House, cast: Cast) -> None:
    provider, institute = cast.recipients["app_provider"], cast.recipients["research_institute"]
    records = Registration("研究数据接收", sandbox=False, grants=(GrantType.CLIENT_CREDENTIALS,))
    signing_in = Registration("百川学堂", sandbox=False, redirect_uris=(CALLBACK,))
    for name, owner, recipient, asked in (
        ("app", "developer", provider, signing_in),
        ("sandbox", "developer", provider, replace(signing_in, name="百川沙箱", sandbox=True)),
        ("institute", "researcher", institute, records),
    ):
        made = await register_client(
            house.runtime, asked, owner=cast.principals[owner].account_id, recipient_id=recipient
        )
        cast.apps[name] = App(made.client.client_id, made.secret)
