"""What holds for every exchange: headers, cookies, hosts, proxies, sizes, and silent errors."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from server.edge import LARGEST_BODY
from tests.attacks.policy import user_of
from tests.flows.cast import CALLBACK
from tests.flows.fixtures import Seeded, sqlite_world
from tests.flows.world import ISSUER, World
from tests.sweep.calls import TABLE
from tests.sweep.setting import Setting, furnish
from tests.sweep.sweeping import Caller, filled

DETAILS = re.compile(
    r"Traceback|File \"|\.py|sqlalchemy|sqlite|psycopg|Exception|starlette|fastapi|uvicorn",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def setting(seeded_sqlite: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    with sqlite_world(seeded_sqlite, tmp_path_factory.mktemp("edge")) as world:
        yield furnish(world)


def answers(setting: Setting) -> Iterator[tuple[str, httpx2.Response]]:
    """Yield every GET route's answer to somebody who may see it and to somebody who may not."""
    for route, how in TABLE.items():
        method, _, path = route.partition(" ")
        if method != "GET":
            continue
        url, _form = next(filled(setting, path + how.queries[0], {}))
        for name in {user_of(route), "anonymous", "schoolmate"}:
            yield f"{name} {route}", Caller(setting, name).call("GET", url, {})


def test_every_answer_carries_the_protecting_headers(setting: Setting) -> None:
    pages = 0
    for what, answer in answers(setting):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", what
        assert headers["x-frame-options"] == "DENY", what
        assert headers["referrer-policy"] == "no-referrer", what
        assert "max-age=" in headers["strict-transport-security"], what
        assert "server" not in headers, what
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert "base-uri 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert re.search(r"form-action 'self'(;|$| https://app\.example)", policy), what
        if headers.get("content-type", "").startswith("text/html"):
            pages += 1
            assert headers["cache-control"] == "no-store", what
            assert "<script>" not in answer.text, what
            assert " style=" not in answer.text, what
            assert not re.search(r"<[^>]+ on[a-z]+=", answer.text), what
    assert pages > 40


def test_whatever_is_personal_is_stored_by_nobody(setting: Setting) -> None:
    """G31: everything but what is the same for all says no-store."""
    public = ("/.well-known/", "/jwks.json", "/openapi.json")
    for what, answer in answers(setting):
        if answer.status_code == 200 and not any(one in what for one in public):
            assert answer.headers["cache-control"] == "no-store", what


def test_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts(setting: Setting) -> None:
    with setting.world.http() as client:
        shown = client.get("/sign-in")
        token = re.search(r'name="csrf" value="([^"]+)"', shown.text)
        assert token is not None
        login = setting.world.cast.logins["auditor"]
        form = {
            "csrf": token[1], "username": login.username, "password": login.password, "next": "/",
        }  # fmt: skip
        entered = client.post("/sign-in", data=form)
    assert entered.status_code == 303
    cookies = [*shown.headers.get_list("set-cookie"), *entered.headers.get_list("set-cookie")]
    assert len(cookies) >= 3
    for cookie in cookies:
        name, _, rest = cookie.partition("=")
        flags = {part.strip().lower() for part in rest.split(";")}
        assert name.startswith("__Host-"), cookie
        assert {"secure", "httponly", "path=/", "samesite=lax"} <= flags, cookie
        assert not any(flag.startswith("domain") for flag in flags), cookie


FORGED = {
    "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http", "X-Forwarded-Prefix": "/evil", "Forwarded": "host=evil.example",
    "X-Original-URL": "/admin/accounts", "X-Rewrite-URL": "/admin/accounts",
    "X-HTTP-Method-Override": "DELETE", "X-Real-IP": "203.0.113.7",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/sign-in", "/.well-known/openid-configuration", "/me"])
def test_forwarded_headers_of_a_stranger_change_nothing(setting: Setting, path: str) -> None:
    with setting.world.http() as client:
        plain, forged = client.get(path), client.get(path, headers=FORGED)
    assert plain.status_code == forged.status_code
    assert "evil.example" not in forged.text + str(forged.headers)
    assert forged.headers.get("location") == plain.headers.get("location")


@pytest.mark.parametrize(
    "host", ["evil.example", "xueyin.example@evil.example", "evil.example:443"]
)
def test_a_foreign_host_name_reaches_no_link_and_no_document(setting: Setting, host: str) -> None:
    paths = ("/", "/sign-in", "/me", "/.well-known/openid-configuration", "/authorize?client_id=x")
    with setting.world.http() as client:
        for path in paths:
            answer = client.get(path, headers={"Host": host, "Accept": "text/html"})
            assert "evil" not in answer.text + str(answer.headers), path


def test_the_issuer_in_every_answer_is_the_set_one(setting: Setting) -> None:
    with setting.world.http() as client:
        found = client.get("/.well-known/openid-configuration", headers={"Host": "evil.example"})
    document = found.json()
    assert document["issuer"] == ISSUER
    assert all(
        value.startswith(ISSUER)
        for name, value in document.items()
        if name.endswith("_endpoint") or name == "jwks_uri"
    )


@pytest.mark.parametrize("path", ["/sign-in", "/token", "/userinfo", "/authorize", "/audit"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(setting: Setting, path: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with setting.world.http() as client:
        honest = client.post(path, content=b"a" * (LARGEST_BODY + 1), headers=headers)
        lying = client.post(path, headers={**headers, "Content-Length": "-1"}, content=b"")
        broken = client.post(path, headers={**headers, "Content-Length": "1e9"}, content=b"")
    assert honest.status_code == 413
    assert {lying.status_code, broken.status_code} == {413}


def test_a_body_that_hides_its_size_is_cut_off(setting: Setting) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b"a" * 65_536

    with setting.world.http() as client:
        for path in ("/sign-in", "/token"):
            answer = client.post(
                path,
                content=chunks(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            assert answer.status_code in {400, 413}, path


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_on_another_site_is_refused_at_the_edge(setting: Setting, site: str) -> None:
    with setting.world.http() as client:
        for route in TABLE:
            method, _, path = route.partition(" ")
            if method != "POST" or path in ("/token", "/userinfo", "/authorize"):
                continue
            answer = client.post(path, headers={"Sec-Fetch-Site": site})
            assert answer.status_code == 403, path
            assert "其他网站" in answer.text


STRANGE = (
    "/nothing", "/registry/students/%00", "/registry/students/..%2f..%2fetc", "/%2e%2e/etc/passwd",
    "/static/../settings.py", "/static/%2e%2e/pages.py", "/audit/disclosures/'%20OR%201=1--",
    "/registry/import/%0d%0aSet-Cookie:%20a=b", "/decisions/" + "a" * 5000,
    "/data-requests/%F0%A0%AE%B7", "/developer/clients/%ff%fe",
)  # fmt: skip


@pytest.mark.parametrize("path", STRANGE)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_is_not_there_is_answered_without_detail(
    setting: Setting, path: str, accept: str
) -> None:
    for name in ("registrar", "auditor", "anonymous"):
        caller = Caller(setting, name)
        caller.headers["Accept"] = accept
        answer = caller.call("GET", path, {})
        assert answer.status_code < 500, name
        assert not DETAILS.search(answer.text), answer.text[:400]
        assert "a=b" not in str(answer.headers)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_do_nothing_and_tell_nothing(setting: Setting, method: str) -> None:
    admin = Caller(setting, "admin")
    for route in TABLE:
        path = route.partition(" ")[2]
        url, _ = next(filled(setting, path, {}))
        answer = admin.call(method, url, {})
        assert answer.status_code in {403, 404, 405}, (method, path, answer.status_code)
        assert not DETAILS.search(answer.text), answer.text[:400]


def test_a_fault_inside_is_answered_with_a_number_only(setting: Setting) -> None:
    app = setting.world.application.pages

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("secret-detail sqlite:///somewhere")

    with setting.world.http() as client:
        answer = client.get("/fault")
    assert answer.status_code == 500
    assert "secret-detail" not in answer.text
    assert not DETAILS.search(answer.text)
    assert answer.headers["x-trace-id"] in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_signing_in_leads_to_no_other_site(world: World) -> None:
    """Check 8: whatever `next` says, the browser stays here."""
    login = world.cast.logins["pupil"]
    for target in (
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        CALLBACK,
        "/%09/evil.example",
    ):
        browser = world.browser()
        page = browser.get(f"/sign-in?next={target}")
        form = page.form("/sign-in")
        form.values["next"] = target
        done = browser.submit(page, form, {"username": login.username, "password": login.password})
        assert done.url == f"{ISSUER}/", target
