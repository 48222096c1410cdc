"""Which pages are open to whom, and which fields may a form have (G1, G4, G5)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kernel.principal import Role
from kernel.runtime import Runtime
from sharing.requests.domain.request_state import State
from tests.sharing.browser import HOME, Browser, begin, fill, open_browser, submitted
from tests.sharing.request_world import REASON, World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    browser = open_browser(world.services)
    with browser.client:
        yield browser


@pytest.mark.parametrize(
    "extra", ["state", "approved_by", "recipient_id", "applicant_person", "form.phone", "scope"]
)
def test_a_field_that_the_form_does_not_have_is_refused(
    browser: Browser, world: World, extra: str
) -> None:
    identity = begin(browser.be(world.developer()), world)
    answer = fill(browser, world, identity, **{extra: "approved"})
    assert answer.status_code == 422
    assert run(world.load(identity)).version == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("extra", ["approver", "signature", "state", "person_id"])
def test_a_verdict_with_a_foreign_field_is_refused(
    browser: Browser, world: World, extra: str
) -> None:
    identity = submitted(browser.be(world.developer()), world)
    review = f"/reviews/{identity}"
    browser.be(world.reviewer())
    form = {"version": browser.version(review), "verdict": "reject", "reason": REASON, extra: "x"}
    assert browser.post(review + "/verdict", form).status_code == 422
    assert run(world.load(identity)).state is State.SUBMITTED  # type: ignore[arg-type]


def test_a_form_without_the_browsers_own_token_is_refused(browser: Browser, world: World) -> None:
    browser.be(world.developer())
    answer = browser.post(HOME + "/new", {"csrf": "other"})
    assert answer.status_code == 403


PATHS = (
    HOME + "/{id}/edit", HOME + "/{id}/check", "/data-requests/{id}", "/reviews/{id}",
    "/decisions/{id}", "/decisions/{id}/sign", "/decisions/{id}/to-sign",
    "/data-requests/{id}/attachments/{digest}", "/reviews/{id}/attachments/{digest}",
    "/decisions/{id}/attachments/{digest}",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_foreign_data_request_answers_with_the_same_bytes_as_a_missing_one(
    browser: Browser, world: World, path: str
) -> None:
    identity = submitted(browser.be(world.developer()), world)
    stored = run(world.load(identity))  # type: ignore[arg-type]
    foreign = {"id": identity, "digest": stored.agreement_digest}
    missing = {"id": "request_" + "0" * 32, "digest": stored.agreement_digest}
    role = {"r": Role.REVIEWER, "d": Role.APPROVER}.get(path[1], Role.DEVELOPER)
    role = Role.APPROVER if path.startswith("/decisions") else role
    role = Role.DEVELOPER if path.startswith(("/data-", "/developer")) else role
    other = world.person(
        "other_county" if role is Role.REVIEWER else "gov_other", role,
        recipient="recipient_" + "e" * 32 if role is Role.DEVELOPER else None,  # type: ignore[arg-type]
    )  # fmt: skip
    first, second = (browser.be(other).get(path.format(**ids)) for ids in (foreign, missing))
    assert first.status_code == second.status_code == 404
    assert first.content == second.content


ROUTES = (
    HOME, HOME + "/new", "/reviews", "/decisions", "/switches", "/recipients", "/delegations",
)  # fmt: skip
OPEN_TO = {
    HOME: {Role.DEVELOPER}, HOME + "/new": {Role.DEVELOPER}, "/reviews": {Role.REVIEWER},
    "/decisions": {Role.APPROVER}, "/switches": {Role.ADMINISTRATOR, Role.APPROVER},
    "/recipients": {Role.ADMINISTRATOR}, "/delegations": {Role.REVIEWER, Role.APPROVER},
}  # fmt: skip


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("role", list(Role))
def test_each_page_is_open_to_its_roles_only(
    browser: Browser, world: World, path: str, role: Role
) -> None:
    caller = world.person(
        "gov_county", role, recipient=world.recipient if role is Role.DEVELOPER else None
    )
    expected = 200 if role in OPEN_TO[path] else 403
    assert browser.be(caller).get(path).status_code == expected


@pytest.mark.parametrize("path", ROUTES)
def test_nobody_sees_a_page_without_signing_in(browser: Browser, path: str) -> None:
    assert browser.be(None).get(path).status_code == 401


STRANGE = ("%00", "request_%00", "x" * 300, "request_" + "G" * 32, "..%2f..", "%F0%9F%92%A9")


WAYS = (
    ("get", "/data-requests/{}"), ("get", HOME + "/{}/edit"), ("post", HOME + "/{}/submit"),
    ("get", "/reviews/{}"), ("post", "/reviews/{}/verdict"), ("get", "/decisions/{}/to-sign"),
    ("post", "/decisions/{}/sign"), ("post", "/approvals/{}/revoke"),
    ("post", "/switches/{}/lift"), ("post", "/delegations/{}/end"),
)  # fmt: skip


def test_an_identifier_that_is_none_is_missing_on_both_databases(either_runtime: Runtime) -> None:
    world = run(build(either_runtime))
    browser = open_browser(world.services)
    who = world.person("gov_county", Role.APPROVER, Role.REVIEWER, Role.DEVELOPER)
    browser.be(replace(who, recipient_id=world.recipient))
    with browser.client:
        for method, path in WAYS:
            for strange in STRANGE:
                address = path.format(strange)
                form = {"reason": REASON} if path.endswith("revoke") else {}
                get = method == "get"
                answer = browser.get(address) if get else browser.post(address, form)
                assert answer.status_code == 404, address


def test_a_draft_changed_in_a_second_tab_keeps_what_was_typed_in_the_first(
    browser: Browser, world: World
) -> None:
    identity = begin(browser.be(world.developer()), world)
    path = f"{HOME}/{identity}/edit"
    old = browser.version(path)
    assert fill(browser, world, identity).status_code == 303
    answer = browser.post(path, world.form(agreement="第一个标签页里写的协议") | {"version": old})
    assert answer.status_code == 422
    assert "第一个标签页里写的协议" in answer.text
    assert "申请已被他人办理或修改" in answer.text


def test_a_submitted_data_request_has_no_form_any_more(browser: Browser, world: World) -> None:
    identity = submitted(browser.be(world.developer()), world)
    for page in ("edit", "check"):
        answer = browser.get(f"{HOME}/{identity}/{page}")
        assert (answer.status_code, answer.headers["location"]) == (
            303, f"/data-requests/{identity}",
        )  # fmt: skip
