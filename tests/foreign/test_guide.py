"""The guide for developers says what holds, and every program in it is one that the tests run."""

import re
from datetime import timedelta

from identity.provider.domain.config import Lifetimes
from tests.foreign.snippets import GUIDE, snippets

RUN = {
    "app.conf": "test_apache.py", "authlib_app.py": "test_authlib.py",
    "kit.py": "test_kit.py", "records.py": "test_kit.py",
    "xueyin.mjs": "scripts.py", "app.mjs": "test_openid_client.py",
    "records.mjs": "test_openid_client.py",
}  # fmt: skip


def test_every_program_of_the_guide_is_run() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert text.count("\n```") == 2 * len(snippets())
    assert snippets().keys() == RUN.keys()
    for name, file in RUN.items():
        assert f'"{name}"' in (GUIDE.parents[1] / "tests" / "foreign" / file).read_text()


def test_the_links_lead_somewhere_and_the_terms_are_those_of_the_program() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert all((GUIDE.parent / link).exists() for link in links)
    assert Lifetimes().code == timedelta(seconds=60)
    assert Lifetimes().access_token == Lifetimes().id_token == timedelta(minutes=5)
    assert "授权码 60 秒，令牌 5 分钟" in text


def test_the_errors_of_the_guide_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| (`.*?) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    program = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("identity/provider", "policies")
        for path in (GUIDE.parents[1] / folder).rglob("*.py")
    )
    assert {code for code in named if f'"{code}"' not in program} == set()
    assert {"access_denied", "invalid_grant", "insufficient_scope"} <= named
