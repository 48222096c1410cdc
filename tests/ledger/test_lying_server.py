"""What a dishonest log, or one restored from an old backup, cannot hide from who knew it before."""

import hashlib

import pytest

from ledger.domain.checkpoint import Checkpoint, open_checkpoint
from ledger.domain.merkle import ProofError, consistency_proof, verify_consistency
from ledger.domain.note import NoteError, Signer
from ledger.domain.tree import node_reader
from tests.ledger.evidence import LOG, Log
from tests.ledger.reading import log_findings

ENTRIES = [b"entry %d" % number for number in range(600)]
HONEST = Log(ENTRIES)


def head(log: Log, size: int | None = None) -> Checkpoint:
    return open_checkpoint(log.checkpoint(size), LOG.vkey)


def proof(log: Log, old: int) -> tuple[bytes, ...]:
    size = len(log.entries)
    return consistency_proof(old, size, node_reader(size, log.frontier(size)[1].__getitem__))


def state(checkpoint: Checkpoint) -> tuple[int, bytes]:
    return checkpoint.size, checkpoint.root


LIES = {
    "forked history": Log([*ENTRIES[:299], b"another", *ENTRIES[300:]]),
    "dropped middle entry": Log(ENTRIES[:120] + ENTRIES[121:]),
    "inserted entry": Log([*ENTRIES[:120], b"inserted", *ENTRIES[120:]]),
    "two entries swapped": Log([ENTRIES[1], ENTRIES[0], *ENTRIES[2:]]),
    "first entry dropped": Log(ENTRIES[1:]),
}


@pytest.mark.parametrize("lie", LIES)
def test_no_proof_joins_a_rewritten_history_to_a_known_checkpoint(lie: str) -> None:
    known = head(HONEST, 400)
    for log in (HONEST, LIES[lie]):
        with pytest.raises(ProofError):
            verify_consistency(state(known), state(head(LIES[lie])), proof(log, 400))
    verify_consistency(state(known), state(head(HONEST)), proof(HONEST, 400))


@pytest.mark.parametrize("lie", LIES)
def test_the_verifier_finds_a_rewritten_history_by_a_known_checkpoint(lie: str) -> None:
    files = LIES[lie].files()
    assert log_findings(files) == []  # consistent in itself: only an outside witness can tell
    assert "forked" in log_findings(files, known=head(HONEST, 400))[0]
    assert log_findings(HONEST.files(), known=head(HONEST, 400)) == []


def test_a_truncated_tail_and_an_older_backup_are_found_by_a_known_checkpoint() -> None:
    shorter = Log(ENTRIES[:399])
    assert log_findings(shorter.files()) == []
    assert "truncated" in log_findings(shorter.files(), known=head(HONEST, 400))[0]
    with pytest.raises(ProofError, match="缩短"):
        verify_consistency(state(head(HONEST, 400)), state(head(shorter)), ())


def test_a_swapped_origin_or_log_is_found() -> None:
    renamed = Log(ENTRIES, LOG, origin="other.example/log")
    with pytest.raises(NoteError, match="来源"):
        open_checkpoint(renamed.checkpoint(), LOG.vkey)
    assert "来源" in log_findings(renamed.files())[0]
    other = Log(ENTRIES, Signer.from_seed("other.example/log", b"\x44" * 32))
    assert "可信密钥" in log_findings(other.files())[0]
    foreign = open_checkpoint(other.checkpoint(), other.signer.vkey)
    assert "another log" in log_findings(HONEST.files(), known=foreign)[0]


def test_a_replaced_key_of_the_same_name_is_found() -> None:
    replaced = Log(ENTRIES, Signer.from_seed(LOG.name, b"\x44" * 32))
    assert "可信密钥" in log_findings(replaced.files())[0]


def test_an_old_checkpoint_beside_newer_tiles_or_newer_beside_older_is_told_apart() -> None:
    files = HONEST.files()
    newer = files | {"checkpoint": Log([*ENTRIES, b"x"]).checkpoint().encode()}
    assert log_findings(newer)
    # A reader may come between tiles and checkpoint of a running log: that is no fault.
    assert log_findings(files | Log(ENTRIES[:513]).files()) == []
    stale = files | {"tile/0/002.p/1": bytes(32)}
    assert log_findings(stale) == [
        "FAIL step 2: tile/0/002.p/1: 多余或与日志不符的文件 (unexpected file)"
    ]


@pytest.mark.parametrize(
    ("path", "place", "expected"),
    [
        ("tile/0/001", 32 * 7 + 3, "FAIL step 2: tile/0/001: 第 227 字节起不符，属于条目 263"),
        ("tile/0/002.p/88", 0, "FAIL step 2: tile/0/002.p/88: 第 0 字节起不符，属于条目 512"),
        ("tile/1/000.p/2", 40, "FAIL step 2: tile/1/000.p/2: 第 40 字节起不符，属于条目 256 起"),
        ("tile/entries/000", 30, "FAIL step 2: tile/entries/000: 条目 3 已被改动"),
    ],
)
def test_one_altered_byte_is_found_where_it_lies(path: str, place: int, expected: str) -> None:
    files = HONEST.files()
    spoilt = bytearray(files[path])
    spoilt[place] ^= 0x10
    found = log_findings(files | {path: bytes(spoilt)})
    assert len(found) == 1
    assert found[0].startswith(expected), found


def test_an_altered_length_in_a_bundle_is_found_at_its_entry() -> None:
    files = HONEST.files()
    bundle = bytearray(files["tile/entries/002.p/88"])
    bundle[0] = 0xFF
    found = log_findings(files | {"tile/entries/002.p/88": bytes(bundle)})
    assert any("条目 512 已被改动" in line for line in found)
    assert any("条目 512 处条目包在条目中途结束" in line for line in found)


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/0/001", "tile/1/000.p/2"])
def test_a_missing_file_is_named(path: str) -> None:
    files = HONEST.files()
    del files[path]
    assert any(f": {path}: " in line for line in log_findings(files))


def test_an_entry_added_behind_the_last_in_its_bundle_is_found() -> None:
    files = HONEST.files()
    path = "tile/entries/002.p/88"
    found = log_findings(files | {path: files[path] + b"\x00\x01x"})
    assert found == [f"FAIL step 2: {path}: 应有 88 条，实有 89 条 (count)"]


def test_altering_entry_and_tile_alike_leaves_the_root_as_witness() -> None:
    other = [*ENTRIES[:300], b"altered", *ENTRIES[301:]]
    found = log_findings(Log(other).files() | {"checkpoint": HONEST.checkpoint().encode()})
    assert found[0].startswith("FAIL step 2: checkpoint: ")
    assert hashlib.sha256(b"").hexdigest() not in found[0]
