"""Call every route as everybody, smell every answer, and ask what accounts for what was smelled."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts

from identity.provider.web import protocol
from registry.store.accesses import pupil_tag
from registry.store.tables import access
from server.app import Application
from sharing.door.store import release_tables
from tests.flows.world import World
from tests.sweep.calls import ACT, How
from tests.sweep.canaries import SPOKEN, Found
from tests.sweep.setting import SIGN_IN, Setting, token_of

PLACE = re.compile(r"\{([a-z_]+)\}")
SAME = {"document_number": {"document_number", "student_number"}}
"""A formal number is the ID number with a letter before it: either field accounts for it."""
VOCABULARY = "GET /registry/import/template.xlsx"
"""It prints the code tables, the same for everybody: their words say nothing of a pupil there."""
STAFF = (
    "registrar", "sibling_registrar", "county_registrar", "other_registrar", "developer",
    "researcher", "reviewer", "other_reviewer", "approver", "other_approver", "auditor",
    "other_auditor", "admin",
)  # fmt: skip
OWN_SAMPLE = "GET /authorize"
"""The notice shows to the pupil, and to nobody else, what would leave of the own record."""
UPLOADERS = ("registrar", "county_registrar")
"""Who sees the registrar's upload: the school it is of, and the authority above it."""
PUPILS = ("canary0", "canary1", "schoolmate")
PROGRAMS = ("user_token", "program", "sandbox_program")


@dataclass(frozen=True, slots=True)
class Leak:
    """A canary in an answer that nothing accounts for."""

    caller: str
    call: str
    found: Found
    status: int


def routes(application: Application) -> set[str]:
    """Return every route of the house as `METHOD /path`, static files excepted."""
    assert application.house is not None
    known = {
        f"{method} {route.path}"
        for route in iter_route_contexts(application.pages.routes)
        for method in route.methods or ()
        if method != "HEAD"
    }
    lean = protocol.routes(application.house.provider)
    methods = {"/token": ["POST"], "/userinfo": ["GET", "POST"]}
    return known | {f"{method} {path}" for path in lean for method in methods.get(path, ["GET"])}


class Caller:
    """Somebody with a way to call: a signed-in browser, a bare client, or a program's token."""

    def __init__(self, setting: Setting, name: str) -> None:
        self.name, self._setting = name, setting
        self.headers: dict[str, str] = {"Accept": "text/html,*/*"}
        if name in setting.tokens:
            self.headers["Authorization"] = f"Bearer {setting.tokens[name]}"
            self.browser, self.csrf = None, ""
        else:
            self.browser = setting.world.browser(None if name == "anonymous" else name)
            self.csrf = token_of(self.browser)

    def call(self, method: str, url: str, form: Mapping[str, str]) -> httpx2.Response:
        """Send it; a form goes with the browser's own token."""
        body = urlencode({"csrf": self.csrf, **form}) if method == "POST" else ""
        headers = dict(self.headers)
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.browser is not None:
            return self.browser.send(method, url, content=body, headers=headers)
        with self._setting.world.http() as client:
            return client.request(method, url, content=body, headers=headers)


def everybody(setting: Setting) -> Iterator[str]:
    yield from ("anonymous", *PUPILS, *STAFF, *setting.tokens)


def sweep(setting: Setting, table: Mapping[str, How], callers: tuple[str, ...] = ()) -> list[Leak]:
    """Return every leak; the calls are made in the order in which they do least harm."""
    leaks: list[Leak] = []
    for when in range(3):
        for name in callers or tuple(everybody(setting)):
            caller = Caller(setting, name)
            for route, how in table.items():
                if how.when == when:
                    leaks += _route(setting, caller, route, how)
    return leaks


def _route(setting: Setting, caller: Caller, route: str, how: How) -> Iterator[Leak]:
    method, _, path = route.partition(" ")
    for query in how.queries:
        for form in how.forms if method == "POST" else ({},):
            for url, body in filled(setting, path + query, form):
                if how.when >= ACT and "/sign-out" in url:
                    caller = Caller(setting, caller.name)
                yield from _one(setting, caller, method, url, body)


def _one(
    setting: Setting, caller: Caller, method: str, url: str, form: dict[str, str]
) -> Iterator[Leak]:
    before = _accounts(setting)
    answer = caller.call(method, url, form)
    told = f"{url} {' '.join(form.values())}".encode()
    headers = str(answer.headers.multi_items()).encode()
    found = setting.nose.smell(answer.content, told=told) | setting.nose.smell(headers, told=told)
    if not found:
        return
    after = _accounts(setting)
    for one in sorted(found, key=str):
        call = f"{method} {url} {form}"
        if not _accounted(setting, (caller.name, call), one, before, after):
            yield Leak(caller.name, call, one, answer.status_code)


def _accounted(
    setting: Setting, made: tuple[str, str], found: Found, before: "Accounts", after: "Accounts"
) -> bool:
    caller, call = made
    if call.startswith(VOCABULARY) and found.field in SPOKEN:
        return True
    if found.canary not in setting.students:  # from a file that the registrar uploaded
        return caller in UPLOADERS
    if call.startswith(OWN_SAMPLE) and caller == f"canary{found.canary}":
        return found.field in SIGN_IN.fields and SIGN_IN.fields[found.field] == "keep"
    names = SAME.get(found.field, {found.field})
    tag = pupil_tag(setting.world.house.runtime.keyring, setting.students[found.canary])
    looked = any(
        row["allowed"] and names & set(row["fields"])
        for key, row in after.looks.items()
        if key not in before.looks and row["tag"] == tag
    )
    disclosed = any(
        after.forms(disclosure).get(found.field, [""])[0] == "keep"
        for (owner, disclosure), times in after.disclosed.items()
        if owner == tag and before.disclosed.get((owner, disclosure)) != times
    )
    return looked or disclosed


@dataclass(frozen=True, slots=True)
class Accounts:
    """What is on record of the canaries: looks by id, disclosures with how often each was cited."""

    world: World
    looks: dict[str, dict[str, Any]]
    disclosed: dict[tuple[bytes, str], int]

    def forms(self, disclosure_id: str) -> dict[str, list[str]]:
        """Return form and approval of each field that left."""
        table = release_tables.disclosure
        rows = rows_of(self.world, sa.select(table.c.forms).where(table.c.id == disclosure_id))
        forms: dict[str, list[str]] = rows[0].forms
        return forms


def _accounts(setting: Setting) -> Accounts:
    world = setting.world
    tags = [pupil_tag(world.house.runtime.keyring, one) for one in setting.students.values()]
    looks = rows_of(world, sa.select(access).where(access.c.student_tag.in_(tags)))
    pupils = release_tables.disclosure_pupil
    disclosed = rows_of(world, sa.select(pupils).where(pupils.c.pupil_tag.in_(tags)))
    return Accounts(
        world,
        {row.id: {"tag": row.student_tag, **row._asdict()} for row in looks},
        {(row.pupil_tag, row.disclosure_id): row.times for row in disclosed},
    )


def rows_of(world: World, statement: sa.Select[Any]) -> list[Any]:
    return list(world.loop.run(_rows(world, statement)))


async def _rows(world: World, statement: sa.Select[Any]) -> Any:  # noqa: ANN401  rows
    return await world.house.runtime.database.read(statement)


def filled(
    setting: Setting, url: str, form: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Put every identifier in place of its name, the same one in address and form."""
    names = sorted(set(PLACE.findall(url + " ".join(form.values()))) - {"version"})
    first = setting.canaries[0].values
    words = {
        "name": [first["name"] or ""], "surname": [(first["name"] or "")[0]],
        "document": [first["document_number"] or ""],
    }  # fmt: skip
    choices = [words.get(name) or setting.ids[name] for name in names]
    for chosen in itertools.product(*choices):
        ids = dict(zip(names, chosen, strict=True))
        request = ids.get("request_id") or ids.get("data_request_id") or ""
        if "{version}" in "".join(form.values()):
            ids["version"] = _version(setting.world, request)
        yield _put(url, ids), {name: _put(value, ids) for name, value in form.items()}


def _put(text: str, ids: Mapping[str, str]) -> str:
    return PLACE.sub(lambda found: ids[found[1]], text)


def _version(world: World, request_id: str) -> str:
    table = sa.table("sharing_data_request", sa.column("id"), sa.column("version"))
    rows = rows_of(world, sa.select(table.c.version).where(table.c.id == request_id))
    return str(rows[0][0])
