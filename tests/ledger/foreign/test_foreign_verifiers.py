"""Programs that nobody here wrote accept our log and receipts, and refuse altered ones."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.domain.note import VerifierKey
from ledger.domain.receipt import Receipt
from tests.ledger.evidence import LOG, Log

pytestmark = pytest.mark.foreign
HERE = Path(__file__).parent
SIZES = [1, 2, 255, 256, 257, 65_535, 65_536, 65_537]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")
"""The DER head of an Ed25519 public key (RFC 8410 section 4)."""


def program(name: str, *places: str) -> str:
    """The path of a program; without it these tests fail, for they prove the promise."""
    found = shutil.which(name) or next((place for place in places if Path(place).exists()), None)
    assert found, f"{name} is not installed"
    return found


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Go's own checksum-database verifiers, golang.org/x/mod/sumdb/{note,tlog}."""
    built = tmp_path_factory.mktemp("go") / "verify"
    subprocess.run(
        [program("go", "/usr/local/go/bin/go"), "build", "-o", str(built), "."],
        cwd=HERE / "go", check=True, timeout=300,
    )  # fmt: skip

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [built, *arguments], capture_output=True, text=True, timeout=120, check=False
        )

    return run


@pytest.fixture(scope="module")
def sigstore(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Log, list[Receipt]], str]:
    """sigstore's verifier for JavaScript; returns what it says of receipts."""
    place = tmp_path_factory.mktemp("npm")
    for name in ("package.json", "package-lock.json", "verify.js"):
        shutil.copy(HERE / "npm" / name, place)
    subprocess.run(
        [program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"],
        cwd=place, check=True, timeout=300,
    )  # fmt: skip

    def run(log: Log, receipts: list[Receipt]) -> str:
        key = VerifierKey.parse(LOG.vkey)
        cases = {
            "name": key.name,
            "keyId": base64.b64encode(key.key_id).decode(),
            "spki": base64.b64encode(ED25519_SPKI + key.public.public_bytes_raw()).decode(),
            "receipts": [
                {"text": receipt.text,
                 "entry": base64.b64encode(log.entries[receipt.index]).decode()}
                for receipt in receipts
            ],
        }  # fmt: skip
        (place / "cases.json").write_text(json.dumps(cases))
        done = subprocess.run(
            [program("node"), "verify.js", "cases.json"],
            cwd=place, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return (done.stdout + done.stderr).strip()

    return run


@pytest.fixture(scope="module")
def tall() -> list[bytes]:
    return [b"entry %d" % number for number in range(SIZES[-1])]


def written(place: Path, log: Log) -> Path:
    for path, data in log.files().items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place


@pytest.mark.parametrize("size", SIZES)
def test_go_accepts_every_leaf_older_checkpoint_and_receipt(
    go: Run, tall: list[bytes], tmp_path: Path, size: int
) -> None:
    log = Log(tall[:size])
    place = written(tmp_path / "log", log)
    arguments = ["-dir", str(place), "-vkey", LOG.vkey]
    for number, old in enumerate({1, (size + 1) // 2, size}):
        (tmp_path / f"old{number}").write_text(log.checkpoint(old))
        (tmp_path / f"receipt{number}").write_text(log.receipt(old - 1).text)
        (tmp_path / f"entry{number}").write_bytes(log.entries[old - 1])
        arguments += ["-old", str(tmp_path / f"old{number}")]
        arguments += ["-proof", f"{tmp_path / f'receipt{number}'}={tmp_path / f'entry{number}'}"]
    done = go(*arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"accepted {size} entries")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("tile/0/000", "tile"), ("tile/0/001.p/44", "tile"), ("tile/1/000.p/1", "tile"),
        ("tile/entries/000", "bundle"), ("tile/entries/001.p/44", "bundle"),
        ("checkpoint", "checkpoint"),
    ],
)  # fmt: skip
def test_go_refuses_one_altered_byte(
    go: Run, tall: list[bytes], tmp_path: Path, path: str, reason: str
) -> None:
    place = written(tmp_path, Log(tall[:300]))
    data = bytearray((place / path).read_bytes())
    data[len(data) // 3] ^= 1
    (place / path).write_bytes(data)
    done = go("-dir", str(place), "-vkey", LOG.vkey)
    assert done.returncode == 1
    assert done.stderr.startswith(f"refused: {reason}"), done.stderr


def test_go_refuses_a_forked_history_and_another_entry(
    go: Run, tall: list[bytes], tmp_path: Path
) -> None:
    log, fork = Log(tall[:300]), Log([*tall[:99], b"another", *tall[100:300]])
    place = written(tmp_path / "log", fork)
    (tmp_path / "old").write_text(log.checkpoint(200))
    arguments = ["-dir", str(place), "-vkey", LOG.vkey]
    assert go(*arguments).returncode == 0
    assert "refused: consistency" in go(*arguments, "-old", str(tmp_path / "old")).stderr
    (tmp_path / "receipt").write_text(log.receipt(99).text)
    (tmp_path / "entry").write_bytes(b"another")
    proof = f"{tmp_path / 'receipt'}={tmp_path / 'entry'}"
    assert "refused: receipt" in go(*arguments, "-proof", proof).stderr


def test_sigstore_accepts_our_receipts_and_refuses_altered_ones(
    sigstore: Callable[[Log, list[Receipt]], str], tall: list[bytes]
) -> None:
    log = Log(tall[:300])
    places = [(0, 1), (0, 2), (5, 255), (255, 256), (256, 257), (42, 300), (299, 300)]
    receipts = [log.receipt(index, size) for index, size in places]
    assert sigstore(log, receipts) == "accepted 7 receipts"
    moved = Receipt(43, receipts[5].proof, receipts[5].checkpoint)
    assert sigstore(log, [moved]).startswith("refused: ")
    resized = receipts[5].checkpoint.replace("\n300\n", "\n301\n")
    assert sigstore(log, [Receipt(42, receipts[5].proof, resized)]).startswith("refused: ")
    spoilt = Log([*tall[:42], b"another", *tall[43:300]])
    assert sigstore(spoilt, [receipts[5]]).startswith("refused: ")
