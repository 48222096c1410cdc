"""The verifier as a program: alone in an empty environment, with exit codes for scripts."""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import ledger
from ledger.domain.bundle import to_zip
from tests.ledger.evidence import LOG, ROOT, Log, signed, unsigned

PACKAGE = Path(ledger.__file__).parent
ENTRIES = [b"entry %d" % number for number in range(300)]
LOADED = """
import runpy, sys
sys.argv = ["ledger", *sys.argv[1:]]
try:
    runpy.run_module("ledger", run_name="__main__", alter_sys=True)
finally:
    roots = {name.partition(".")[0] for name in sys.modules}
    print("LOADED", *sorted(roots - set(sys.stdlib_module_names) - {"__main__"}))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds the ledger's pure part, cryptography and what that needs: no more."""
    place = tmp_path_factory.mktemp("alone")
    installed = Path(sysconfig.get_path("platlib"))
    for name in ("cryptography", "cffi", "pycparser"):
        (place / name).symlink_to(installed / name)
    for backend in installed.glob("_cffi_backend*"):
        (place / backend.name).symlink_to(backend)
    (place / "ledger").mkdir()
    for part in ("__init__.py", "__main__.py", "domain", "verify"):
        source = PACKAGE / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, place / "ledger" / part)
    return place


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Start Python without its installed packages; only the place is importable."""
    code = f"import sys; sys.path.insert(0, {str(place)!r})\n{LOADED}"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", code, *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd="/", env={},
    )  # fmt: skip


def written(place: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place


def test_alone_with_cryptography_it_verifies_a_bundle(alone: Path, tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    path.write_bytes(to_zip(signed(unsigned(60))))
    done = run(alone, "verify", str(path), "--key", LOG.vkey, "--approver-root", ROOT.vkey)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line[:12] for line in lines[:8]] == [f"OK   step {n}:" for n in range(1, 9)]
    assert lines[-2] == "RESULT OK: 8 步全部通过 (all steps hold)"
    loaded = set(lines[-1].split()[1:])
    assert loaded <= {"ledger", "cryptography", "cffi", "_cffi_backend", "_openssl"}


def test_a_log_directory_verifies_alone_and_an_altered_byte_is_located(
    alone: Path, tmp_path: Path
) -> None:
    place = written(tmp_path / "log", Log(ENTRIES).files())
    assert run(alone, "verify", str(place), "--key", LOG.vkey).returncode == 0
    tile = place / "tile/0/001.p/44"
    tile.write_bytes(tile.read_bytes()[:32] + b"\x00" + tile.read_bytes()[33:])
    done = run(alone, "verify", str(place), "--key", LOG.vkey)
    assert done.returncode == 1
    assert "FAIL step 2: tile/0/001.p/44: 第 32 字节起不符，属于条目 257" in done.stdout


def test_a_known_checkpoint_shows_a_rollback(alone: Path, tmp_path: Path) -> None:
    place = written(tmp_path / "log", Log(ENTRIES[:200]).files())
    known = tmp_path / "known"
    known.write_text(Log(ENTRIES).checkpoint())
    arguments = ("verify", str(place), "--key", LOG.vkey, "--known-checkpoint", str(known))
    done = run(alone, *arguments)
    assert done.returncode == 1
    assert "truncated or rolled back" in done.stdout


def test_without_the_approver_root_the_verdict_says_what_was_not_checked(
    alone: Path, tmp_path: Path
) -> None:
    place = written(tmp_path / "bundle", signed(unsigned(60)))
    done = run(alone, "verify", str(place), "--key", LOG.vkey)
    assert done.returncode == 0
    assert "NOT CHECKED: 未给出 --approver-root" in done.stdout
    assert "RESULT OK: 8 步通过，1 项没有核对 (NOT CHECKED)" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("verify",), ("verify", "/nowhere"), ("verify", "/nowhere", "--key", LOG.vkey),
        ("verify", "/", "--key", "no key"), ("approve", "/"),
        ("verify", "/", "--key", LOG.vkey, "--approver-root", "no key"),
        ("verify", "/", "--key", LOG.vkey, "--known-checkpoint", "/nowhere"),
    ],
    ids=range(8),
)  # fmt: skip
def test_wrong_usage_exits_with_2_and_says_how(alone: Path, arguments: tuple[str, ...]) -> None:
    done = run(alone, *arguments)
    assert done.returncode == 2
    assert "usage: python -m ledger" in done.stderr


def test_help_is_understood_by_a_stranger_in_either_language(alone: Path) -> None:
    done = run(alone, "verify", "--help")
    assert done.returncode == 0
    for phrase in ("离线核验", "offline", "退出码", "exit code", "--approver-root", "out of band"):
        assert phrase in done.stdout


def test_a_directory_that_is_neither_fails_at_its_manifest(alone: Path, tmp_path: Path) -> None:
    done = run(alone, "verify", str(tmp_path), "--key", LOG.vkey)
    assert done.returncode == 1
    assert done.stdout.startswith("FAIL step 1: MANIFEST: ")
