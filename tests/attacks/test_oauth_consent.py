"""Consent that is forged, swapped, replayed or left out; pages that could be framed or misled."""

import re
from html import unescape

import httpx2
import pytest

from identity.provider.domain.client import Client
from kernel.principal import Role
from kernel.runtime import Runtime
from tests.conftest import HandClock
from tests.identity.provider.world import World, answer_of, staff


@pytest.fixture
def world(runtime: Runtime) -> World:
    made = World(runtime)
    made.sign_in()
    made.door.needs = "consent"
    return made


def flow_of(page: httpx2.Response) -> str:
    assert page.status_code == 200, page.text
    found = re.search(r'name="flow" value="([^"]+)"', page.text)
    assert found is not None
    return unescape(found[1])


def ask(world: World, client: Client, scope: str = "openid edu.name") -> str:
    return flow_of(world.authorize(client, scope=scope))


def answer(world: World, flow: str, **changes: str) -> httpx2.Response:
    form = {"flow": flow, "answer": "accept", "csrf": world.csrf, **changes}
    return world.post("/consent", data=form)


def test_the_page_shows_who_gets_what_on_what_ground_and_both_answers(world: World) -> None:
    client, _ = world.client()
    html = world.authorize(client, scope="openid edu.name").text
    for text in ("示例应用", "示例公司", "李*", "某县人民政府批准", "教学", "同意"):
        assert text in html
    assert 'id="consent-accept"' in html
    assert 'id="consent-refuse"' in html
    assert "小学" not in html


def test_the_word_consent_stands_only_where_consent_is_the_basis(world: World) -> None:
    client, _ = world.client()
    world.door.needs = "notice"
    html = world.authorize(client, scope="openid edu").text
    assert "请您决定是否同意" not in html
    assert "不需要您的同意" in html
    assert "我已知悉" in html


def test_an_accepted_offer_is_recorded_once_and_leads_to_a_code(world: World) -> None:
    client, secret = world.client()
    code = answer_of(answer(world, ask(world, client)))["code"]
    assert [(c, s) for c, s, _ in world.door.acknowledged] == [(client.client_id, "student_1")]
    assert world.exchange(client, secret, code).status_code == 200


@pytest.mark.parametrize("word", ["refuse", "", "Accept", "yes"])
def test_anything_but_accept_is_a_refusal(world: World, word: str) -> None:
    client, _ = world.client()
    back = answer_of(answer(world, ask(world, client), answer=word))
    assert (back["error"], back["state"]) == ("access_denied", "st")
    assert world.door.acknowledged == []


def test_a_guardians_consent_cannot_be_given_by_the_pupil(world: World) -> None:
    client, _ = world.client()
    world.door.needs = "guardian_consent"
    back = answer_of(answer(world, ask(world, client)))
    assert "code" in back
    assert world.door.acknowledged == []


def test_a_post_without_the_browsers_token_is_refused(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    for csrf in ("", "other", world.csrf + "x"):
        assert answer(world, flow, csrf=csrf).status_code == 403
    assert world.door.acknowledged == []


def test_a_json_body_is_refused(world: World) -> None:
    client, _ = world.client()
    sent = {"flow": ask(world, client), "answer": "accept", "csrf": world.csrf}
    assert world.post("/consent", json=sent).status_code == 403


def test_nobody_signed_in_nobody_consents(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    world.principal = None
    assert answer(world, flow).status_code == 401


def test_a_flow_does_not_open_in_another_session(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    for student, session in (("student_2", "session_2"), ("student_1", "session_3")):
        world.sign_in(student, session)
        response = answer(world, flow)
        assert (response.status_code, "location" in response.headers) == (400, False)
    assert world.door.acknowledged == []


def test_a_flow_made_for_another_pupil_in_the_same_session_is_refused(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    world.sign_in("student_2", "session_1")
    assert answer(world, flow).status_code == 400


def test_the_flow_of_the_sign_in_page_does_not_pass_for_a_consent(world: World) -> None:
    client, _ = world.client()
    world.principal = None
    location = world.authorize(client, scope="openid edu").headers["location"]
    sealed = location.split("flow%3D")[1].split("&")[0]
    world.sign_in()
    assert answer(world, sealed).status_code == 400


def test_consent_swap_more_scope_than_was_shown_is_asked_again(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client, scope="openid edu")
    world.door.approved = {"name", "grade"}
    shown_before = world.door.asked[-1]
    world.door.approved = {"name"}
    again = answer(world, flow)
    assert flow_of(again) != flow
    assert world.door.asked[-1] == shown_before
    assert world.door.acknowledged == []


def test_fields_added_to_the_form_are_refused_and_change_nothing(world: World) -> None:
    client, secret = world.client()
    flow = ask(world, client)
    back = answer(world, flow, scope="openid edu", redirect_uri="https://evil.example", sub="x")
    assert (back.status_code, back.headers.get("location")) == (422, None)
    back = answer(world, flow)
    tokens = world.exchange(client, secret, answer_of(back)["code"]).json()
    assert tokens["scope"] == "edu.name openid"


def test_a_changed_flow_does_not_open(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    for changed in (
        flow[:-1],
        flow + "A",
        ("B" if flow[0] == "A" else "A") + flow[1:],
        "",
        "x" * 30_000,
        "é",
    ):
        assert answer(world, changed).status_code == 400


def test_a_flow_dies_after_half_an_hour(world: World, clock: HandClock) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    clock.forward(minutes=31)
    assert 'id="provider-error-code">expired_flow' in answer(world, flow).text


def test_what_was_withdrawn_meanwhile_is_not_granted(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    world.door.approved = set()
    assert answer_of(answer(world, flow))["error"] == "access_denied"


def test_only_the_consent_page_may_lead_to_the_app_and_to_no_other_place(world: World) -> None:
    client, _ = world.client()
    world.authorize(client, scope="openid edu")
    assert world.form_action == "https://app.example.com"
    world.authorize(client, redirect_uri="https://evil.example/cb")
    assert world.form_action is None


def test_staff_cannot_answer_for_a_pupil(world: World) -> None:
    client, _ = world.client()
    flow = ask(world, client)
    world.principal = staff(Role.ADMINISTRATOR)
    assert answer(world, flow).status_code == 400


def test_prompt_consent_asks_again_although_nothing_is_needed(world: World) -> None:
    client, _ = world.client()
    world.door.needs = "nothing"
    flow = flow_of(world.authorize(client, prompt="consent"))
    assert "code" in answer_of(answer(world, flow))
    assert world.door.acknowledged == []
