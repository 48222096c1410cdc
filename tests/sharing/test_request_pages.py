"""The pages of data requests, driven as a browser without script would."""

import base64
import html
import json
import re
from collections.abc import Iterator

import pytest

from kernel.principal import Role
from kernel.runtime import Runtime
from sharing.approvals.usecases.load_in_force import load_in_force
from tests.sharing.browser import HOME, Browser, begin, fill, open_browser, submitted
from tests.sharing.request_world import REASON, USCC, World, build, run


@pytest.fixture
def world(runtime: Runtime) -> World:
    return run(build(runtime))


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    browser = open_browser(world.services)
    with browser.client:
        yield browser


def reviewed(browser: Browser, world: World) -> str:
    identity = submitted(browser.be(world.developer()), world)
    review = f"/reviews/{identity}"
    assert identity in browser.be(world.reviewer()).get("/reviews").text
    form = {"version": browser.version(review)}
    assert browser.post(review + "/preview", form).status_code == 303
    shown = browser.get(review).text
    assert "孙*" in shown
    assert "没有发现问题" in shown
    form = {"version": browser.version(review), "verdict": "pass", "reason": REASON}
    assert browser.post(review + "/verdict", form).status_code == 303
    return identity


def prepared(browser: Browser, identity: str) -> dict[str, str]:
    """Fill in the bounds and return what the page hands to the signing script."""
    decision = f"/decisions/{identity}"
    form = {"most_rows": "1000", "least_k": "1", "highest_risk": "1.0", "key_id": ""}
    form |= {"version": browser.version(decision), "reason": REASON}
    answer = browser.post(decision + "/prepare", form)
    assert (answer.status_code, answer.headers["location"]) == (303, decision + "/sign")
    found = re.search(r'id="sign-data">(.*?)</script>', browser.get(decision + "/sign").text)
    assert found is not None
    data: dict[str, str] = json.loads(html.unescape(found[1]))
    exported = browser.get(decision + "/to-sign").json()
    assert (data["key_id"], data["payload"]) == (exported["key_id"], exported["payload"])
    return data | {"approval_id": exported["approval_id"]}


def test_the_whole_way_by_pages_ends_with_an_approval_in_force_until_it_is_revoked(
    browser: Browser, world: World
) -> None:
    identity, approver = reviewed(browser, world), world.approver()
    decision = f"/decisions/{identity}"
    assert identity in browser.be(approver).get("/decisions").text
    assert "county的工作人员" in browser.get(decision).text
    data = prepared(browser, identity)
    signature = world.keys.sign(data["key_id"], base64.b64decode(data["payload"]))
    form = {"approval_id": data["approval_id"], "signature": base64.b64encode(signature).decode()}
    assert browser.post(decision + "/sign", form).status_code == 303
    assert "现在有效" in browser.get(decision).text
    assert "批准有效" in browser.be(world.developer()).get(f"/data-requests/{identity}").text
    assert len(run(load_in_force(world.services, client_id=world.client.client_id))) == 1
    form = {"reason": "发现超范围使用", "data_request_id": identity}
    revoke = f"/approvals/{data['approval_id']}/revoke"
    assert browser.be(approver).post(revoke, form).status_code == 303
    assert run(load_in_force(world.services, client_id=world.client.client_id)) == []
    assert "现在不能使用" in browser.get(decision).text


def test_the_check_page_lists_all_faults_and_has_no_submit_button(
    browser: Browser, world: World
) -> None:
    identity = begin(browser.be(world.developer()), world)
    answer = fill(browser, world, identity, rows="很多", agreement="", **{"why.name": ""})
    assert answer.status_code == 303
    text = browser.get(f"{HOME}/{identity}/check").text
    assert 'id="error-summary"' in text
    for anchor in ("#rows", "#agreement", "#why.name"):
        assert f'href="{HOME}/{identity}/edit{anchor}"' in text
    assert 'id="submit-request"' not in text
    assert 'value="很多"' in browser.get(f"{HOME}/{identity}/edit").text


def test_the_applicant_cannot_fetch_the_preview(browser: Browser, world: World) -> None:
    developer, reviewer = world.developer(), world.reviewer()
    identity = submitted(browser.be(developer), world)
    review = f"/reviews/{identity}"
    browser.be(reviewer).post(review + "/preview", {"version": browser.version(review)})
    digest = run(world.load(identity)).preview_digest  # type: ignore[arg-type]
    assert digest
    browser.be(developer)
    assert browser.get(f"/data-requests/{identity}/attachments/{digest}").status_code == 404
    assert "孙*" not in browser.get(f"/data-requests/{identity}").text


def test_a_scan_comes_back_as_a_download_under_a_name_of_ours(
    browser: Browser, world: World
) -> None:
    identity = submitted(browser.be(world.developer()), world)
    digest = run(world.load(identity)).document_digest  # type: ignore[arg-type]
    answer = browser.get(f"/data-requests/{identity}/attachments/{digest}")
    assert answer.content == b"%PDF-1.7 scan"
    assert re.fullmatch(
        r'attachment; filename="document-[0-9a-f]{12}\.pdf"', answer.headers["content-disposition"]
    )


def test_a_scan_that_is_a_web_page_is_refused(browser: Browser, world: World) -> None:
    identity = begin(browser.be(world.developer()), world)
    path = f"{HOME}/{identity}/edit"
    form = world.form() | {"version": browser.version(path)}
    answer = browser.post(path, form, {"document_scan": ("批准.pdf", b"<script>alert(1)</script>")})
    assert answer.status_code == 422
    assert "PDF、PNG 或 JPEG" in answer.text
    assert "历政字〔2026〕12号" in answer.text


def test_typed_markup_is_shown_as_text(browser: Browser, world: World) -> None:
    identity = begin(browser.be(world.developer()), world)
    fill(browser, world, identity, agreement="<script>alert(1)</script>", **{"why.name": '"><img>'})
    for page in ("edit", "check"):
        text = browser.get(f"{HOME}/{identity}/{page}").text
        assert "<script>alert" not in text
        assert '"><img>' not in text


def test_pages_hold_no_inline_script_or_style(browser: Browser, world: World) -> None:
    identity = submitted(browser.be(world.developer()), world)
    for who, path in (
        (world.developer(), f"/data-requests/{identity}"),
        (world.reviewer(), f"/reviews/{identity}"),
        (world.approver(), f"/decisions/{identity}"),
        (world.person("county", Role.ADMINISTRATOR), "/switches"),
    ):
        text = browser.be(who).get(path).text
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))", text)


def test_two_different_persons_lift_the_switch_on_its_page(browser: Browser, world: World) -> None:
    one, other = (
        world.person("county", Role.ADMINISTRATOR),
        world.person("gov_county", Role.APPROVER),
    )
    form = {"scope": "global", "target": "", "reason": "怀疑密钥泄露"}
    assert browser.be(one).post("/switches", form).status_code == 303
    found = re.search(r"/switches/(switch_[0-9a-f]{32})/lift", browser.get("/switches").text)
    assert found is not None
    lift = found[0]
    assert browser.post(lift).status_code == 303
    assert browser.post(lift).status_code == 409
    assert "停止中" in browser.get("/switches").text
    assert browser.be(other).post(lift).status_code == 303
    assert "已恢复" in browser.get("/switches").text


def test_a_recipient_is_registered_once_with_a_true_code(browser: Browser, world: World) -> None:
    browser.be(world.person("county", Role.ADMINISTRATOR))
    form = {
        "name": "某大学", "kind": "university", "uscc": "12100000400000001X",
        "responsible_name": "钱校长", "contact": "010-0", "responsible_person": "", "icp": "",
        "mlps": "", "app": "",
    }  # fmt: skip
    answer = browser.post("/recipients", form)
    assert answer.status_code == 422
    assert "统一社会信用代码不正确" in answer.text
    assert 'value="某大学"' in answer.text
    assert browser.post("/recipients", form | {"uscc": "91350100M000100Y43"}).status_code == 303
    assert browser.post("/recipients", form | {"uscc": USCC}).status_code == 409


def test_a_stand_in_takes_the_station_in_the_delegators_office(
    browser: Browser, world: World
) -> None:
    identity = submitted(browser.be(world.developer()), world)
    reviewer, colleague = world.reviewer(), world.person("county", Role.REGISTRAR)
    assert browser.be(colleague).get(f"/reviews/{identity}").status_code == 403
    form = {
        "to_person": colleague.person_id, "division": "370102", "start": "2026-09-01",
        "end": "2026-09-30", "reason": "出差一个月",
    }  # fmt: skip
    assert browser.be(reviewer).post("/delegations", form).status_code == 303
    assert browser.be(colleague).get(f"/reviews/{identity}").status_code == 200
    found = re.search(
        r"/delegations/([a-z]+_[0-9a-f]{32})/end",
        browser.be(reviewer).get("/delegations").text,
    )
    assert found is not None
    assert browser.post(found[0]).status_code == 303
    assert browser.be(colleague).get(f"/reviews/{identity}").status_code == 403
