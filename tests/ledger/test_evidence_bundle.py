"""An evidence bundle holds as a whole, or the verifier says what does not hold and where."""

import base64

import pytest

from ledger.domain.bundle import HEADER, BundleError, build, open_manifest
from ledger.domain.note import Signer, sign
from tests.ledger.evidence import (
    APPROVAL_ID,
    ID,
    LOG,
    ROOT,
    Approver,
    Log,
    approval,
    compact,
    disclosure,
    moment,
    signed,
    signing,
    unsigned,
)
from tests.ledger.reading import findings

Files = dict[str, bytes]
STRANGER = Signer.from_seed(LOG.name, b"\x66" * 32)
TILE = "log/tile/0/001.p/44"
NAME = disclosure(5)[0]


@pytest.mark.parametrize("algorithm", ["ES256", "Ed25519"])
def test_a_bundle_as_the_house_makes_it_holds(algorithm: str) -> None:
    assert findings(signed(unsigned(by=Approver(algorithm)))) == []


def test_a_bundle_signed_again_by_another_key_fails() -> None:
    found = findings(signed(unsigned(), STRANGER))
    assert found[0].startswith("FAIL step 1: MANIFEST: ")
    forged = unsigned()
    forged["log/checkpoint"] = Log([disclosure(n)[1] for n in range(300)], STRANGER).files()[
        "checkpoint"
    ]
    found = findings(signed(forged, STRANGER))
    assert any(line.startswith("FAIL step 3: log/checkpoint: ") for line in found)


def test_a_second_signature_line_on_the_manifest_is_a_byte_not_covered() -> None:
    files = signed(unsigned())
    text = files["MANIFEST"].decode().rpartition("\n\n")[0] + "\n"
    files["MANIFEST"] += sign(text, STRANGER).rpartition("\n\n")[2].encode()
    assert "一行签名" in findings(files)[0]


RECEIPT, ENTRY = f"receipts/{NAME}.tlog-proof", f"entries/{NAME}.json"
APPROVAL, SIGNATURE = f"approvals/{APPROVAL_ID}.json", f"approvals/{APPROVAL_ID}.sig.json"
UNKNOWN = f"documents/sha256-{'0' * 64}"
Change = tuple[str, bytes | None]
"""A path, and its new content; None takes the file away."""

AFTER_SIGNING: dict[str, tuple[Change, str]] = {
    "no manifest": (("MANIFEST", None), "FAIL step 1: MANIFEST: "),
    "no checkpoint": (("log/checkpoint", None), "FAIL step 2: log/checkpoint: "),
    "no tile": ((TILE, None), f"FAIL step 2: {TILE}: "),
    "no receipt": ((RECEIPT, None), f"FAIL step 2: {RECEIPT}: "),
    "another entry": ((ENTRY, disclosure(6)[1]), f"FAIL step 2: {ENTRY}: "),
    "one document more": (("documents/more", b"x"), "FAIL step 2: documents/more: "),
    "a program more": (("run.sh", b"x"), "FAIL step 2: run.sh: "),
}
BEFORE_SIGNING: dict[str, tuple[Change, str]] = {
    "no tile": ((TILE, None), f"FAIL step 4: {TILE}: "),
    "one tile more": (("log/tile/0/002", b"x"), "FAIL step 4: log/tile/0/002: "),
    "an old partial tile": (("log/tile/0/001.p/43", b"x"), "FAIL step 4: log/tile/0/001.p/43: "),
    "another tile": ((TILE, bytes(44 * 32)), f"FAIL step 4: {TILE}: 第 0 字节起"),
    "no receipt": ((RECEIPT, None), f"FAIL step 5: {RECEIPT}: "),
    "no entry": ((ENTRY, None), f"FAIL step 5: {RECEIPT}: "),
    "another entry": ((ENTRY, disclosure(6)[1]), f"FAIL step 5: {ENTRY}: "),
    "an entry that is none": ((ENTRY, b"[]"), f"FAIL step 5: {ENTRY}: "),
    "no signature": ((SIGNATURE, None), f"FAIL step 6: {SIGNATURE}: "),
    "no approval": ((APPROVAL, None), f"FAIL step 6: {SIGNATURE}: "),
    "a document misnamed": ((UNKNOWN, b"x"), f"FAIL step 8: {UNKNOWN}: "),
}


def changed(files: Files, change: Change) -> Files:
    path, data = change
    rest = {name: content for name, content in files.items() if name != path}
    return rest if data is None else rest | {path: data}


@pytest.mark.parametrize("case", AFTER_SIGNING)
def test_every_missing_or_added_file_is_named(case: str) -> None:
    change, expected = AFTER_SIGNING[case]
    found = findings(changed(signed(unsigned()), change))
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize("case", BEFORE_SIGNING)
def test_what_even_the_logs_own_key_cannot_cover_up(case: str) -> None:
    """The house itself lies: it signs a manifest over files that do not fit."""
    change, expected = BEFORE_SIGNING[case]
    found = findings(signed(changed(unsigned(), change)))
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client": f"client_{'9' * 32}"}, "client"),
        ({"recipient": f"recipient_{'9' * 32}"}, "recipient"),
        ({"delivery": "file"}, "提供方式"),
        ({"rows": 101}, "行数"),
        ({"rows": None}, "行数"),
        ({"responsible": [f"person_{'9' * 32}"]}, "责任人"),
        ({"approvals": [f"approval_{'9' * 32}"]}, "approval missing"),
        ({"approvals": None}, "批准列表"),
    ],
)
def test_a_disclosure_outside_its_approval_is_found(
    changes: dict[str, object], expected: str
) -> None:
    found = findings(signed(unsigned(30, entry=changes)))
    assert found
    assert all(line.startswith("FAIL step 7: entries/entry_") for line in found)
    assert expected in found[0]


@pytest.mark.parametrize(
    "period",
    [{"start": moment(1), "end": moment(2)}, {"start": moment(-2), "end": moment(0)},
     {"start": "yesterday", "end": moment(2)}, {}, None],
)  # fmt: skip
def test_a_disclosure_outside_the_approved_period_is_found(period: object) -> None:
    found = findings(signed(unsigned(30, changes={"period": period})))
    assert found
    assert all(line.startswith("FAIL step 7") for line in found)


REVOCATION: dict[str, object] = {"type": "revocation", "approval": APPROVAL_ID}


def test_a_disclosure_after_the_revocation_is_found() -> None:
    """Disclosure 10 of 30 (count - 20) is in question; 5 lies before the revocation."""
    found = findings(signed(unsigned(30, others={7: REVOCATION})))
    assert len(found) == 1
    assert found[0].startswith(f"FAIL step 7: entries/{disclosure(10)[0]}.json: 披露晚于批准的撤销")
    assert findings(signed(unsigned(30, others={11: REVOCATION}))) == []


def test_a_disclosure_before_its_approval_was_signed_is_found() -> None:
    document = compact(approval(Approver()))
    late = {0: REVOCATION | {"approval": "another"}, 7: signing(document)}
    found = findings(signed(unsigned(30, others=late)))
    assert len(found) == 1
    assert found[0].startswith(f"FAIL step 7: entries/{NAME}.json: 披露早于批准的签署")


def test_an_approval_of_which_the_log_does_not_tell_is_found() -> None:
    """The approver's key was used, or the approval written, behind the log's back."""
    other = signing(compact(approval(Approver(), purpose="another")))
    for entry in (REVOCATION | {"approval": "another"}, other):
        found = findings(signed(unsigned(30, others={0: entry})))
        assert len(found) == 1
        assert found[0].startswith(f"FAIL step 6: {APPROVAL}: 日志没有记载这份文书的签署")


def test_a_disclosure_of_synthetic_pupils_cites_no_approval() -> None:
    synthetic: dict[str, object] = {"approvals": [], "responsible": []}
    assert findings(signed(unsigned(30, entry=synthetic))) == []


OTHER = f"person_{'9' * 32}"
PEOPLE = approval(Approver())["responsible"]


@pytest.mark.parametrize(
    ("approver", "changes", "expected"),
    [
        (Approver(root=STRANGER), {}, "根密钥"),
        (Approver(valid=(-10, -2)), {}, "有效期"),
        (Approver(valid=(0, 10)), {}, "有效期"),
        (Approver(), {"issued_at": "2026-09-01"}, "RFC 3339"),
        (Approver(), {"approver": {"person": OTHER, "org": f"org_{ID}", "key": "k"}}, "批准人"),
        (Approver(), {"responsible": {**PEOPLE, "approver": OTHER}}, "责任人"),
        (Approver(), {"decision": "deny"}, "不是批准文书"),
        (Approver(), {"approval": f"approval_{'9' * 32}"}, "文件名"),
    ],
)
def test_an_approval_that_its_signer_could_not_give_is_found(
    approver: Approver, changes: dict[str, object], expected: str
) -> None:
    found = findings(signed(unsigned(30, by=approver, changes=changes)))
    assert found[0].startswith(f"FAIL step 6: approvals/{APPROVAL_ID}.json: ")
    assert expected in found[0]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"signature": "AAAA"}, "签名与文书不符"),
        ({"signature": "AA=="}, "签名与文书不符"),
        ({"signature": "A"}, "base64"),
        ({"signature": 7}, "缺少"),
        ({"spki": "AAAA"}, "与证书不符"),
        ({"algorithm": "Ed25519"}, "与证书不符"),
        ({"algorithm": "none"}, "与证书不符"),
        ({"certificate": "no note"}, "证书"),
        ({"certificate": sign("xueyin-signing-key@v1\n", ROOT)}, "格式"),
    ],
)
def test_a_signature_that_does_not_fit_is_found(changes: dict[str, object], expected: str) -> None:
    files = unsigned(30)
    document = files[f"approvals/{APPROVAL_ID}.json"]
    files[f"approvals/{APPROVAL_ID}.sig.json"] = Approver().sign(document, **changes)
    found = findings(signed(files))
    assert expected in found[0], found


def test_an_es256_signature_of_65_bytes_is_not_a_second_spelling_of_64() -> None:
    files = unsigned(30)
    document = files[APPROVAL]
    raw = Approver().signature(document)
    longer = base64.b64encode(raw[:32] + b"\x00" + raw[32:]).decode()
    files[SIGNATURE] = Approver().sign(document, signature=longer)
    assert "签名与文书不符" in findings(signed(files))[0]


def test_another_persons_signature_over_the_same_words_is_found() -> None:
    files = unsigned(30)
    document = files[f"approvals/{APPROVAL_ID}.json"]
    other = Approver("Ed25519", person=OTHER)
    files[f"approvals/{APPROVAL_ID}.sig.json"] = other.sign(document)
    assert "批准人" in findings(signed(files))[0]


def test_a_repeated_key_in_signed_json_is_found() -> None:
    files = unsigned(30)
    document = compact(approval(Approver()))[:-1] + b',"client":"another"}'
    files[f"approvals/{APPROVAL_ID}.json"] = document
    files[f"approvals/{APPROVAL_ID}.sig.json"] = Approver().sign(document)
    assert "repeated key" in findings(signed(files))[0]


def test_a_receipt_from_a_forked_history_is_found() -> None:
    """Two checkpoints by the log's own key that contradict are proof of a lie."""
    fork = Log([disclosure(number)[1] for number in range(5, 15)])
    files = unsigned(30)
    files[f"receipts/{NAME}.tlog-proof"] = fork.receipt(0).text.encode()
    found = findings(signed(files))
    assert found[0].startswith(f"FAIL step 5: receipts/{NAME}.tlog-proof: ")
    assert "历史" in found[0]


def test_a_manifest_with_a_path_twice_or_another_header_is_refused() -> None:
    line = f"{'0' * 64}  log/checkpoint\n"
    for text in (f"{HEADER}\n{line}{line}", f"another\n{line}", f"{HEADER}\n{line[1:]}"):
        with pytest.raises(BundleError):
            open_manifest(sign(text, LOG).encode(), LOG.vkey)
    assert open_manifest(sign(f"{HEADER}\n{line}", LOG).encode(), LOG.vkey)


@pytest.mark.parametrize(
    "path",
    ["MANIFEST", "../x", "/etc/passwd", "log/../x", "notes.txt", "log/tile/../../x",
     "documents/plan", "entries/a/b.json", "approvals/.json", "entries/x.json\n"],
)  # fmt: skip
def test_a_path_outside_the_layout_is_not_packed(path: str) -> None:
    with pytest.raises(BundleError):
        build({path: b""}, LOG)
