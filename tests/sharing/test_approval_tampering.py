"""What was signed holds, and nothing else: whoever writes the database gains nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from kernel.canonical import canonical_bytes, digest_bytes
from kernel.errors import InvalidError
from kernel.ids import PersonId
from kernel.runtime import Runtime
from sharing.approvals.domain import document
from sharing.approvals.usecases.load_in_force import load_genuine, load_in_force
from sharing.requests.domain.request_state import State
from sharing.requests.store.tables import approval, data_request
from tests.sharing.request_world import World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


async def overwrite(world: World, table: sa.Table, **values: Any) -> None:  # noqa: ANN401  columns
    """Write straight into the database, as whoever stole its password would."""

    def job(connection: Connection) -> None:
        connection.execute(table.update().values(**values))

    await world.runtime.database.write(job)


def widen(path: tuple[str, ...], value: object) -> Callable[[dict[str, Any]], None]:
    def change(found: dict[str, Any]) -> None:
        for key in path[:-1]:
            found = found[key]
        found[path[-1]] = value

    return change


WIDENINGS = {
    "fields": widen(("fields", "name"), "keep"),
    "one more field": widen(("fields", "sex"), "keep"),
    "cohort": widen(("cohort", "division"), "37"),
    "schools": widen(("cohort", "school_ids"), []),
    "purpose": widen(("purpose",), "class_rostering"),
    "recipient": widen(("recipient",), "recipient_" + "b" * 32),
    "client": widen(("client",), "client_" + "b" * 32),
    "row limit": widen(("quota", "rows"), 999_999),
    "period": widen(("period", "end"), "2039-01-01T00:00:00Z"),
    "deliveries": widen(("deliveries",), ["claims", "file", "record_api"]),
    "basis": widen(("basis",), "statutory_duty"),
    "ground": widen(("ground", "kind"), "law"),
}
SIGNED_ONLY = {
    "bounds": widen(("bounds", "most_rows"), 999_999),
    "least k": widen(("bounds", "least_k"), 0),
    "policy": widen(("policy",), "sha256:" + "0" * 64),
    "plan": widen(("plan",), "sha256:" + "0" * 64),
    "agreement": widen(("agreement",), "sha256:" + "0" * 64),
    "preview": widen(("preview",), "sha256:" + "0" * 64),
    "approver": widen(("approver", "person"), "person_" + "b" * 32),
    "responsible": widen(("responsible", "recipient"), "person_" + "b" * 32),
    "reviewer": widen(("reviewer", "person"), "person_" + "b" * 32),
    "issued at": widen(("issued_at",), "2026-09-01T07:59:59Z"),
    "unknown key": widen(("also",), "sex"),
}


@pytest.mark.parametrize("what", [*WIDENINGS, *SIGNED_ONLY])
def test_a_document_changed_in_the_database_counts_as_absent(world: World, what: str) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        (row,) = await world.runtime.database.read(sa.select(approval))
        changed = json.loads(row.document)
        ({**WIDENINGS, **SIGNED_ONLY})[what](changed)
        forged = canonical_bytes(changed)
        scope = {key: changed[key] for key in json.loads(row.document) if key in SCOPE}
        await overwrite(world, approval, document=forged, digest=digest_bytes(forged))
        await overwrite(world, data_request, scope=scope, client_id=changed["client"])
        await overwrite(world, approval, client_id=changed["client"])
        assert await load_genuine(world.services, approval_id=approval_id) == []

    run(story())


SCOPE = {
    "client", "recipient", "purpose", "ground", "basis", "fields", "cohort", "period", "quota",
    "deliveries", "obligations",
}  # fmt: skip


@pytest.mark.parametrize("what", list(WIDENINGS))
def test_a_scope_that_differs_from_what_was_signed_makes_the_approval_absent(
    world: World, what: str
) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        (row,) = await world.runtime.database.read(sa.select(data_request))
        WIDENINGS[what](row.scope)
        await overwrite(world, data_request, scope=row.scope)
        assert await load_genuine(world.services, approval_id=approval_id) == []

    run(story())


@pytest.mark.parametrize(
    "values",
    [
        {"client_id": "client_" + "b" * 32},
        {"key_id": "key_" + "b" * 32},
        {"digest": "sha256:" + "0" * 64},
        {"signature": b"\x00" * 64},
        {"signature": b""},
    ],
)
def test_a_row_that_does_not_fit_its_document_counts_as_absent(
    world: World, values: dict[str, Any]
) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        await overwrite(world, approval, **values)
        assert await load_genuine(world.services, approval_id=approval_id) == []
        client = values.get("client_id", world.client.client_id)
        assert await load_in_force(world.services, client_id=client) == []

    run(story())


def test_a_signature_dated_elsewhere_than_its_document_counts_as_absent(world: World) -> None:
    async def story() -> None:
        approval_id, _ = await world.whole()
        now = world.runtime.clock()
        for moved in (now + timedelta(hours=1), now - timedelta(seconds=2)):
            await overwrite(world, approval, signed_at=moved)
            assert await load_genuine(world.services, approval_id=approval_id) == []
        await overwrite(world, approval, signed_at=now)
        assert len(await load_genuine(world.services, approval_id=approval_id)) == 1

    run(story())


def test_an_approval_copied_onto_another_data_request_counts_as_absent(world: World) -> None:
    async def story() -> None:
        approval_id, first = await world.whole()
        second = await world.reviewed(world.developer(), world.reviewer())
        await overwrite(world, approval, data_request_id=second.id)
        await overwrite(world, data_request, state=State.APPROVED.value)
        assert await load_genuine(world.services, approval_id=approval_id) == []
        assert first.scope == replace(second).scope

    run(story())


def _signed_bytes(world: World) -> bytes:
    async def story() -> bytes:
        await world.whole()
        (row,) = await world.runtime.database.read(sa.select(approval))
        return bytes(row.document)

    return run(story())


def test_the_document_reads_back_as_it_was_written(world: World) -> None:
    data = _signed_bytes(world)
    value = document.parse(data)
    assert value.to_bytes() == data
    assert value.digest == digest_bytes(data)
    assert isinstance(value.responsible.approver, str)
    assert PersonId(value.reviewer) == value.responsible.releasing_node


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "space behind": lambda data: data + b" ",
    "byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "space inside": lambda data: data.replace(b'"type":', b'"type" :'),
    "key twice": lambda data: data.replace(b"{", b'{"type":"xueyin-approval@v1",', 1),
    "other version": lambda data: data.replace(b"xueyin-approval@v1", b"xueyin-approval@v2"),
    "other decision": lambda data: data.replace(b'"decision":"approve"', b'"decision":"reject"'),
    "truth for number": lambda data: data.replace(b'"least_k":1', b'"least_k":true'),
    "cut": lambda data: data[:-1],
    "deep": lambda data: b"[" * 100_000 + data,
    "null": lambda data: b"null" + data[:0],
    "text": lambda data: b'"text"' + data[:0],
}


@pytest.mark.parametrize("how", list(SPOILT))
def test_a_document_in_any_other_spelling_is_none(world: World, how: str) -> None:
    with pytest.raises(InvalidError):
        document.parse(SPOILT[how](_signed_bytes(world)))


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_bytes_that_are_no_document_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(InvalidError):
        document.parse(data)
