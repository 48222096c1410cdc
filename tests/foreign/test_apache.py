"""Debian's mod_auth_openidc signs a pupil in, and its application sees what was approved."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.foreign.apache import apache
from tests.foreign.chromium import chromium, enter
from tests.foreign.keys import private_pem, public_pem
from tests.foreign.served import APPROVED, NAMES, World
from tests.foreign.snippets import snippet

pytestmark = [pytest.mark.foreign, pytest.mark.browser]
PROTOCOL = {"sub", "iss", "aud", "iat", "exp", "auth_time", "acr", "at_hash", "nonce"}


def variables(world: World, name: str = "apache") -> dict[str, str]:
    return world.variables(name) | {"SESSION_SECRET": "only-for-this-run"}


def claims_seen(page: Page) -> dict[str, str]:
    """The claims in the environment of the protected application."""
    found: dict[str, str] = json.loads(page.inner_text("pre"))
    assert found.pop("REMOTE_USER") == found["OIDC_CLAIM_sub"]
    head = "OIDC_CLAIM_"
    return {name.removeprefix(head): found[name] for name in found if name.startswith(head)}


@pytest.mark.parametrize("username", ["rare", "dotted"])
def test_the_protected_page_sees_exactly_the_approved_claims(world: World, username: str) -> None:
    app = world.apps["apache"]
    with apache(app, snippet("app.conf"), variables(world)), chromium() as page:
        page.goto(f"{app.url}/app")
        enter(page, world.logins[username])
        page.click("#consent-accept")
        page.wait_for_url(f"{app.url}/app")
        claims = claims_seen(page)
    assert claims.keys() == APPROVED | PROTOCOL
    assert claims["name"] == NAMES[username][1]
    assert claims["edu_school"] == world.school_name
    assert claims["edu_grade"] == "09"


def test_a_refusal_shows_nothing_of_the_protected_page(world: World) -> None:
    """The module takes `iss` (RFC 9207) in an error for the answer of a discovery page, and says
    so in words of its own; nothing is shown and nobody is signed in."""
    app = world.apps["apache"]
    with apache(app, snippet("app.conf"), variables(world)), chromium() as page:
        page.goto(f"{app.url}/app")
        enter(page, world.logins["pupil"])
        page.click("#consent-refuse")
        page.wait_for_url(f"{app.url}/oidc/callback?error=access_denied*")
        assert page.title() == "Error"
        assert "OIDC_" not in page.content()
        page.goto(f"{app.url}/app")
        page.wait_for_selector("#consent-accept")  # asked again: there is no session


def test_its_assertion_names_the_token_endpoint_as_audience_and_is_refused(
    world: World, tmp_path: Path
) -> None:
    """Only the issuer is an audience that no other server shares (draft-ietf-oauth-rfc7523bis).

    The guide tells users of this version to take client_secret_basic.
    """
    app, private, public = world.apps["apache-key"], tmp_path / "key.pem", tmp_path / "pub.pem"
    private.write_text(private_pem("RS256"))
    public.write_text(public_pem("RS256"))
    basic = "OIDCProviderTokenEndpointAuth client_secret_basic"
    by_key = f"OIDCPublicKeyFiles app#{public}\nOIDCPrivateKeyFiles app#{private}\n"
    by_key += "OIDCProviderTokenEndpointAuth private_key_jwt"
    text = snippet("app.conf")
    assert basic in text
    text = text.replace("OIDCClientSecret ${CLIENT_SECRET}\n", "").replace(basic, by_key)
    with apache(app, text, variables(world, "apache-key")) as log, chromium() as page:
        page.goto(f"{app.url}/app")
        enter(page, world.logins["rare"])
        page.click("#consent-accept")
        page.wait_for_url(f"{app.url}/oidc/callback?*")
        assert page.title() == "Error"
        assert "aud must be the issuer as one string" in log.read_text()
