"""npm's openid-client, a certified relying party, runs the guide's programs for Node."""

from pathlib import Path

import orjson
import pytest

from tests.foreign.keys import private_pem
from tests.foreign.scripts import answered, app, output
from tests.foreign.served import APPROVED, NAMES, World

pytestmark = pytest.mark.foreign
ID_TOKEN = {"iss", "sub", "aud", "iat", "exp", "auth_time", "acr", "at_hash", "nonce"}


def key(folder: Path) -> dict[str, str]:
    """The variables of an app that proves itself by a key."""
    (folder / "key.pem").write_text(private_pem("ES256"))
    return {"KEY_FILE": str(folder / "key.pem"), "KEY_ID": "app"}


@pytest.mark.parametrize(
    ("name", "username"), [("node", "rare"), ("node-rs256", "dotted"), ("node-key", "pupil")]
)
def test_it_gets_exactly_the_approved_claims(
    world: World, tmp_path: Path, name: str, username: str
) -> None:
    """By client_secret_basic, with an ID token by RS256, and by private_key_jwt (ES256)."""
    more = key(tmp_path) if name == "node-key" else {}
    with app(world, tmp_path, name, "app.mjs", more) as url:
        page = answered(url, world.logins[username])
        assert page.status == 200, page.content
        said = orjson.loads(page.content)
    assert said["pupil"].keys() == APPROVED | {"sub"}
    assert said["pupil"]["edu_school"] == world.school_name
    if username in NAMES:
        assert said["pupil"]["name"] == NAMES[username][1]
    assert said["idToken"].keys() == ID_TOKEN
    assert said["idToken"]["sub"] == said["pupil"]["sub"]


def test_a_refusal_and_too_wide_a_question_are_errors_to_it(world: World, tmp_path: Path) -> None:
    with app(world, tmp_path, "node", "app.mjs") as url:
        page = answered(url, world.logins["dotted"], "refuse")
        assert orjson.loads(page.content) == {
            "error": "access_denied", "why": "the pupil declined"
        }  # fmt: skip
    more = {"SCOPE": "openid edu edu.class_name"}
    with app(world, tmp_path, "node", "app.mjs", more) as url:
        page = answered(url, world.logins["dotted"])
        said = orjson.loads(page.content)
    assert said["error"] == "access_denied"
    assert "(class_name)" in said["why"]


@pytest.mark.parametrize("name", ["node", "node-key"])
def test_its_own_token_opens_the_record_api_for_those_who_agreed(
    world: World, tmp_path: Path, name: str
) -> None:
    more = key(tmp_path) if name == "node-key" else {}
    with app(world, tmp_path, name, "app.mjs", more) as url:
        assert answered(url, world.logins["rare"]).status == 200
    pages, complaint = output(world, tmp_path, name, "records.mjs", more)
    assert pages, complaint
    students = [student for page in pages for student in page["students"]]
    expected = {
        "name": NAMES["rare"][1], "school_name": world.school_name, "grade": "09"
    }  # fmt: skip
    assert expected in students
    assert all(student.keys() == expected.keys() for student in students)
    assert len(students) < 10  # of three thousand: only those who agreed


def test_nobody_agreed_so_the_record_api_refuses_with_reasons(world: World, tmp_path: Path) -> None:
    said, complaint = output(world, tmp_path, "node-none", "records.mjs")
    assert said is None
    assert "没有可提供的学生" in complaint


def test_a_key_that_was_not_registered_proves_nobody(world: World, tmp_path: Path) -> None:
    more = key(tmp_path) | {"KEY_ID": "another"}
    said, complaint = output(world, tmp_path, "node-key", "records.mjs", more)
    assert said is None
    assert "WWWAuthenticateChallengeError" in complaint
    assert "status: 401" in complaint
