"""Attacks on the edge: control characters, foreign Host headers, too much body, odd file names."""

import base64

import pytest

from server.demo.approval import SCAN
from tests.flows.acts import Wish, answers, file_request, ok
from tests.flows.world import World

MIB = 1024 * 1024
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("control", ["%00", "%0d%0a", "%1b", "%7f"])
def test_a_control_character_in_an_address_reaches_no_route(
    either_world: World, control: str
) -> None:
    browser = either_world.browser("registrar")
    for path in ("/registry/students/x{}", "/registry/import/{}", "/pupil-accounts/{}/password"):
        answer = browser.send("GET", path.format(control))
        assert answer.status_code == 400, path
        assert answer.headers["content-security-policy"]


def test_a_nul_anywhere_in_a_call_is_refused_and_never_an_error_of_the_server(
    either_world: World,
) -> None:
    http = either_world.http()
    client_id = either_world.cast.apps["app"].client_id
    basic = base64.b64encode(b"a%00b:secret").decode()
    grant = "grant_type=client_credentials"
    claims = base64.urlsafe_b64encode(b'{"sub":"a\\u0000b"}').decode().rstrip("=")
    header = base64.urlsafe_b64encode(b'{"alg":"ES256"}').decode().rstrip("=")
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assertion = f"&client_assertion_type={kind}&client_assertion={header}.{claims}.AAAA"
    calls: tuple[tuple[str, str, str, dict[str, str]], ...] = (
        ("GET", "/authorize?client_id=%00", "", {}),
        ("GET", f"/authorize?client_id={client_id}&nonce=a%00", "", {}),
        ("POST", "/authorize", "client_id=a%00", FORM),
        ("POST", "/token", grant, FORM | {"authorization": f"Basic {basic}"}),
        ("POST", "/token", grant + assertion, FORM),
        ("GET", "/share/v1/students?approval=%00", "", {}),
    )
    for method, path, content, headers in calls:
        answer = http.request(method, path, content=content, headers=headers)
        assert 400 <= answer.status_code < 500, (path, answer.text)


@pytest.mark.parametrize(
    ("who", "page", "action", "name"),
    [
        (None, "/sign-in", "/sign-in", "username"),
        ("registrar", "/registry", "/registry/search", "text"),
        ("auditor", "/audit", "/audit", "text"),
    ],
)
def test_a_nul_in_a_form_is_refused_in_words(
    either_world: World, who: str | None, page: str, action: str, name: str
) -> None:
    browser = either_world.browser(who)
    shown = browser.get(page)
    answer = browser.submit(shown, shown.form(action), {name: "a\0b"})
    assert (answer.status, "不能保存的字符" in answer.text) == (422, True), answer.text


def test_no_redirect_follows_the_host_header(world: World) -> None:
    http = world.http()
    for path in ("/me/", "/static", "/sign-in/", "/developer/data-requests/"):
        for method in ("GET", "POST"):
            answer = http.request(method, path, headers={"host": "evil.example"})
            assert "evil.example" not in answer.headers.get("location", ""), path
            assert answer.status_code in {401, 403, 404, 405}, (path, answer.status_code)


def test_a_scan_may_be_as_large_as_promised_and_nothing_else_may(world: World) -> None:
    request_id = file_request(world)
    browser = world.browser("developer")
    page = browser.get("/developer/data-requests/new")
    begun = {"client_id": world.cast.apps["app"].client_id, "division": "371323"}
    begun["purpose"] = "learning_platform_sign_in"
    form = page.form("/developer/data-requests/new")
    page = ok(browser.submit(page, form, {**begun}))
    large = SCAN + b" " * (8 * MIB - len(SCAN))
    scan = {"document_scan": ("批准文件.pdf", large, "application/pdf")}
    ok(browser.submit(page, page.form("/edit"), answers(world, Wish()), scan))
    scan = {"document_scan": ("批准文件.pdf", large + b" " * 3 * MIB, "application/pdf")}
    too_large = browser.submit(page, page.form("/edit"), answers(world, Wish()), scan)
    assert too_large.status == 413
    for path in (f"/developer/data-requests/{request_id}/submit", "/sign-in", "/audit"):
        answer = browser.send("POST", path, content="x" * (MIB + 1), headers=FORM)
        assert answer.status_code == 413, path


def test_a_hostile_file_name_breaks_neither_page_nor_header(world: World) -> None:
    browser = world.browser("developer")
    page = browser.get("/developer/data-requests/new")
    begun = {"client_id": world.cast.apps["app"].client_id, "division": "371323"}
    begun["purpose"] = "learning_platform_sign_in"
    form = page.form("/developer/data-requests/new")
    page = ok(browser.submit(page, form, {**begun}))
    name = '"><script>alert(1)</script>\r\nSet-Cookie: a=b;.pdf'
    scan = {"document_scan": (name, SCAN, "application/pdf")}
    page = ok(browser.submit(page, page.form("/edit"), answers(world, Wish()), scan))
    page = ok(browser.submit(page, page.form("/submit")))
    assert "<script>alert" not in page.html
    digest = next(
        part.partition('"')[0] for part in page.html.split("/attachments/")[1:] if "sha256" in part
    )
    answer = browser.send("GET", f"{page.url}/attachments/{digest}")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment;")
    assert not set("\r\n<>") & set(disposition)
