"""The sign-in pages as an attacker's browser sees them."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from identity.accounts.usecases.services import AccountServices
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.accounts.people import PASSWORD, WRONG, hire, make_services
from tests.identity.accounts.site import form_token, sign_in, site


@pytest.fixture
def browser(services: AccountServices) -> Iterator[TestClient]:
    asyncio.run(hire(services, Role.REVIEWER))
    asyncio.run(hire(services, Role.PUPIL))
    with site(services) as made:
        yield made


def is_signed_in(browser: TestClient) -> bool:
    return browser.get("/whoami").status_code == 200


def test_signing_in_goes_by_303_and_signing_out_ends_it(browser: TestClient) -> None:
    answer = sign_in(browser, "reviewer", target="/reviews?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/reviews?page=2")
    assert is_signed_in(browser)
    kept = browser.cookies["xueyin"]
    answer = browser.post("/sign-out", data={"csrf": form_token(browser)})
    assert answer.status_code == 303
    browser.cookies.set("xueyin", kept)
    assert not is_signed_in(browser)


def test_the_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(browser: TestClient) -> None:
    cookies = sign_in(browser, "reviewer").headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("xueyin="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Path=/" in session
    assert "Domain" not in session
    assert "Max-Age" not in session


def test_over_https_the_cookies_are_bound_to_the_host_and_secure(runtime: Runtime) -> None:
    services = make_services(runtime, https=True)
    asyncio.run(hire(services, Role.REVIEWER))
    with site(services, https=True) as browser:
        for cookie in sign_in(browser, "reviewer").headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-xueyin")
            assert "Secure" in cookie
        assert is_signed_in(browser)
    services.hasher.close()


def test_an_unknown_and_a_known_user_get_the_same_status_and_bytes(
    services: AccountServices, browser: TestClient
) -> None:
    answers = []
    for username in ("reviewer", "nobody", "reviewer", "nobody"):
        form = {"csrf": form_token(browser), "username": username, "password": WRONG, "next": "/"}
        answer = browser.post("/sign-in", data=form)
        answers.append((answer.status_code, answer.content, sorted(answer.headers)))
    assert len({repr(one) for one in answers}) == 1
    assert answers[0][0] == 401
    locked = []
    for username in ("reviewer", "nobody"):
        answers_of_one = [sign_in(browser, username, WRONG) for _ in range(4)]
        locked.append((answers_of_one[-1].status_code, answers_of_one[-1].content))
    assert locked[0] == locked[1]
    assert locked[0][0] == 429
    assert services.policy.lockout.account.attempts == 5


OUTSIDE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/%5cevil.example",
    "/%09/evil.example", "/\t/evil.example", "/%0a/evil.example", "/%2f/evil.example",
    "/%2fevil.example", "/%252fevil.example", "https:evil.example", "https://evil.example",
    "http:/evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil",
    "/.//evil.example", "/..//evil.example", "/a/../../evil", "/%2e%2e/evil", "/%00/evil", " /evil",
    "/ /evil", "/\u2028/evil", "/／evil.example", "", "?next=//evil", "/" + "a" * 9000,
]  # fmt: skip


@pytest.mark.parametrize("target", OUTSIDE)
def test_next_leads_to_a_path_of_this_site_and_nowhere_else(
    browser: TestClient, target: str
) -> None:
    assert sign_in(browser, "reviewer", target=target).headers["location"] == "/"
    shown = browser.get("/sign-in", params={"next": target}).text
    assert '<input type="hidden" name="next" value="/">' in shown


def test_next_keeps_an_authorization_request(browser: TestClient) -> None:
    target = "/authorize?client_id=c&redirect_uri=https%3A%2F%2Frp.example%2Fcb&scope=openid%20edu"
    assert sign_in(browser, "reviewer", target=target).headers["location"] == target


def test_a_session_planted_before_sign_in_is_discarded(
    services: AccountServices, browser: TestClient
) -> None:
    with site(services) as attacker:
        sign_in(attacker, "pupil")
        planted = attacker.cookies["xueyin"]
        browser.cookies.set("xueyin", planted, domain="testserver.local", path="/")
        assert is_signed_in(browser)
        sign_in(browser, "reviewer")
        assert browser.cookies["xueyin"] != planted
        assert is_signed_in(browser)
        assert not is_signed_in(attacker)


def test_two_session_cookies_at_once_count_as_none(browser: TestClient) -> None:
    sign_in(browser, "reviewer")
    good = browser.cookies["xueyin"]
    browser.cookies.clear()
    for header in (f"xueyin={good}; xueyin=planted", f"xueyin=planted; xueyin={good}"):
        assert browser.get("/whoami", headers={"cookie": header}).status_code == 401
    assert browser.get("/whoami", headers={"cookie": f"xueyin={good}"}).status_code == 200


def test_each_sign_in_gives_a_new_session_and_ends_the_old(browser: TestClient) -> None:
    sign_in(browser, "reviewer")
    first = browser.cookies["xueyin"]
    sign_in(browser, "reviewer")
    assert browser.cookies["xueyin"] != first
    browser.cookies.clear()
    browser.cookies.set("xueyin", first)
    assert not is_signed_in(browser)


def test_a_form_without_the_browsers_own_token_is_refused(
    services: AccountServices, browser: TestClient, clock: HandClock
) -> None:
    form = {"username": "reviewer", "password": PASSWORD, "next": "/"}
    assert browser.post("/sign-in", data=form).status_code == 403
    assert browser.post("/sign-in", data={**form, "csrf": ""}).status_code == 403
    with site(services) as other:
        foreign = form_token(other)
    form_token(browser)
    assert browser.post("/sign-in", data={**form, "csrf": foreign}).status_code == 403
    own = form_token(browser)
    clock.forward(hours=2)
    assert browser.post("/sign-in", data={**form, "csrf": own}).status_code == 403
    assert not is_signed_in(browser)


def test_a_token_of_before_sign_in_or_of_another_session_is_refused(
    services: AccountServices, browser: TestClient
) -> None:
    before = form_token(browser)
    sign_in(browser, "reviewer")
    with site(services) as other:
        sign_in(other, "pupil")
        foreign = form_token(other)
    for token in (before, foreign, ""):
        assert browser.post("/sign-out", data={"csrf": token}).status_code == 403
    assert is_signed_in(browser)


def test_a_form_cookie_that_is_not_ours_gives_no_token(browser: TestClient) -> None:
    browser.cookies.set("xueyin-form", "9999999999.planted.mark")
    form_token(browser)
    assert (
        browser.cookies.get("xueyin-form", domain="testserver.local") != "9999999999.planted.mark"
    )


def test_a_field_that_the_form_does_not_offer_is_refused(browser: TestClient) -> None:
    form = {"csrf": form_token(browser), "username": "reviewer", "password": PASSWORD}
    answer = browser.post("/sign-in", data={**form, "roles": "administrator"})
    assert answer.status_code == 422
    assert not is_signed_in(browser)


@pytest.mark.parametrize("field", ["username", "password"])
def test_absurdly_long_input_is_answered_quickly(browser: TestClient, field: str) -> None:
    form = {"csrf": form_token(browser), "username": "reviewer", "password": PASSWORD, "next": "/"}
    answer = browser.post("/sign-in", data={**form, field: "a" * 50_000})
    assert answer.status_code == 401


def test_what_was_typed_is_not_reflected(browser: TestClient) -> None:
    payload = '"><script>alert(1)</script>'
    answer = sign_in(browser, payload, payload, target=f"/x?{payload}")
    assert "<script>alert" not in answer.text


def test_the_form_can_be_found_by_stable_ids(browser: TestClient) -> None:
    text = browser.get("/sign-in").text
    for element in ("username", "password", "sign-in", "sign-in-form"):
        assert f'id="{element}"' in text
    assert "<script>" not in text
    assert "style=" not in text


def test_a_stranger_sees_no_page_that_needs_somebody(browser: TestClient) -> None:
    for path in (
        "/account/password",
        "/account/signing-key",
        "/admin/accounts",
        "/pupil-accounts/x",
    ):
        assert browser.get(path).status_code == 401
