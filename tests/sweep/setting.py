"""A house in which everything has happened once, to two pupils made of canaries."""

import re
import time
from dataclasses import dataclass, field

import sqlalchemy as sa

from kernel.ids import StudentId
from kernel.principal import Role
from registry.domain.fields import IMPORTED_FIELDS
from registry.synthetic.form import AT, TITLES, printed
from server.demo.people import Place
from server.story.browser import Browser
from tests.flows import acts
from tests.flows.acts import RESEARCH, RelyingParty, Wish
from tests.flows.cast import MIDDLE, OTHER_SCHOOL, enter, hire
from tests.flows.world import World
from tests.sweep.canaries import Canary, Nose, plant

SIGN_IN = Wish(
    fields={"name": "mask:name", "school_name": "keep", "grade": "keep", "class_name": "keep"},
    deliveries=("claims", "record_api"),
)  # fmt: skip
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Setting:
    """The world, its canaries, and every identifier that a caller could have come by."""

    world: World
    canaries: list[Canary]
    students: dict[int, StudentId]
    nose: Nose
    ids: dict[str, list[str]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def furnish(world: World) -> Setting:
    """Plant the pupils and play every part once."""
    canaries = [plant(number) for number in range(3)]
    students = {}
    for number, school in enumerate((MIDDLE, OTHER_SCHOOL)):
        students[number] = world.loop.run(
            enter(
                world.house, world.cast.orgs[school], canaries[number].values,
                student_id=f"student_{number:032x}",  # the first of every list and sample
            )
        )  # fmt: skip
        place = Place(student=students[number])
        world.loop.run(hire(world.house, world.cast, f"canary{number}", Role.PUPIL, place))
    setting = Setting(world, canaries, students, Nose(canaries))
    _play(setting)
    return setting


def _play(setting: Setting) -> None:
    world, ids = setting.world, setting.ids
    signed_in, approval = acts.approve(world, SIGN_IN)
    research, table = acts.approve(world, RESEARCH)
    waiting = acts.file_request(world, SIGN_IN)
    acts.review(world, waiting)
    acts.prepare(world, waiting)
    fresh = acts.file_request(world, SIGN_IN)
    app = RelyingParty(world, world.cast.apps["app"])
    for name in ("canary0", "pupil"):
        assert isinstance(app.sign_in(name), dict)
    setting.tokens["user_token"] = app.sign_in_token("canary0")
    setting.tokens["program"] = app.program_token()
    setting.tokens["sandbox_program"] = RelyingParty(
        world, world.cast.apps["sandbox"]
    ).program_token()
    acts.download(world, research)
    ids["request_id"] = ids["data_request_id"] = [signed_in, research, waiting, fresh]
    ids["approval_id"] = [table, approval]
    ids["student_id"] = [*setting.students.values(), world.cast.students["other_pupil"]]
    ids["client_id"] = [app.client_id for app in world.cast.apps.values()]
    ids["account_id"] = [world.cast.logins[n].account for n in ("schoolmate", "second_admin")]
    ids["import_id"] = [_upload(setting)]
    ids["digest"] = sorted(set(re.findall(r"sha256:[0-9a-f]{64}", _pages(setting))))
    ids["disclosure_id"] = _column(world, "sharing_disclosure", "id")
    ids["notice_id"] = _column(world, "sharing_notice", "id")
    ids["switch_id"] = ids["delegation_id"] = ["switch_" + "0" * 32]


def _upload(setting: Setting) -> str:
    """The registrar uploads a file with one pupil made of canaries, and a fault in it."""
    values, titles = setting.canaries[2].values, [printed(title) for title in TITLES]
    cells = [""] * len(TITLES)
    for one in IMPORTED_FIELDS:
        if one.title in AT:
            cells[AT[one.title]] = values[one.name] or ""
    cells[AT["性别"]] = "无"
    content = f"{','.join(titles)}\n{','.join(cells)}\n".encode("utf-8-sig")
    browser = setting.world.browser("registrar")
    page = acts.ok(browser.get("/registry/import"))
    upload = {"files": ("学生.csv", content, "text/csv")}
    page = acts.ok(browser.submit(page, page.form("/registry/import"), {}, upload))
    for _ in range(300):
        if "错误" in page.text:
            return page.url.rsplit("/", 1)[-1]
        time.sleep(0.1)
        page = acts.ok(browser.get(page.url))
    raise TimeoutError(page.text)


def _pages(setting: Setting) -> str:
    reviewer, approver = (setting.world.browser(name) for name in ("reviewer", "approver"))
    return "".join(
        reviewer.get(f"/reviews/{one}").html + approver.get(f"/decisions/{one}").html
        for one in setting.ids["request_id"]
    )


def _column(world: World, table: str, column: str) -> list[str]:
    found = world.loop.run(
        world.house.runtime.database.read(sa.select(sa.column(column)).select_from(sa.table(table)))
    )
    return [str(row[0]) for row in found]


def token_of(browser: Browser) -> str:
    """Return the token that the browser's forms carry, from the first page that has a form."""
    for path in ("/", "/sign-in"):
        found = CSRF.search(browser.get(path).html)
        if found:
            return found[1]
    return ""
