"""What the log may hold: shapes that no name, number or free text has."""

import asyncio
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
import sqlalchemy as sa

from kernel.runtime import Runtime
from ledger.domain.entry import EntryError, check_length, complete, entry_id
from ledger.store import tables
from ledger.usecases.append import append
from tests.ledger.evidence import compact, disclosure

AT = datetime(2026, 9, 1, 16, 0, tzinfo=timezone(timedelta(hours=8)))
NONCE = bytes(range(16))


def made(**body: object) -> dict[str, object]:
    return complete({"type": "disclosure", **body}, at=AT, nonce=NONCE)


def test_time_and_nonce_are_added_by_the_log() -> None:
    assert made(rows=3) == {
        "type": "disclosure", "rows": 3, "at": "2026-09-01T08:00:00Z",
        "nonce": "000102030405060708090a0b0c0d0e0f",
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "approval_" + "0" * 32, "sha256:" + "1" * 64, "ab" * 32, "2026-09-01T08:00:00Z", "330106",
        "record_api", "generalize:birth_date:year", "ES256", "client-1", "", "去标识化", "匿名化",
        0, 9_999_999_999, None, True, ["name", "sex"], {"division": "330106", "grades": ["07"]},
    ],
)  # fmt: skip
def test_identifiers_digests_times_counts_and_codes_are_taken(value: object) -> None:
    assert made(value=value)["value"] == value


@pytest.mark.parametrize(
    "value",
    [
        "王小明", "学生 a", "11010120130102001X", "110101201301020010", "13800138000",
        "G11010120130102001X", "a13800138000", "tel:13800138000", 13_800_138_000, 1.5,
        "student_" + "0" * 32, "guardian_" + "0" * 32, "subject_" + "0" * 32, b"bytes",
        "mfrggzdfmztwq2lknnwg23tpob", "because the school asked", "x" * 300, "a\nb", "浙江省",
        ["ok", "张三"], {"a": {"b": "李四"}}, {"Name": "x"}, {1: "x"}, "2013-01-02", "20130102",
        float("nan"), 10**10, -(10**10), "2013-01-02T00:00:00", "٣٣٠١٠٦",
    ],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_refused_without_repeating_it(value: object) -> None:
    with pytest.raises(EntryError) as caught:
        made(value=value)
    assert str(caught.value).startswith("entry.value")
    assert not isinstance(value, str) or value not in str(caught.value)


@pytest.mark.parametrize(
    "body", [{}, {"type": 3}, {"type": "a", "at": 1}, {"type": "a", "nonce": 1}]
)
def test_a_body_names_its_type_and_leaves_time_and_nonce_to_the_log(
    body: dict[str, object],
) -> None:
    with pytest.raises(EntryError):
        complete(body, at=AT, nonce=NONCE)


def test_a_nonce_is_sixteen_bytes_and_names_the_entry() -> None:
    assert entry_id(NONCE) == "entry_000102030405060708090a0b0c0d0e0f"
    with pytest.raises(EntryError):
        entry_id(b"short")


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    check_length(bytes(65_535))
    with pytest.raises(EntryError):
        check_length(bytes(65_536))


def test_the_stored_bytes_are_the_canonical_json(runtime: Runtime) -> None:
    async def story() -> None:
        body = {"type": "refusal", "code": "quota", "rows": 2}
        now = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
        entry = await runtime.database.write(lambda c: append(c, body, at=now, nonce=NONCE))
        row = (await runtime.database.read(sa.select(tables.entry)))[0]
        assert (row.id, row.type, row.leaf_index) == (entry, "refusal", None)
        assert rfc8785.dumps(json.loads(row.body)) == row.body
        with pytest.raises(sa.exc.IntegrityError):
            await runtime.database.write(lambda c: append(c, body, at=now, nonce=NONCE))

    asyncio.run(story())


def test_an_entry_too_long_is_not_appended(runtime: Runtime) -> None:
    body = {"type": "refusal", "codes": ["sha256:" + "0" * 64] * 1000}

    async def story() -> None:
        with pytest.raises(EntryError, match="65535"):
            await runtime.database.write(lambda c: append(c, body, at=AT, nonce=NONCE))

    asyncio.run(story())


def test_an_entry_is_in_the_log_only_if_its_callers_transaction_is(runtime: Runtime) -> None:
    def job(connection: sa.Connection) -> None:
        append(connection, {"type": "refusal"}, at=AT, nonce=NONCE)
        raise RuntimeError("the rest failed")

    async def story() -> None:
        with pytest.raises(RuntimeError):
            await runtime.database.write(job)
        assert await runtime.database.read(sa.select(tables.entry)) == []

    asyncio.run(story())


def test_the_fixtures_of_these_tests_write_what_the_log_would() -> None:
    _, body = disclosure(1)
    assert rfc8785.dumps(json.loads(body)) == body == compact(json.loads(body))
