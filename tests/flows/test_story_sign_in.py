"""A pupil signs in to an app: the app gets what was approved, no more, and no longer."""

from datetime import timedelta

from tests.flows.acts import RelyingParty, Wish, approve, more, ok, revoke
from tests.flows.world import World


def test_an_app_gets_exactly_the_approved_claims(either_world: World) -> None:
    approve(either_world)
    claims = RelyingParty(either_world, either_world.cast.apps["app"]).sign_in("pupil")
    assert isinstance(claims, dict)
    assert set(claims) == {"sub", "name", "edu_school", "edu_grade"}
    assert claims["name"].endswith("*")
    assert claims["edu_grade"] == "09"
    assert claims["edu_school"] == either_world.cast.orgs["school-3137990001"].name


def test_an_app_without_approval_gets_sub_only(either_world: World) -> None:
    claims = RelyingParty(either_world, either_world.cast.apps["app"]).sign_in("pupil")
    assert isinstance(claims, dict)
    assert set(claims) == {"sub"}


def test_over_asking_is_refused_with_reasons_until_it_is_approved(either_world: World) -> None:
    app = RelyingParty(either_world, either_world.cast.apps["app"])
    approve(either_world)
    scope = "openid edu edu.class_name"
    refused = app.sign_in("pupil", scope)
    assert isinstance(refused, str)
    assert refused.startswith(("access_denied", "invalid_scope"))
    assert "class_name" in refused
    request_id, _ = approve(either_world, more(Wish(), class_name="keep"))
    claims = app.sign_in("pupil", scope)
    assert isinstance(claims, dict)
    assert set(claims) == {"sub", "name", "edu_school", "edu_grade", "edu_class"}
    revoke(either_world, request_id)
    after = app.sign_in("pupil", scope)
    assert isinstance(after, str)
    assert "revoked" in after


def test_the_developer_reads_the_reasons_of_a_refusal(world: World) -> None:
    approve(world)
    app = world.cast.apps["app"]
    RelyingParty(world, app).sign_in("pupil", "openid edu.class_name")
    page = ok(world.browser("developer").get(f"/developer/clients/{app.client_id}/refusals"))
    assert "班级" in page.text


def test_a_pupil_of_another_county_is_not_covered(either_world: World) -> None:
    approve(either_world)
    app = RelyingParty(either_world, either_world.cast.apps["app"])
    claims = app.sign_in("other_pupil")
    assert isinstance(claims, dict)
    assert set(claims) == {"sub"}


def test_two_pupils_and_two_apps_never_share_a_subject(world: World) -> None:
    app, sandbox = (RelyingParty(world, world.cast.apps[name]) for name in ("app", "sandbox"))
    first, second = app.sign_in("pupil"), app.sign_in("schoolmate")
    persona = sandbox.sign_in("persona")
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert isinstance(persona, dict)
    assert len({first["sub"], second["sub"], persona["sub"]}) == 3


def test_an_expired_approval_releases_nothing(either_world: World) -> None:
    end = f"{either_world.clock.now + timedelta(days=10):%Y-%m-%d}"
    approve(either_world, Wish(changes={"end": end}))
    app = RelyingParty(either_world, either_world.cast.apps["app"])
    assert "name" in app.sign_in("pupil")
    either_world.clock.forward(days=12)
    claims = app.sign_in("pupil")
    assert isinstance(claims, dict)
    assert set(claims) == {"sub"}
