"""The registrar's pages: a list, a reason, a record; elsewhere is the same as nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import XueyinError
from kernel.ids import StudentId
from kernel.principal import Principal, Role
from registry.usecases.services import RegistryServices
from registry.web import students
from server.pages import renderer
from tests.registry.county import County, citizen

REASON = "家长申请核对联系电话"


class Calling:
    """Stands in for the composition root: who is calling, and the form token."""

    def __init__(self, app: ASGIApp, who: dict[str, Principal | None]) -> None:
        self.app, self.who = app, who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state.update(principal=self.who.get("principal"), csrf="token")
        await self.app(scope, receive, send)


@dataclass
class Browser:
    """A client whose principal is set by hand."""

    land: County
    client: TestClient
    who: dict[str, Principal | None] = field(default_factory=dict)

    def be(self, principal: Principal | None) -> "Browser":
        self.who["principal"] = principal
        return self

    def post(self, path: str, **form: str) -> httpx2.Response:
        return self.client.post(path, data={"csrf": "token", **form}, follow_redirects=False)

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)


async def refusal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, XueyinError):
        raise error
    return JSONResponse(error.as_dict(), error.status)


@pytest.fixture
def browser(land: County) -> Iterator[Browser]:
    app = FastAPI(exception_handlers={XueyinError: refusal})
    app.include_router(students.router)
    app.state.registry = RegistryServices(land.runtime)
    app.state.pages = renderer(demo=False)
    who: dict[str, Principal | None] = {}
    with TestClient(Calling(app, who)) as client:
        yield Browser(land, client, who).be(land.registrar("school"))


def test_the_roster_lists_the_own_school_with_masked_numbers(browser: Browser) -> None:
    student_id = browser.land.pupil(document_number=citizen())
    browser.land.pupil("sibling", document_number=None, name="邻校学生")
    answer = browser.get("/registry")
    assert answer.status_code == 200
    assert f'href="/registry/students/{student_id}"' in answer.text
    assert "G3***************10" in answer.text
    assert citizen() not in answer.text
    assert "邻校学生" not in answer.text


def test_a_search_is_posted_so_that_no_name_stands_in_an_address(browser: Browser) -> None:
    browser.land.pupil(document_number=citizen())
    found = browser.post("/registry/search", text=citizen())
    assert "欧阳晓明" in found.text
    nothing = browser.post("/registry/search", text="没有这个人", grade="06", page="x")
    assert nothing.status_code == 200
    assert "没有符合条件的学生" in nothing.text
    assert browser.client.post("/registry/search", data={"text": "x"}).status_code == 403


def test_an_authority_chooses_among_its_schools(browser: Browser) -> None:
    browser.land.pupil("sibling", document_number=None)
    browser.be(browser.land.registrar("county"))
    sibling = browser.land.orgs["sibling"]
    answer = browser.post("/registry/search", school_id=sibling.id)
    assert f'<option value="{sibling.id}" selected>' in answer.text
    assert "共 1 名学生" in answer.text


def test_the_record_is_shown_after_a_reason_and_not_before(browser: Browser) -> None:
    student_id = browser.land.pupil(document_number=citizen())
    asked = browser.get(f"/registry/students/{student_id}")
    assert asked.status_code == 200
    assert "欧阳晓明" not in asked.text
    shown = browser.post(f"/registry/students/{student_id}", reason=REASON)
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    for text in (citizen(), "13955512345", "泉城路粮油店", "2015年9月1日", "2021年9月", "汉族"):
        assert text in shown.text


def test_a_poor_reason_is_asked_again_with_what_was_typed(browser: Browser) -> None:
    student_id = browser.land.pupil()
    answer = browser.post(f"/registry/students/{student_id}", reason="<b>")
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert "&lt;b&gt;</textarea>" in answer.text
    assert "13955512345" not in answer.text


def test_a_pupil_of_elsewhere_looks_like_no_pupil_at_all(browser: Browser) -> None:
    foreign = browser.land.pupil("sibling")
    for method in (browser.get, lambda path: browser.post(path, reason=REASON)):
        there = method(f"/registry/students/{foreign}")
        nowhere = method(f"/registry/students/{StudentId('student_none')}")
        assert there.status_code == nowhere.status_code == 404
        assert there.json() == nowhere.json()


def test_a_status_change_leads_back_to_the_reason(browser: Browser) -> None:
    student_id = browser.land.pupil()
    path = f"/registry/students/{student_id}/status"
    answer = browser.post(path, status="02", reason="因病申请休学一年")
    assert answer.status_code == 303
    assert "学籍状态已变更" in browser.get(answer.headers["location"]).text
    assert browser.post(path, status="01", reason="因病申请休学一年").status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REGISTRAR])
def test_every_page_is_for_registrars_only(browser: Browser, role: Role) -> None:
    student_id = browser.land.pupil()
    browser.be(browser.land.caller(role, "school", student_id))
    assert browser.get("/registry").status_code == 403
    assert browser.get(f"/registry/students/{student_id}").status_code == 403
    assert browser.post("/registry/search").status_code == 403
    assert browser.post(f"/registry/students/{student_id}", reason=REASON).status_code == 403
    assert browser.post(f"/registry/students/{student_id}/status").status_code == 403


def test_a_stranger_is_asked_to_sign_in(browser: Browser) -> None:
    browser.be(None)
    assert browser.get("/registry").status_code == 401
    assert browser.get("/registry/students/x").status_code == 401


def test_forms_without_the_browsers_token_are_refused(browser: Browser) -> None:
    student_id = browser.land.pupil()
    for path in (f"/registry/students/{student_id}", f"/registry/students/{student_id}/status"):
        answer = browser.client.post(path, data={"reason": REASON, "csrf": "forged"})
        assert answer.status_code == 403
