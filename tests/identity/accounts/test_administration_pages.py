"""The pages of administrators and registrars, as a browser sees them."""

import asyncio

import pytest
from starlette.testclient import TestClient

from identity.accounts.domain.account import AccountState
from identity.accounts.usecases.services import AccountServices
from kernel.principal import Role
from tests.identity.accounts.people import (
    BUREAU,
    hire,
)
from tests.identity.accounts.site import form_token, sign_in, site

STAFF = [role for role in Role if role not in {Role.CLIENT, Role.PUPIL}]


def administrate(browser: TestClient, **more: str) -> tuple[int, str]:
    form = {
        "csrf": form_token(browser, "/admin/accounts"), "username": "li.si",
        "display_name": "李四", "roles": "reviewer", "org_id": BUREAU, **more,
    }  # fmt: skip
    answer = browser.post("/admin/accounts", data=form)
    return answer.status_code, answer.text


def test_the_page_makes_an_account_and_shows_the_password_once(services: AccountServices) -> None:
    asyncio.run(hire(services, Role.ADMINISTRATOR))
    with site(services) as browser:
        sign_in(browser, "administrator")
        status, text = administrate(browser)
        assert status == 200
        assert 'id="issued-password"' in text
        shown = browser.get("/admin/accounts").text
        assert "li.si" in shown
        assert "本人" in shown


@pytest.mark.parametrize(
    "surplus", ["state", "person_id", "student_id", "must_change", "password_hash", "account_id"]
)
def test_mass_assignment_is_refused(services: AccountServices, surplus: str) -> None:
    asyncio.run(hire(services, Role.ADMINISTRATOR))
    with site(services) as browser:
        sign_in(browser, "administrator")
        assert administrate(browser, **{surplus: "person_x"})[0] == 422
        assert "li.si" not in browser.get("/admin/accounts").text


def test_an_unknown_role_is_a_fault_of_the_form(services: AccountServices) -> None:
    asyncio.run(hire(services, Role.ADMINISTRATOR))
    with site(services) as browser:
        sign_in(browser, "administrator")
        status, text = administrate(browser, roles="emperor")
        assert status == 422
        assert "没有这个角色" in text
        assert 'value="李四"' in text


def test_the_pages_of_one_role_are_shut_to_the_others(services: AccountServices) -> None:
    pages = {
        "/admin/accounts": Role.ADMINISTRATOR, "/account/signing-key": Role.APPROVER,
        "/pupil-accounts/student_1": Role.REGISTRAR,
    }  # fmt: skip
    for role in (*STAFF, Role.PUPIL):
        asyncio.run(hire(services, role))
    for role in (*STAFF, Role.PUPIL):
        with site(services) as browser:
            sign_in(browser, role.value)
            for path, owner in pages.items():
                assert browser.get(path).status_code == (200 if role is owner else 403)
                token = form_token(browser)
                if role is not owner:
                    assert browser.post(path, data={"csrf": token}).status_code == 403


def test_sealing_and_unsealing_by_the_page(services: AccountServices) -> None:
    asyncio.run(hire(services, Role.ADMINISTRATOR))
    person = asyncio.run(hire(services, Role.REVIEWER))
    with site(services) as browser:
        sign_in(browser, "administrator")
        for verb, state in (("seal", AccountState.SEALED), ("unseal", AccountState.ACTIVE)):
            token = form_token(browser, "/admin/accounts")
            path = f"/admin/accounts/{person.account_id}/{verb}"
            assert browser.post(path, data={"csrf": "forged"}).status_code == 403
            assert browser.post(path, data={"csrf": token}).status_code == 303
            assert browser.post(path, data={"csrf": token}).status_code == 409
            assert ("已封存" in browser.get("/admin/accounts").text) == (
                state is AccountState.SEALED
            )


def test_a_pupils_account_comes_by_the_page_of_the_registrar(services: AccountServices) -> None:
    asyncio.run(hire(services, Role.REGISTRAR))
    with site(services) as browser:
        sign_in(browser, "registrar")
        path = "/pupil-accounts/student_1"
        assert 'id="issue-account"' in browser.get(path).text
        answer = browser.post(path, data={"csrf": form_token(browser, path)})
        assert 'id="issued-password"' in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert 'id="reissue-password"' in browser.get(path).text
        answer = browser.post(path + "/password", data={"csrf": form_token(browser, path)})
        assert 'id="issued-password"' in answer.text
        assert browser.get("/pupil-accounts/student_2").status_code == 404
