"""OpenID Connect Core 3.1.2: the authorization endpoint."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from identity.accounts.domain.local_path import local_path
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World, answer_of, staff


@pytest.fixture
def world(runtime: Runtime) -> World:
    return World(runtime)


def sign_in_page(location: str) -> str:
    """Return where the sign-in page sends the pupil back to."""
    url = urlsplit(location)
    assert url.path == "/sign-in"
    return parse_qs(url.query)["next"][0]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid edu.document_number"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "sing"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "１"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://app.example.com/r"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"state": "s" * 2049}, "invalid_request"),
        ({"nonce": "n" * 513}, "invalid_request"),
    ],
)
def test_3_1_2_6_each_fault_goes_back_with_its_code_and_state(
    world: World, changes: dict[str, str | None], error: str
) -> None:
    client, _ = world.client()
    answer = world.answer(client, **changes)
    assert answer["error"] == error
    assert answer["error_description"].isascii()
    assert answer["state"] == (changes.get("state") or "st")


def test_3_1_2_1_unknown_parameters_and_scopes_are_ignored(world: World) -> None:
    client, secret = world.client()
    world.sign_in()
    tokens = world.tokens(client, secret, scope="email openid x", display="popup", foo="bar")
    assert tokens["scope"] == "openid"


def test_3_1_2_1_state_and_nonce_may_be_absent(world: World) -> None:
    client, secret = world.client()
    world.sign_in()
    answer = world.answer(client, state=None, nonce=None)
    assert "state" not in answer
    assert world.exchange(client, secret, answer["code"]).status_code == 200


def test_3_1_2_1_a_state_comes_back_letter_by_letter(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    state = "a b+&=%25\"'<é𠮷"
    assert world.answer(client, state=state)["state"] == state


def test_3_1_2_3_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_comes_back(
    world: World,
) -> None:
    client, secret = world.client()
    back = sign_in_page(world.authorize(client).headers["location"])
    world.sign_in()
    page = world.get(back)
    # A page of its own: the sign-in form's form-action would stop a redirect to the app.
    assert page.status_code == 200
    url = page.text.split('id="continue" href="')[1].split('"')[0].replace("&amp;", "&")
    code = parse_qs(urlsplit(url).query)["code"][0]
    assert world.exchange(client, secret, code).status_code == 200


def test_3_1_2_1_the_request_may_be_posted_from_the_apps_own_site(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    posted = world.post("/authorize", data=world.parameters(client))
    assert posted.status_code == 303
    assert posted.headers["location"].startswith("/authorize/resume?")
    assert "code" in answer_of(world.get(posted.headers["location"]))


def test_a_posted_request_with_a_fault_goes_back_at_once(world: World) -> None:
    client, _ = world.client()
    posted = world.post("/authorize", data=world.parameters(client, scope="profile"))
    assert answer_of(posted)["error"] == "invalid_scope"


def test_3_1_2_1_login_hint_reaches_the_sign_in_page(world: World) -> None:
    client, _ = world.client()
    location = world.authorize(client, login_hint="lilei").headers["location"]
    assert parse_qs(urlsplit(location).query)["login_hint"] == ["lilei"]


def test_3_1_2_1_prompt_none_without_a_session_is_login_required(world: World) -> None:
    client, _ = world.client()
    assert world.answer(client, prompt="none")["error"] == "login_required"


def test_3_1_2_1_prompt_none_with_a_session_shows_nothing(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    assert "code" in world.answer(client, prompt="none")


def test_3_1_2_1_prompt_none_never_shows_a_notice(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    world.door.needs = "notice"
    assert world.answer(client, prompt="none", scope="openid edu")["error"] == "consent_required"


NEW_SIGN_IN = [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}]


@pytest.mark.parametrize("changes", NEW_SIGN_IN)
def test_3_1_2_1_a_new_sign_in_is_enforced_and_an_old_session_does_not_pass_for_it(
    world: World, clock: HandClock, changes: dict[str, str]
) -> None:
    client, _ = world.client()
    world.sign_in()
    clock.forward(minutes=1)
    back = sign_in_page(world.authorize(client, **changes).headers["location"])
    again = world.get(back)
    assert sign_in_page(again.headers["location"])
    clock.forward(seconds=5)
    world.sign_in()
    assert world.get(back).status_code == 200


def test_3_1_2_1_max_age_lets_a_young_session_pass_and_no_older_one(
    world: World, clock: HandClock
) -> None:
    client, _ = world.client()
    world.sign_in()
    clock.forward(seconds=60)
    assert "code" in world.answer(client, max_age="60")
    clock.forward(seconds=1)
    assert sign_in_page(world.authorize(client, max_age="60").headers["location"])


def test_3_1_2_1_an_expired_id_token_hint_of_the_same_pupil_passes(
    world: World, clock: HandClock
) -> None:
    client, secret = world.client()
    world.sign_in()
    hint = world.tokens(client, secret)["id_token"]
    clock.forward(hours=1)
    assert "code" in world.answer(client, prompt="none", id_token_hint=hint)


def test_3_1_2_1_a_hint_of_another_pupil_is_login_required(world: World) -> None:
    client, secret = world.client()
    world.sign_in()
    hint = world.tokens(client, secret)["id_token"]
    world.sign_in("student_2", "session_2")
    assert world.answer(client, prompt="none", id_token_hint=hint)["error"] == "login_required"


def test_3_1_2_1_signing_in_as_another_than_the_hinted_pupil_ends_the_flow(
    world: World, clock: HandClock
) -> None:
    client, secret = world.client()
    world.sign_in()
    hint = world.tokens(client, secret)["id_token"]
    world.principal = None
    back = sign_in_page(world.authorize(client, id_token_hint=hint).headers["location"])
    clock.forward(seconds=5)
    world.sign_in("student_2", "session_2")
    assert "error=login_required" in world.get(back).text


def test_a_hint_of_another_client_is_refused(world: World) -> None:
    client, secret = world.client()
    other, _ = world.client()
    world.sign_in()
    hint = world.tokens(client, secret)["id_token"]
    assert world.answer(other, id_token_hint=hint)["error"] == "invalid_request"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUPIL])
def test_only_pupils_sign_in_to_apps(world: World, role: Role) -> None:
    client, _ = world.client()
    world.principal = staff(role)
    assert world.answer(client)["error"] == "access_denied"


def test_a_session_that_has_ended_counts_as_none(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    world.sessions.times.clear()
    assert sign_in_page(world.authorize(client).headers["location"])


@pytest.mark.parametrize(("sandbox", "student"), [(True, "student_1"), (False, "student_s")])
def test_sandbox_apps_and_real_pupils_never_meet(
    world: World,
    sandbox: bool,  # noqa: FBT001  a case of the table
    student: str,
) -> None:
    client, _ = world.client(sandbox=sandbox)
    world.sign_in(student)
    answer = world.answer(client)
    assert (answer["error"], "code" in answer) == ("access_denied", False)


def test_asking_beyond_the_approvals_is_refused_with_reasons_and_where_to_read_them(
    world: World,
) -> None:
    client, _ = world.client()
    world.door.approved = {"grade"}
    world.sign_in()
    answer = world.answer(client, scope="openid edu.name edu.grade")
    assert answer["error"] == "access_denied"
    assert "not_approved(name)" in answer["error_description"]
    assert f"/developer/clients/{client.client_id}/refusals#refusal_" in answer["error_uri"]


def test_scope_edu_asks_for_everything_approved_and_never_over_asks(world: World) -> None:
    client, secret = world.client()
    world.door.approved = {"grade"}
    world.sign_in()
    tokens = world.tokens(client, secret, scope="openid edu")
    assert world.userinfo(tokens["access_token"]).json().keys() == {"sub", "edu_grade"}


def test_a_production_client_without_approvals_gets_only_sub(world: World) -> None:
    client, secret = world.client()
    world.door.approved = set()
    world.sign_in()
    tokens = world.tokens(client, secret, scope="openid edu")
    assert world.userinfo(tokens["access_token"]).json().keys() == {"sub"}


def test_3_1_2_2_without_a_known_client_or_redirect_nobody_is_sent_anywhere(world: World) -> None:
    client, _ = world.client()
    for query in (
        "", "client_id=nobody", urlencode({"client_id": client.client_id}),
        urlencode(world.parameters(client, redirect_uri="https://evil.example/cb")),
        urlencode(world.parameters(client, client_id="client_0")),
    ):  # fmt: skip
        response = world.get("/authorize?" + query)
        assert response.status_code == 400
        assert "location" not in response.headers
        assert 'id="provider-error-code"' in response.text


def test_answers_are_never_stored_and_never_307(world: World) -> None:
    client, _ = world.client()
    world.sign_in()
    response = world.authorize(client)
    assert response.status_code == 303
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["referrer-policy"] == "no-referrer"


def test_a_request_too_long_to_survive_the_sign_in_page_is_refused_at_once(world: World) -> None:
    client, _ = world.client()
    state = "𠮷" * 2048
    assert world.answer(client, state=state)["error"] == "invalid_request"
    posted = world.post("/authorize", data=world.parameters(client, state=state))
    assert answer_of(posted) == world.answer(client, state=state)
    world.sign_in()
    assert "code" in world.answer(client, state=state)


def test_the_longest_ascii_state_survives_the_sign_in_page(world: World) -> None:
    client, _ = world.client()
    back = sign_in_page(world.authorize(client, state="s" * 2048).headers["location"])
    assert local_path(back) == back
    world.sign_in()
    assert "s" * 2048 in world.get(back).text
