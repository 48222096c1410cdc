"""Every route by every role and from every place equals the declared policy (goals 9 and 11)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest

from tests.attacks.policy import USERS, allowed, user_of
from tests.flows.fixtures import Seeded, sqlite_world
from tests.sweep.calls import TABLE, How
from tests.sweep.setting import Setting, furnish
from tests.sweep.sweeping import Caller, filled, routes

NOBODY = "0" * 31 + "f"
TRACE = re.compile(rb"[0-9a-f]{16}(?![0-9a-f])")


@pytest.fixture(scope="module")
def setting(seeded_sqlite: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with sqlite_world(seeded_sqlite, tmp_path_factory.mktemp("matrix")) as world:
        yield furnish(world)


def ask(setting: Setting, caller: Caller, route: str, form: dict[str, str] | None = None) -> httpx2.Response:  # fmt: skip # noqa: E501
    """Call a route with identifiers that exist, in its first spelling."""
    method, _, path = route.partition(" ")
    how = TABLE.get(route, How())
    url, body = next(filled(setting, path + how.queries[0], how.forms[0] if form is None else form))
    return caller.call(method, url, body)


def test_the_policy_speaks_of_every_route(setting: Setting) -> None:
    for route in routes(setting.world.application):
        allowed(route)


def test_no_role_can_do_anothers_act(setting: Setting) -> None:
    wrong = []
    for role, name in USERS.items():
        caller = Caller(setting, name)
        for route in sorted(TABLE):
            roles = allowed(route)
            if roles is None or role in roles:
                continue
            status = ask(setting, caller, route).status_code
            expected = {401} if "/share/" in route else {403}
            if status not in expected:
                wrong.append((role.value, route, status))
    assert not wrong


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(setting: Setting) -> None:
    wrong = []
    caller = Caller(setting, "anonymous")
    for route in sorted(TABLE):
        if allowed(route) is None:
            continue
        answer = ask(setting, caller, route)
        if route.startswith("GET") and "/share/" not in route:
            location = answer.headers.get("location", "")
            if answer.status_code != 303 or not location.startswith("/sign-in?next="):
                wrong.append((route, answer.status_code, location))
        elif answer.status_code not in ({401} if "/share/" in route else {401, 403}):
            wrong.append((route, answer.status_code, ""))
    assert not wrong


def test_a_programs_token_opens_no_page_and_a_session_no_interface(setting: Setting) -> None:
    program = Caller(setting, "program")
    for route in sorted(TABLE):
        roles = allowed(route)
        if roles is not None and "/share/" not in route:
            assert ask(setting, program, route).status_code in {303, 401, 403}, route
    assert ask(setting, Caller(setting, "developer"), "GET /share/v1/students").status_code == 401


@dataclass(frozen=True, slots=True)
class Reach:
    """A thing of the county's middle school or its county: who sees it, who must not know of it.

    `path` holds `{}` for the thing's identifier.
    """

    path: str
    kind: str
    sees: tuple[str, ...]
    blind: tuple[str, ...]


REGISTRARS_BLIND = ("sibling_registrar", "other_registrar", "other_county_registrar")
ABOVE = ("county_registrar", "city_registrar", "province_registrar")
REACHES = (
    Reach("/registry/students/{}", "student_id", ("registrar", *ABOVE), REGISTRARS_BLIND),
    Reach("/pupil-accounts/{}", "student_id", ("registrar",), (*REGISTRARS_BLIND, *ABOVE)),
    Reach("/registry/import/{}", "import_id", ("registrar",), REGISTRARS_BLIND),
    Reach("/registry/import/{}/progress", "import_id", ("registrar",), REGISTRARS_BLIND),
    Reach("/registry/import/{}/faulty.xlsx", "import_id", ("registrar",), REGISTRARS_BLIND),
    Reach("/reviews/{}", "request_id", ("reviewer",), ("other_reviewer",)),
    Reach("/decisions/{}", "request_id", ("approver",), ("other_approver",)),
    Reach("/decisions/{}/to-sign", "pending", ("approver",), ("other_approver",)),
    Reach("/decisions/{}/sign", "pending", ("approver",), ("other_approver",)),
    Reach("/data-requests/{}", "request_id", ("developer",), ("researcher",)),
    Reach("/developer/data-requests/{}/edit", "request_id", ("developer",), ("researcher",)),
    Reach("/developer/data-requests/{}/check", "request_id", ("developer",), ("researcher",)),
    Reach("/developer/clients/{}", "client_id", ("developer",), ("researcher",)),
    Reach("/developer/clients/{}/refusals", "client_id", ("developer",), ("researcher",)),
)


def thing(setting: Setting, kind: str) -> str:
    return setting.ids["request_id"][2] if kind == "pending" else setting.ids[kind][0]


def nothing(identity: str) -> str:
    """Return an identifier of the same form that stands for nothing."""
    return identity.rpartition("_")[0] + "_" + NOBODY


def plain(answer: httpx2.Response, identity: str) -> tuple[int, bytes]:
    """Return what the caller can tell from an answer: trace numbers and the asked id taken out."""
    return answer.status_code, TRACE.sub(b"", answer.content.replace(identity.encode(), b""))


@pytest.mark.parametrize("reach", REACHES, ids=lambda reach: reach.path)
def test_what_is_elsewhere_is_not_there(setting: Setting, reach: Reach) -> None:
    own = thing(setting, reach.kind)
    for name in reach.sees:
        status = Caller(setting, name).call("GET", reach.path.format(own), {}).status_code
        assert status in {200, 303, 409}, (name, status)
    for name in reach.blind:
        caller = Caller(setting, name)
        foreign = caller.call("GET", reach.path.format(own), {})
        missing = caller.call("GET", reach.path.format(nothing(own)), {})
        assert foreign.status_code == 404, name
        assert plain(foreign, own) == plain(missing, nothing(own)), name


ACTS = (
    ("POST /registry/students/{student_id}", REGISTRARS_BLIND),
    ("POST /registry/students/{student_id}/status", REGISTRARS_BLIND),
    ("POST /pupil-accounts/{student_id}", REGISTRARS_BLIND),
    ("POST /pupil-accounts/{student_id}/password", REGISTRARS_BLIND),
    ("POST /registry/import/{import_id}/commit", REGISTRARS_BLIND),
    ("POST /reviews/{request_id}/preview", ("other_reviewer",)),
    ("POST /reviews/{request_id}/verdict", ("other_reviewer",)),
    ("POST /reviews/{request_id}/interest", ("other_reviewer",)),
    ("POST /decisions/{request_id}/preview", ("other_approver",)),
    ("POST /decisions/{request_id}/verdict", ("other_approver",)),
    ("POST /decisions/{request_id}/prepare", ("other_approver",)),
    ("POST /decisions/{request_id}/sign", ("other_approver",)),
    ("POST /data-requests/{data_request_id}/release", ("researcher",)),
    ("POST /developer/data-requests/{request_id}/edit", ("researcher",)),
    ("POST /developer/data-requests/{request_id}/submit", ("researcher",)),
    ("POST /developer/data-requests/{request_id}/withdraw", ("researcher",)),
    ("POST /developer/clients/{client_id}/secret", ("researcher",)),
    ("POST /developer/clients/{client_id}/state", ("researcher",)),
)


@pytest.mark.parametrize(("route", "blind"), ACTS, ids=[route for route, _ in ACTS])
def test_nobody_acts_on_what_is_elsewhere(
    setting: Setting, route: str, blind: tuple[str, ...]
) -> None:
    for name in blind:
        assert ask(setting, Caller(setting, name), route).status_code == 404, name


def test_lists_do_not_change_by_what_is_elsewhere(setting: Setting) -> None:
    """Counts and pages of the other county's registrar know nothing of this county (G3)."""
    for name in ("other_registrar", "sibling_registrar", "other_reviewer", "other_approver"):
        for route in ("GET /registry", "GET /reviews", "GET /decisions", "GET /registry/import"):
            if USERS[min(allowed(route) or ())] not in name:
                continue
            html = ask(setting, Caller(setting, name), route).text
            assert not any(one in html for one in setting.ids["request_id"])
            assert setting.ids["import_id"][0] not in html
            assert setting.students[0] not in html


FORMLESS = ("POST /token", "POST /userinfo", "POST /authorize")


def test_a_field_that_no_form_has_is_refused(setting: Setting) -> None:
    """Mass assignment (G5, CWE-915): unknown fields are 422, and change nothing."""
    wrong = []
    for route in sorted(TABLE):
        if not route.startswith("POST") or route in FORMLESS:
            continue
        caller = Caller(setting, user_of(route))
        form = TABLE[route].forms[0]
        for extra in ("approved_by", "role", "status_code"):
            status = ask(setting, caller, route, {**form, extra: "administrator"}).status_code
            if status != 422:
                wrong.append((route, extra, status))
                break
    assert not wrong


def test_no_form_is_taken_without_the_browsers_own_token(setting: Setting) -> None:
    """CSRF (check 21): none, another session's, and a body of text that looks like JSON."""
    wrong = []
    stranger = Caller(setting, "other_auditor").csrf
    for route in sorted(TABLE):
        if not route.startswith("POST") or route in FORMLESS:
            continue
        caller = Caller(setting, user_of(route))
        for token in ("", stranger, "x"):
            caller.csrf = token
            status = ask(setting, caller, route).status_code
            if status != 403:
                wrong.append((route, token, status))
    assert not wrong
