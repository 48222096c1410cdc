"""A developer registers an app, sees its secret once, and reads why the door refused."""

import re
from html import unescape
from typing import Any

import httpx2
import orjson
import pytest

from kernel.principal import Role
from kernel.runtime import Runtime
from tests.identity.provider.world import CALLBACK, World, client_key, staff

FORM = {"name": "课堂助手", "kind": "sandbox", "redirect_uris": CALLBACK}


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.principal = staff(Role.DEVELOPER)
    return made


def create(world: World, **changes: str) -> httpx2.Response:
    return world.post("/developer/clients", data={**FORM, "csrf": world.csrf, **changes})


def shown(html: str, element: str) -> str:
    found = re.search(rf'id="{element}"[^>]*>(.*?)</', html, re.DOTALL)
    assert found is not None, element
    return unescape(found[1])


def client_id(html: str) -> str:
    found = re.search(r"client_[0-9a-f]{32}", html)
    assert found is not None
    return found[0]


def test_a_sandbox_client_works_at_once(world: World) -> None:
    made = create(world)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    name, secret = client_id(made.text), shown(made.text, "client-secret")
    form = {"grant_type": "client_credentials"}
    assert world.post("/token", data=form, auth=(name, secret)).status_code == 200


def test_the_secret_is_shown_once_and_never_again(world: World) -> None:
    made = create(world)
    name, secret = client_id(made.text), shown(made.text, "client-secret")
    assert secret not in world.get(f"/developer/clients/{name}").text
    assert secret not in world.get("/developer/clients").text
    assert name in world.get("/developer/clients").text


def test_the_snippets_carry_the_clients_own_values(world: World) -> None:
    made = create(world).text
    for snippet in ("snippet-authlib", "snippet-curl"):
        text = unescape(made.split(f'id="{snippet}"')[1].split("</pre>")[0])
        assert client_id(made) in text
        assert shown(made, "client-secret") in text
        assert world.services.config.issuer in text


def test_a_new_secret_ends_the_old_one_at_once(world: World) -> None:
    made = create(world)
    name, old = client_id(made.text), shown(made.text, "client-secret")
    form = {"grant_type": "client_credentials"}
    assert world.post("/token", data=form, auth=(name, old)).status_code == 200
    rotated = world.post(f"/developer/clients/{name}/secret", data={"csrf": world.csrf})
    new = shown(rotated.text, "client-secret")
    assert world.post("/token", data=form, auth=(name, old)).status_code == 401
    assert world.post("/token", data=form, auth=(name, new)).status_code == 200


def test_a_client_with_a_key_pair_has_no_secret(world: World) -> None:
    jwks = orjson.dumps({"keys": [client_key().as_dict(private=False)]}).decode()
    made = create(world, auth_method="private_key_jwt", jwks=jwks)
    assert made.status_code == 201
    assert "secret-once" not in made.text
    path = f"/developer/clients/{client_id(made.text)}/secret"
    assert world.post(path, data={"csrf": world.csrf}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "银行\u202e官方"}, "name"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"redirect_uris": "http://app.example.com/cb"}, "redirect_uris"),
        ({"redirect_uris": "https://a.example/ https://b.example/"}, "redirect_uris"),
        ({"redirect_uris": f"{CALLBACK} {CALLBACK}"}, "redirect_uris"),
        ({"profile": "oidc-basic"}, "profile_reason"),
        ({"id_token_alg": "none"}, "id_token_alg"),
        ({"auth_method": "private_key_jwt"}, "jwks"),
        ({"auth_method": "private_key_jwt", "jwks": "{"}, "jwks"),
        ({"auth_method": "private_key_jwt", "jwks": "[]"}, "jwks"),
        ({"jwks": '{"keys":[]}'}, "jwks"),
    ],
)
def test_each_fault_is_named_at_its_field_and_the_input_is_kept(
    world: World, changes: dict[str, str], field: str
) -> None:
    refused = create(world, **changes)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert 'id="error-summary"' in refused.text
    if "name" not in changes:
        assert 'value="课堂助手"' in refused.text


def broken_keys() -> dict[str, Any]:
    good = dict(client_key().as_dict(private=False))
    rsa = dict(client_key("RS256").as_dict(private=False))
    return {
        "private": client_key().as_dict(private=True),
        "no kid": {k: v for k, v in good.items() if k != "kid"},
        "no alg": {k: v for k, v in good.items() if k != "alg"},
        "none": {**good, "alg": "none"},
        "hs256": {"kty": "oct", "k": "AAAA", "kid": "1", "alg": "HS256"},
        "wrong alg": {**good, "alg": "RS256"},
        "curve": {**good, "crv": "P-384"},
        "for encryption": {**good, "use": "enc"},
        "off the curve": {**good, "x": good["y"]},
        "short": {**rsa, "n": rsa["n"][:100]},
        "text": "key",
    }


@pytest.mark.parametrize("name", broken_keys())
def test_a_key_that_cannot_be_trusted_is_not_registered(world: World, name: str) -> None:
    jwks = orjson.dumps({"keys": [broken_keys()[name]]}).decode()
    refused = create(world, auth_method="private_key_jwt", jwks=jwks)
    assert (refused.status_code, 'href="#jwks"' in refused.text) == (422, True)


def test_somebody_elses_client_does_not_exist_for_others(world: World) -> None:
    name = client_id(create(world).text)
    world.principal = staff(Role.DEVELOPER, account="account_other")
    for path in ("", "/refusals"):
        assert world.get(f"/developer/clients/{name}{path}").status_code == 404
    for path, form in (("/secret", {}), ("/state", {"active": "no"})):
        sent = {"csrf": world.csrf, **form}
        assert world.post(f"/developer/clients/{name}{path}", data=sent).status_code == 404
    assert name not in world.get("/developer/clients").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DEVELOPER])
def test_other_roles_do_not_enter(world: World, role: Role) -> None:
    name = client_id(create(world).text)
    world.principal = staff(role)
    for path in ("", "/new", f"/{name}", f"/{name}/refusals"):
        assert world.get(f"/developer/clients{path}").status_code == 403
    assert create(world).status_code == 403


def test_forms_without_the_browsers_token_change_nothing(world: World) -> None:
    name = client_id(create(world).text)
    assert create(world, csrf="x").status_code == 403
    for path in ("/secret", "/state"):
        assert world.post(f"/developer/clients/{name}{path}", data={}).status_code == 403


def test_disabling_and_enabling(world: World) -> None:
    made = create(world)
    name, secret = client_id(made.text), shown(made.text, "client-secret")
    form = {"grant_type": "client_credentials"}
    for active, status in (("no", 401), ("yes", 200)):
        sent = {"csrf": world.csrf, "active": active}
        assert world.post(f"/developer/clients/{name}/state", data=sent).status_code == 303
        assert world.post("/token", data=form, auth=(name, secret)).status_code == status


def test_the_refusals_page_gives_code_reason_article_and_cure_and_no_pupil(world: World) -> None:
    client, _ = world.client()
    world.door.approved = set()
    world.sign_in()
    answer = world.answer(client, scope="openid edu.name")
    world.principal = staff(Role.DEVELOPER)
    html = world.get(f"/developer/clients/{client.client_id}/refusals").text
    for text in ("not_approved", "name", "未获批准", "学籍办法第二十四条", "请提交数据申请"):
        assert text in html
    assert f'id="{answer["error_uri"].split("#")[1]}"' in html
    assert "student_1" not in html
