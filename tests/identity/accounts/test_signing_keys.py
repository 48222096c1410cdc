"""With database and settings in hand nobody can make a signature that counts (issue 2, 8)."""

import asyncio
import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from identity.accounts.domain import certificate, key_request
from identity.accounts.domain.signing_key import (
    ES256,
    PrivateKey,
    is_signed,
    public_half,
    sign,
)
from identity.accounts.store.tables import account, signing_key
from identity.accounts.usecases.add_certificate import add_certificate
from identity.accounts.usecases.enrol_key import enrol_key
from identity.accounts.usecases.revoke_key import revoke_key
from identity.accounts.usecases.services import AccountServices
from identity.accounts.usecases.signing_keys import KeyVerifier, own_keys
from kernel.errors import ConflictError, DeniedError, InvalidError, MissingError, UnavailableError
from kernel.ids import OrgId, PersonId
from kernel.principal import Principal, Role
from ledger.domain import note
from sharing.requests.domain.signing import KeyDirectory, SignatureVerifier, VerifiedKey
from tests.conftest import HandClock
from tests.identity.accounts.keys_at_hand import OTHER_ROOT, PAYLOAD, ROOT, issue, p256
from tests.identity.accounts.people import GOVERNMENT, hire, tamper


@pytest.fixture
def rooted(services: AccountServices) -> AccountServices:
    return replace(services, approver_root=ROOT.vkey)


async def enrolled(
    services: AccountServices, key: PrivateKey, clock: HandClock
) -> tuple[Principal, str]:
    person = await hire(services, Role.APPROVER)
    await enrol_key(services, person, key_request.request_text(key, person.person_id, GOVERNMENT))
    await add_certificate(services, issue(key, clock), by=person)
    return person, public_half(key).key_id


async def verify(
    services: AccountServices, clock: HandClock, signature: bytes, key_id: str, **more: object
) -> VerifiedKey:
    asked: dict[str, object] = {
        "person_id": PersonId("person_approver"), "org_id": GOVERNMENT, "payload": PAYLOAD,
        "signature": signature, "key_id": key_id, "at": clock.now, **more,
    }  # fmt: skip
    return await KeyVerifier(services).verify(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [p256(), ed25519.Ed25519PrivateKey.generate()])
def test_a_certified_key_signs_and_gives_its_evidence(
    rooted: AccountServices, clock: HandClock, key: PrivateKey
) -> None:
    async def story() -> None:
        _, key_id = await enrolled(rooted, key, clock)
        verified = await verify(rooted, clock, sign(key, PAYLOAD), key_id)
        assert verified.key_id == key_id
        assert verified.spki == public_half(key).spki
        # A stranger with the root's public key alone comes to the same answer.
        again = certificate.parse(verified.certificate, ROOT.vkey)
        assert is_signed(again.key, PAYLOAD, sign(key, PAYLOAD))
        usable = await KeyVerifier(rooted).usable(
            person_id=PersonId("person_approver"), org_id=GOVERNMENT, at=clock.now
        )
        assert usable == (key_id,)

    asyncio.run(story())


def test_the_verifier_fits_the_ports_of_sharing(rooted: AccountServices) -> None:
    made = KeyVerifier(rooted)
    ports: tuple[SignatureVerifier, KeyDirectory] = (made, made)
    assert ports == (made, made)


def test_an_enrolled_key_signs_nothing_before_it_is_certified(
    rooted: AccountServices, clock: HandClock
) -> None:
    key = p256()

    async def story() -> None:
        person = await hire(rooted, Role.APPROVER)
        text = key_request.request_text(key, person.person_id, GOVERNMENT)
        asked = await enrol_key(rooted, person, text)
        with pytest.raises(DeniedError):
            await verify(rooted, clock, sign(key, PAYLOAD), asked.key.key_id)

    asyncio.run(story())


def test_what_is_wrong_with_a_signature_is_refused(
    rooted: AccountServices, clock: HandClock
) -> None:
    key, other = p256(), p256()

    async def story() -> None:
        _, key_id = await enrolled(rooted, key, clock)
        good = sign(key, PAYLOAD)
        bad: list[tuple[bytes, str, dict[str, object]]] = [
            (sign(other, PAYLOAD), key_id, {}),
            (good, public_half(other).key_id, {}),
            (good, key_id, {"payload": PAYLOAD + b" "}),
            (good, key_id, {"person_id": PersonId("person_other")}),
            (good, key_id, {"org_id": OrgId("org_other")}),
            (good, key_id, {"at": clock.now - timedelta(seconds=1)}),
            (good, key_id, {"at": clock.now + timedelta(days=365)}),
            (b"", key_id, {}),
            (b"\0" * 64, key_id, {}),
            (good[:63], key_id, {}),
            (good + b"\0", key_id, {}),
            (bytes([good[0] ^ 1]) + good[1:], key_id, {}),
        ]
        for signature, named, more in bad:
            with pytest.raises(DeniedError):
                await verify(rooted, clock, signature, named, **more)
        await verify(rooted, clock, good, key_id)

    asyncio.run(story())


def test_a_thief_of_database_and_settings_cannot_sign_in_an_approvers_name(
    rooted: AccountServices, clock: HandClock
) -> None:
    """The thief writes any row and holds every setting, but not the root's private half."""
    honest, own = p256(), p256()
    own_id = public_half(own).key_id
    row = {
        "key_id": own_id, "person_id": "person_approver", "org_id": GOVERNMENT,
        "algorithm": ES256, "spki": public_half(own).spki, "enrolled_at": clock.now,
        "valid_from": clock.now, "valid_to": clock.now + timedelta(days=365),
    }  # fmt: skip

    async def story() -> None:
        _, key_id = await enrolled(rooted, honest, clock)
        genuine = issue(honest, clock)
        body = genuine.partition("\n\n")[0] + "\n"
        swapped = body.replace(
            base64.b64encode(public_half(honest).spki).decode(),
            base64.b64encode(public_half(own).spki).decode(),
        )
        forgeries = [
            None,
            "",
            issue(own, clock, OTHER_ROOT),
            note.sign(swapped, OTHER_ROOT),
            swapped + "\n" + genuine.partition("\n\n")[2],
            genuine,
            genuine.replace("person_approver", "person_thief"),
            issue(own, clock, note.Signer.from_seed("self", b"\x03" * 32)),
        ]
        for forged in forgeries:
            await tamper(rooted, signing_key.delete().where(signing_key.c.key_id == own_id))
            await tamper(rooted, signing_key.insert().values(**row, certificate=forged))
            with pytest.raises(DeniedError):
                await verify(rooted, clock, sign(own, PAYLOAD), own_id)
        # Put the thief's public key into the approver's certified row.
        certified = signing_key.update().where(signing_key.c.key_id == key_id)
        await tamper(rooted, certified.values(spki=public_half(own).spki))
        with pytest.raises(DeniedError):
            await verify(rooted, clock, sign(own, PAYLOAD), key_id)

    asyncio.run(story())


def test_whoever_becomes_the_approver_in_the_database_still_lacks_the_key(
    rooted: AccountServices, clock: HandClock
) -> None:
    key, own = p256(), p256()

    async def story() -> None:
        await enrolled(rooted, key, clock)
        await hire(rooted, Role.APPROVER, "thief")
        renamed = account.update().where(account.c.username == "thief")
        await tamper(rooted, renamed.values(person_id="person_approver"))
        thief = Principal(
            (await hire(rooted, Role.AUDITOR)).account_id, PersonId("person_approver"),
            frozenset({Role.APPROVER}), "thief", GOVERNMENT,
        )  # fmt: skip
        text = key_request.request_text(own, thief.person_id, GOVERNMENT)
        asked = await enrol_key(rooted, thief, text)
        with pytest.raises(InvalidError):
            await add_certificate(rooted, issue(own, clock, OTHER_ROOT), by=thief)
        with pytest.raises(DeniedError):
            await verify(rooted, clock, sign(own, PAYLOAD), asked.key.key_id)

    asyncio.run(story())


def test_a_revoked_key_signs_nothing_from_then_on_and_stays_revoked(
    rooted: AccountServices, clock: HandClock
) -> None:
    key = p256()

    async def story() -> None:
        person, key_id = await enrolled(rooted, key, clock)
        clock.forward(days=1)
        await revoke_key(rooted, person, key_id)
        with pytest.raises(DeniedError):
            await verify(rooted, clock, sign(key, PAYLOAD), key_id)
        # What it signed before was signed rightly.
        earlier = clock.now - timedelta(seconds=1)
        await verify(rooted, clock, sign(key, PAYLOAD), key_id, at=earlier)
        with pytest.raises(ConflictError):
            await revoke_key(rooted, person, key_id)
        with pytest.raises(ConflictError):
            await add_certificate(rooted, issue(key, clock))
        assert [state for _, state in await own_keys(rooted, person)] == ["revoked"]

    asyncio.run(story())


def test_nobody_revokes_or_certifies_for_somebody_else_but_an_administrator_may_revoke(
    rooted: AccountServices, clock: HandClock
) -> None:
    key = p256()

    async def story() -> None:
        _, key_id = await enrolled(rooted, key, clock)
        other = await hire(rooted, Role.APPROVER, "approver2")
        with pytest.raises(MissingError):
            await revoke_key(rooted, other, key_id)
        with pytest.raises(DeniedError):
            await add_certificate(rooted, issue(key, clock), by=other)
        await revoke_key(rooted, await hire(rooted, Role.ADMINISTRATOR), key_id)

    asyncio.run(story())


def test_without_a_root_key_in_the_settings_nothing_verifies(
    services: AccountServices, clock: HandClock
) -> None:
    key = p256()

    async def story() -> None:
        with pytest.raises(UnavailableError):
            await add_certificate(services, issue(key, clock))
        _, key_id = await enrolled(replace(services, approver_root=ROOT.vkey), key, clock)
        with pytest.raises(DeniedError):
            await verify(services, clock, sign(key, PAYLOAD), key_id)

    asyncio.run(story())


def test_a_request_must_be_the_callers_own_and_prove_possession(rooted: AccountServices) -> None:
    key, other = p256(), p256()
    good = key_request.request_text(key, PersonId("person_approver"), GOVERNMENT)
    proof = good.rpartition("proof ")[2]
    foreign_proof = key_request.request_text(
        other, PersonId("person_approver"), GOVERNMENT
    ).rpartition("proof ")[2]
    bad = [
        "", "nonsense", good.replace(proof, foreign_proof), good.replace("ES256", "Ed25519"),
        good.replace("person_approver", "person_other"), good + "more line\n",
        good.replace("person ", "Person "), good.replace(proof, "!!!\n"), good * 2,
        good.replace("@v1", "@v2"), "x" * 100_000,
    ]  # fmt: skip

    async def story() -> None:
        person = await hire(rooted, Role.APPROVER)
        for text in bad:
            with pytest.raises(InvalidError):
                await enrol_key(rooted, person, text)
        for named, org in (("person_other", GOVERNMENT), ("person_approver", OrgId("org_x"))):
            text = key_request.request_text(key, PersonId(named), org)
            with pytest.raises(DeniedError):
                await enrol_key(rooted, person, text)
        # As a form posts it.
        assert (await enrol_key(rooted, person, good.replace("\n", "\r\n"))).text == good
        with pytest.raises(ConflictError):
            await enrol_key(rooted, person, good)

    asyncio.run(story())
