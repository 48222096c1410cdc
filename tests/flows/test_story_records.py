"""Programs and researchers: records page by page, a table without persons, receipts that prove."""

import base64
import csv
import hashlib
import hmac
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from kernel.canonical import canonical_bytes
from ledger.domain.receipt import Receipt
from ledger.usecases.proofs import entries
from tests.flows.acts import (
    RESEARCH,
    RelyingParty,
    Wish,
    approve,
    decide,
    download,
    file_request,
    review,
    revoke,
    unzipped,
)
from tests.flows.world import World

RECORDS = Wish(deliveries=("claims", "record_api"))


def consenting(world: World) -> RelyingParty:
    """Return the app, with one pupil who agreed to the approval in force."""
    app = RelyingParty(world, world.cast.apps["app"])
    assert isinstance(app.sign_in("pupil"), dict)
    return app


def proven_entry(world: World, entry_id: str, receipt: str) -> dict[str, Any]:
    """Return the entry, after the receipt has proved with the log's key that the log holds it."""
    found = world.loop.run(entries(world.house.runtime, [entry_id]))[entry_id]
    Receipt.parse(receipt).verify(found.body, world.log_vkey)
    body: dict[str, Any] = json.loads(found.body)
    return body


def test_records_leave_with_a_receipt_that_opens_their_entry(either_world: World) -> None:
    _, approval = approve(either_world, RECORDS)
    status, body = consenting(either_world).records()
    assert status == 200, body
    assert [set(one) for one in body["students"]] == [{"name", "school_name", "grade"}]
    assert body["approvals"] == [approval]
    entry = proven_entry(either_world, body["entry"], body["receipt"])
    assert entry["type"] == "disclosure"
    assert entry["approvals"] == [approval]
    key = base64.b64decode(body["commitment_key"])
    content = canonical_bytes(body["students"])
    assert hmac.digest(key, content, "sha256").hex() == entry["commitment"]
    report = body["report_text"].encode()
    assert "sha256:" + hashlib.sha256(report).hexdigest() == entry["report"]
    assert json.loads(report)["plan"] == entry["plan"]


def test_an_approval_is_chosen_by_its_number(world: World) -> None:
    _, approval = approve(world, RECORDS)
    app = consenting(world)
    assert app.records(approval=approval)[0] == 200
    assert app.records(approval="apv_" + "0" * 32)[0] == 403


def test_records_do_not_leave_without_consent_nor_beyond_the_approval(either_world: World) -> None:
    app = RelyingParty(either_world, either_world.cast.apps["app"])
    assert app.records()[0] == 403
    request_id, _ = approve(either_world, RECORDS)
    assert app.records()[0] == 403
    consenting(either_world)
    status, body = app.records(fields="name,class_name")
    assert status == 403
    assert any("class_name" in problem["field"] for problem in body["problems"])
    assert app.records(fields="name")[0] == 200
    revoke(either_world, request_id)
    assert app.records(fields="name")[0] == 403


def test_calls_beyond_the_quota_are_refused(either_world: World) -> None:
    approve(either_world, replace(RECORDS, changes={"calls": "2"}))
    app = consenting(either_world)
    assert [app.records()[0] for _ in range(3)].count(200) <= 2
    assert app.records()[0] == 403


def test_a_research_table_leaves_anonymized_and_its_receipt_verifies(either_world: World) -> None:
    request_id, approval = approve(either_world, RESEARCH)
    page = download(either_world, request_id)
    assert page.status == 200, page.text
    files = unzipped(page.content)
    rows = list(csv.reader(files["data.csv"].decode("utf-8-sig").splitlines()))
    assert len(rows) > 100
    told = json.loads(files["disclosure.json"])
    assert told["label"] == "匿名化"
    assert told["approvals"] == [approval]
    entry = proven_entry(either_world, told["entry"], files["receipt.tlog-proof"].decode())
    assert entry["label"] == "匿名化"
    assert entry["rows"] == len(rows) - 1
    key = bytes.fromhex(told["release_key"])
    assert hmac.digest(key, files["data.csv"], "sha256").hex() == entry["commitment"]
    assert "sha256:" + hashlib.sha256(files["report.json"]).hexdigest() == entry["report"]
    assert json.loads(files["report.json"])["rows_out"] == entry["rows"]


def test_what_the_reviewer_saw_is_what_leaves(either_world: World) -> None:
    request_id = file_request(either_world, RESEARCH)
    seen = review(either_world, request_id)
    decide(either_world, request_id)
    data = unzipped(download(either_world, request_id).content)["data.csv"]
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    assert "匿名化" in seen.text
    shown = re.sub("（[^（）]*）", "", seen.text)  # what a code means stands behind it
    assert " ".join(cell for row in rows[1:21] for cell in row) in shown
    assert str(len(rows) - 1) in seen.text


def test_a_revoked_table_is_not_given_again(either_world: World) -> None:
    request_id, _ = approve(either_world, RESEARCH)
    assert download(either_world, request_id).status == 200
    revoke(either_world, request_id)
    browser = either_world.browser("researcher")
    page = browser.get(f"/data-requests/{request_id}")
    with pytest.raises(LookupError):
        page.form("/release")
    client = either_world.http()
    refused = client.post(f"/data-requests/{request_id}/release", data={})
    assert refused.status_code in {401, 403}
