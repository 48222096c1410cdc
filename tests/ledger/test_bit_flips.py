"""1,000 random single-bit flips over all files of an unpacked bundle: each is found."""

import random
from pathlib import Path

import pytest

from ledger.verify.command import main
from tests.ledger.evidence import LOG, ROOT, Approver, signed, unsigned
from tests.ledger.reading import findings

FLIPS = 1_000


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519"])
def test_each_of_1000_random_bit_flips_is_found_in_its_file(algorithm: str) -> None:
    files = signed(unsigned(60, by=Approver(algorithm)))
    assert findings(files) == []
    chosen = random.Random(20260901)  # noqa: S311  a printed seed, not a secret
    paths = sorted(files)
    for _ in range(FLIPS):
        # Half by file, so that small files are met; half by byte, so that large ones are.
        path = chosen.choice(paths)
        if chosen.random() < 0.5:
            path = chosen.choices(paths, [len(files[name]) for name in paths])[0]
        place, bit = chosen.randrange(len(files[path])), chosen.randrange(8)
        spoilt = bytearray(files[path])
        spoilt[place] ^= 1 << bit
        found = findings(files | {path: bytes(spoilt)})
        assert any(f": {path}: " in line for line in found), (path, place, bit, found)


def test_a_flip_on_disk_ends_with_exit_code_1_and_names_file_and_entry(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, data in signed(unsigned(60)).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    keys = ["--key", LOG.vkey, "--approver-root", ROOT.vkey]
    assert main(["verify", str(tmp_path), *keys]) == 0
    bundle = tmp_path / "log/tile/entries/000.p/60"
    spoilt = bytearray(bundle.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    bundle.write_bytes(spoilt)
    capsys.readouterr()
    assert main(["verify", str(tmp_path), *keys]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "FAIL step 2: log/tile/entries/000.p/60: 内容与清单的摘要不符 (digest differs)" in lines
    assert any(
        line.startswith("FAIL step 4: log/tile/entries/000.p/60: 条目 ") and "(entry index" in line
        for line in lines
    )
    assert lines[-1].startswith("RESULT FAIL: ")
