"""https://c2sp.org/tlog-proof: the receipt that a recipient keeps."""

import pytest

from ledger.domain.checkpoint import Checkpoint, sign_checkpoint
from ledger.domain.frontier import Frontier
from ledger.domain.merkle import ProofError, inclusion_proof
from ledger.domain.note import NoteError, Signer
from ledger.domain.receipt import Receipt, ReceiptError
from ledger.domain.tree import node_reader

SIGNER = Signer.from_seed("registry.example/log", b"\x01" * 32)
ENTRIES = [b"entry %d" % number for number in range(300)]


@pytest.fixture(scope="module")
def receipt() -> Receipt:
    frontier, filled = Frontier().extend(ENTRIES)
    tiles = filled | frontier.partial_files()
    note = sign_checkpoint(Checkpoint(SIGNER.name, 300, frontier.edge.root), SIGNER)
    return Receipt(42, inclusion_proof(42, 300, node_reader(300, tiles.__getitem__)), note)


def test_the_text_has_header_index_path_blank_line_and_checkpoint(receipt: Receipt) -> None:
    lines = receipt.text.split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 42"]
    assert len(lines[2]) == 44
    assert lines[lines.index("") + 1] == "registry.example/log"
    assert receipt.text.endswith(receipt.checkpoint)


def test_it_verifies_with_the_entry_and_the_key_alone(receipt: Receipt) -> None:
    assert Receipt.parse(receipt.text).verify(ENTRIES[42], SIGNER.vkey).size == 300


def test_it_verifies_no_other_entry_and_under_no_other_key(receipt: Receipt) -> None:
    with pytest.raises(ProofError):
        receipt.verify(ENTRIES[43], SIGNER.vkey)
    with pytest.raises(NoteError):
        receipt.verify(ENTRIES[42], Signer.from_seed(SIGNER.name, b"\x02" * 32).vkey)


def test_a_tree_of_one_entry_has_an_empty_path() -> None:
    frontier, _ = Frontier().extend(ENTRIES[:1])
    note = sign_checkpoint(Checkpoint(SIGNER.name, 1, frontier.edge.root), SIGNER)
    receipt = Receipt.parse(Receipt(0, (), note).text)
    assert receipt.verify(ENTRIES[0], SIGNER.vkey).size == 1


def test_every_flipped_bit_is_detected(receipt: Receipt) -> None:
    text = receipt.text.encode()
    for place in range(len(text)):
        for bit in range(8):
            spoilt = bytearray(text)
            spoilt[place] ^= 1 << bit
            with pytest.raises((ReceiptError, NoteError, ProofError, UnicodeDecodeError)):
                Receipt.parse(spoilt.decode()).verify(ENTRIES[42], SIGNER.vkey)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tlog-proof@v1", "tlog-proof@v2"), ("index 42", "index 042"), ("index 42", "index -1"),
        ("index 42", "index ٤٢"), ("index 42", "Index 42"), ("index 42\n", ""),
        ("index 42\n", "index 42\nAAAA\n"), ("index 42", "extra AAAA\nindex 42"),
        ("index 42", f"index {'9' * 30}"),
    ],
)  # fmt: skip
def test_any_other_form_is_refused(receipt: Receipt, old: str, new: str) -> None:
    with pytest.raises(ReceiptError):
        Receipt.parse(receipt.text.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v1\n\n"])
def test_what_is_cut_short_is_refused(text: str) -> None:
    with pytest.raises(ReceiptError):
        Receipt.parse(text)
