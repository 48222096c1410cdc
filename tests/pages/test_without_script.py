"""With script switched off: sign-in, consent, data request, review, decision, import, audit."""

import pytest
from playwright.sync_api import Page

from tests.foreign.chromium import enter
from tests.pages import acts
from tests.pages.visitors import Visitors

pytestmark = pytest.mark.browser


def file_and_pass(visitors: Visitors) -> str:
    """Bring a data request before the approver."""
    with visitors.visit("developer", script=False) as page:
        request_id = acts.draft(page)
        acts.submit(page)
    with visitors.visit("reviewer", script=False) as page:
        acts.review(page, request_id)
        acts.pass_on(page)
    return request_id


def is_in_force(page: Page, request_id: str) -> bool:
    page.goto(f"/data-requests/{request_id}")
    return page.inner_text("#approval-state").startswith("批准有效")


def test_a_pupil_signs_in_and_decides(visitors: Visitors) -> None:
    with visitors.visit(script=False) as page:
        page.goto(visitors.place.app)
        page.click("#sign-in")
        enter(page, visitors.place.logins["dotted"])
        page.click("#consent-refuse")
        page.wait_for_selector("#error")
        page.goto(visitors.place.app)
        page.click("#sign-in")
        page.click("#consent-accept")
        page.wait_for_selector("#claims")
        page.goto(f"{visitors.place.issuer}/me")
        assert "百川学堂" in page.inner_text("#my-disclosures")


def test_a_request_is_filed_reviewed_and_decided_with_a_key_file(visitors: Visitors) -> None:
    request_id = file_and_pass(visitors)
    with visitors.visit("approver", script=False) as page:
        page.goto(f"/decisions/{request_id}")
        page.fill("#reason", "同意按申请范围提供")
        page.select_option("#key_id", acts.key_id(visitors.place.key_file))
        page.click("#prepare-decision")
        acts.sign_by_file(page, visitors.place.key_file)
    with visitors.visit("developer", script=False) as page:
        assert is_in_force(page, request_id)


def test_whatever_is_missing_is_named_with_the_way_to_its_question(visitors: Visitors) -> None:
    with visitors.visit("developer", script=False) as page:
        acts.begin(page)
        page.click("#save-request")
        page.wait_for_selector("#error-summary")
        links = page.locator("#error-summary a")
        targets = [one.get_attribute("href") or "" for one in links.all()]
        assert len(targets) > 5
        for target in targets:
            page.goto(target)
            question = page.locator(f'[id="{target.split("#")[1]}"]')
            assert question.count() == 1, target


def test_an_auditor_searches(visitors: Visitors) -> None:
    with visitors.visit("auditor", script=False) as page:
        page.goto("/audit")
        page.fill("#text", "百川学堂")
        page.click("#audit-search")
        assert page.locator("#trace-disclosures article").count() > 0


def test_signing_in_the_browser_is_the_one_thing_that_needs_script(visitors: Visitors) -> None:
    request_id = file_and_pass(visitors)
    with visitors.visit("approver") as page:
        key_id = acts.make_key(page, visitors.place.root)
        acts.prepare(page, request_id, key_id)
        acts.sign(page)
        assert "批准现在有效" in page.inner_text("#approval")
    with visitors.visit("developer", script=False) as page:
        assert is_in_force(page, request_id)
