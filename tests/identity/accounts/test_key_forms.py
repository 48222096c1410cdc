"""Keys, key requests, certificates, key files and their page: every form has one spelling."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from identity.accounts.domain import certificate, key_request
from identity.accounts.domain.key_file import new_key_file, read_key_file
from identity.accounts.domain.signing_key import (
    ED25519,
    ES256,
    is_signed,
    parse_spki,
    public_half,
    sign,
)
from identity.accounts.store.tables import signing_key
from identity.accounts.usecases.services import AccountServices
from kernel.errors import InvalidError
from kernel.ids import OrgId, PersonId
from kernel.principal import Role
from ledger.domain import note
from tests.conftest import HandClock
from tests.identity.accounts.keys_at_hand import OTHER_ROOT, PAYLOAD, ROOT, issue, p256
from tests.identity.accounts.people import GOVERNMENT, hire
from tests.identity.accounts.site import form_token, sign_in, site


@pytest.fixture
def rooted(services: AccountServices) -> AccountServices:
    return replace(services, approver_root=ROOT.vkey)


def test_only_p256_and_ed25519_in_their_one_encoding_are_keys() -> None:
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    weak = rsa.generate_private_key(65537, 2048).public_key().public_bytes(*spki)
    curve = ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(*spki)
    good = public_half(p256()).spki
    point = p256().public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    compressed = good[:26].replace(b"\x03\x42\x00", b"\x03\x22\x00") + point
    compressed = b"\x30\x39" + compressed[2:]
    for other in (weak, curve, compressed, good + b"\0", good[:-1], b"", b"\x30" * 300):
        with pytest.raises(InvalidError):
            parse_spki(other)
    assert parse_spki(good).algorithm == ES256


def test_a_certificate_says_what_it_must_and_nothing_else(clock: HandClock) -> None:
    key = p256()
    text = issue(key, clock)
    parsed = certificate.parse(text, ROOT.vkey)
    assert (parsed.person_id, parsed.org_id) == ("person_approver", GOVERNMENT)
    assert parsed.valid_to - parsed.valid_from == timedelta(days=365)
    body = text.partition("\n\n")[0] + "\n"
    assert body.startswith("xueyin-signing-key@v1\nperson person_approver\norg ")
    for wrong in (
        body + "extra line\n", body.replace("@v1", "@v2"), body.replace("from ", "From "),
        body.replace("Z\n", "\n"), body.replace("ES256", "Ed25519"),
        body.replace("person_approver", "person approver"),
        body.replace("person_approver", "x" * 65), body.replace("to 2027", "to 2099"),
        body.replace("to 2027", "to 2020"),
    ):  # fmt: skip
        assert wrong != body
        with pytest.raises(InvalidError):
            certificate.parse(note.sign(wrong, ROOT), ROOT.vkey)
    for broken in ("", "\n\n", text[:-5], "\x00" + text, text * 2, "x" * 5000):
        with pytest.raises(InvalidError):
            certificate.parse(broken, ROOT.vkey)


def test_a_certificate_is_not_issued_for_ever_or_backwards(clock: HandClock) -> None:
    for days in (0, -1, 5 * 366):
        with pytest.raises(InvalidError):
            certificate.issue(
                ROOT, PersonId("p"), OrgId("o"), public_half(p256()),
                valid_from=clock.now, valid_to=clock.now + timedelta(days=days),
            )  # fmt: skip


@pytest.mark.parametrize("algorithm", [ES256, ED25519])
@pytest.mark.parametrize("passphrase", ["", "a long passphrase"])
def test_a_key_file_is_only_its_owners_and_never_overwritten(
    tmp_path: Path, algorithm: str, passphrase: str
) -> None:
    path = tmp_path / "signer.pem"
    public = new_key_file(path, algorithm, passphrase)
    assert path.stat().st_mode & 0o777 == 0o600
    private = read_key_file(path, passphrase)
    assert public_half(private) == public
    assert is_signed(public, PAYLOAD, sign(private, PAYLOAD))
    with pytest.raises(FileExistsError):
        new_key_file(path, algorithm)
    with pytest.raises(InvalidError):
        read_key_file(path, "wrong" if passphrase else "surplus")
    path.chmod(0o640)
    with pytest.raises(InvalidError, match="权限"):
        read_key_file(path, passphrase)
    with pytest.raises(InvalidError):
        new_key_file(tmp_path / "rsa.pem", "RS256")
    assert list(tmp_path.iterdir()) == [path]


def test_the_table_of_keys_has_no_place_for_a_private_half() -> None:
    assert {column.name for column in signing_key.columns} == {
        "key_id", "person_id", "org_id", "algorithm", "spki", "request", "certificate",
        "valid_from", "valid_to", "enrolled_at", "revoked_at", "revoked_by",
    }  # fmt: skip


def test_the_page_enrols_certifies_and_revokes(rooted: AccountServices, clock: HandClock) -> None:
    key = p256()
    asyncio.run(hire(rooted, Role.APPROVER))
    request = key_request.request_text(key, PersonId("person_approver"), GOVERNMENT)
    page = "/account/signing-key"
    with site(rooted) as browser:
        sign_in(browser, "approver")

        def post(path: str, **form: str) -> tuple[int, str]:
            answer = browser.post(path, data={"csrf": form_token(browser, page), **form})
            return answer.status_code, answer.text

        assert post(page, request="nonsense")[0] == 422
        assert post(page, request=request)[0] == 303
        assert public_half(key).fingerprint in browser.get(page).text
        assert "等待证书" in browser.get(page).text
        status, text = post(f"{page}/certificate", certificate=issue(key, clock, OTHER_ROOT))
        assert status == 422
        assert "没有批准机关根密钥的有效签名" in text
        assert post(f"{page}/certificate", certificate=issue(key, clock))[0] == 303
        assert "可以签署" in browser.get(page).text
        assert post(f"{page}/revocation", key_id=public_half(key).key_id)[0] == 303
        assert post(f"{page}/revocation", key_id="key_none")[0] == 404
        assert "已吊销" in browser.get(page).text
