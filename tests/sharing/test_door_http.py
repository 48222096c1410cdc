"""The record API and the file over HTTP: what stands in the answer, and when it counts as sent."""

import base64
import hmac
import io
import json
import zipfile
from pathlib import Path

from kernel.canonical import canonical_bytes
from kernel.runtime import Runtime
from sharing.requests.domain.scope import Bounds
from tests.sharing.door_world import ADULT, Wish, open_door
from tests.sharing.release_site import CSRF, browser
from tests.sharing.request_world import run

JSON = {"accept": "application/json"}


def test_a_page_of_records_carries_receipt_duties_and_the_key_of_its_commitment(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            await door.consent(await door.pupils(3, birth_date=ADULT), approval_id)
            async with browser(door, door.program()) as program:
                answer = await program.get("/share/v1/students?limit=2", headers=JSON)
                body = answer.json()
                assert answer.headers["cache-control"] == "no-store"
                assert (len(body["students"]), body["approvals"]) == (2, [approval_id])
                assert body["receipt"].startswith("c2sp.org/tlog-proof@v1\n")
                assert "no_onward_sharing" in body["obligations"]
                (entry,) = await door.entries()
                key = base64.b64decode(body["commitment_key"])
                made = hmac.digest(key, canonical_bytes(body["students"]), "sha256")
                assert entry["commitment"] == made.hex()
                again = await program.get(
                    "/share/v1/students", params={"cursor": body["next"]}, headers=JSON
                )
                assert (len(again.json()["students"]), again.json()["next"]) == (1, "")
            assert {row.state for row in await door.disclosures()} == {"delivered"}
            assert len(await door.entries("delivered")) == 2

    run(story())


def test_a_refusal_over_http_names_each_field_article_and_cure(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            approval_id = await door.approve()
            await door.consent([await door.pupil(birth_date=ADULT)], approval_id)
            async with browser(door, door.program()) as program:
                answer = await program.get("/share/v1/students?fields=grade,phone", headers=JSON)
                assert answer.status_code == 403
                (problem, *_) = answer.json()["problems"]
                assert (problem["field"], bool(problem["rule"])) == ("phone", True)
                assert problem["remedy"]
                cases = {"limit=0": 422, "limit=x": 422, "cursor=x": 422, "approval=apv_0": 403}
                for query, status in cases.items():
                    got = await program.get(f"/share/v1/students?{query}", headers=JSON)
                    assert got.status_code == status, query
            async with browser(door, None) as nobody:
                assert (await nobody.get("/share/v1/students", headers=JSON)).status_code == 401

    run(story())


def test_the_developer_downloads_the_file_of_the_own_request_once_the_form_is_genuine(
    runtime: Runtime, tmp_path: Path
) -> None:
    async def story() -> None:
        async with open_door(runtime, tmp_path) as door:
            wish = Wish(
                "class_rostering",
                {"grade": "keep", "class_name": "keep"},
                {"deliveries": ["file"]},
                Bounds(1000, 10, 0.1),
            )
            pupils = await door.pupils(12, birth_date=ADULT)
            approval_id = await door.approve(wish)
            await door.consent(pupils, approval_id)
            path = f"/data-requests/{await door.request_of(approval_id)}/release"
            async with browser(door, door.world.developer()) as page:
                assert (await page.post(path, data={"csrf": "x"})).status_code == 403
                answer = await page.post(path, data={"csrf": CSRF})
                assert answer.status_code == 200
                with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
                    told = json.loads(archive.read("disclosure.json"))
                    assert len(archive.read("data.csv").splitlines()) == 13
                assert told["approvals"] == [approval_id]
                gone = await page.post("/data-requests/%00/release", data={"csrf": CSRF})
                assert gone.status_code == 404
            assert [row.state for row in await door.disclosures()] == ["delivered"]
            async with browser(door, door.program()) as page:
                assert (await page.post(path, data={"csrf": CSRF})).status_code == 403

    run(story())
