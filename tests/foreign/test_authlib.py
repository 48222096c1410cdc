"""Authlib runs the guide's app: real pupils for production, made-up ones for the sandbox."""

from pathlib import Path

import orjson
import pytest

from tests.foreign.scripts import answered, app
from tests.foreign.served import APPROVED, NAMES, YOUNG, World

pytestmark = pytest.mark.foreign


def test_a_production_app_gets_exactly_the_approved_claims(world: World, tmp_path: Path) -> None:
    with app(world, tmp_path, "authlib", "authlib_app.py") as url:
        page = answered(url, world.logins["dotted"])
        again = answered(url, world.logins["dotted"], "refuse")
    claims = orjson.loads(page.content)
    assert claims.keys() == APPROVED | {"sub"}
    assert claims["name"] == NAMES["dotted"][1]
    assert orjson.loads(again.content) == claims  # there was no question to refuse


def test_a_sandbox_app_signs_made_up_pupils_in_without_approval(
    world: World, tmp_path: Path
) -> None:
    with app(world, tmp_path, "sandbox", "authlib_app.py") as url:
        page = answered(url, world.logins["persona"])
    claims = orjson.loads(page.content)
    assert claims["name"] == "沙**"
    assert claims["edu_school"] == "沙箱学校"


@pytest.mark.parametrize("scope", ["openid", "openid edu", "openid edu.name"])
@pytest.mark.parametrize(
    ("name", "username"),
    [("sandbox", "pupil"), ("authlib", "persona"), ("bare", "persona")],
)
def test_real_pupils_and_made_up_ones_never_mix(
    world: World, tmp_path: Path, name: str, username: str, scope: str
) -> None:
    """Not even `sub` is given: a sandbox app with a real pupil, production with a made-up one."""
    with app(world, tmp_path, name, "authlib_app.py", {"SCOPE": scope}) as url:
        page = answered(url, world.logins[username])
    said = orjson.loads(page.content)
    assert said["error"] == "access_denied"
    assert "mixed_population" in said["why"]
    assert said.keys() == {"error", "why"}


@pytest.mark.parametrize("scope", ["openid", "openid edu"])
def test_a_production_app_without_approval_gets_the_subject_only(
    world: World, tmp_path: Path, scope: str
) -> None:
    with app(world, tmp_path, "bare", "authlib_app.py", {"SCOPE": scope}) as url:
        page = answered(url, world.logins["rare"])
    assert orjson.loads(page.content).keys() == {"sub"}


def test_a_production_app_without_approval_may_not_ask_for_a_field(
    world: World, tmp_path: Path
) -> None:
    with app(world, tmp_path, "bare", "authlib_app.py", {"SCOPE": "openid edu.name"}) as url:
        page = answered(url, world.logins["rare"])
    said = orjson.loads(page.content)
    assert said["error"] == "access_denied"
    assert "no_approval" in said["why"]


def test_of_a_pupil_under_fourteen_only_the_subject_leaves_until_a_guardian_agrees(
    world: World, tmp_path: Path
) -> None:
    """PIPL art. 31: the pupil's own click on the page is no consent."""
    with app(world, tmp_path, "authlib", "authlib_app.py") as url:
        for _ in range(2):
            page = answered(url, world.logins[YOUNG])
            assert orjson.loads(page.content).keys() == {"sub"}


def test_the_subject_differs_from_app_to_app(world: World, tmp_path: Path) -> None:
    """OpenID Connect Core 8.1: pairwise, even on one host name when that is a loopback one."""
    subjects = set()
    for name in ("authlib", "bare"):
        folder = tmp_path / name
        folder.mkdir()
        with app(world, folder, name, "authlib_app.py", {"SCOPE": "openid"}) as url:
            page = answered(url, world.logins["rare"])
            subjects.add(orjson.loads(page.content)["sub"])
            again = answered(url, world.logins["rare"])
            assert orjson.loads(again.content)["sub"] in subjects
    assert len(subjects) == 2
