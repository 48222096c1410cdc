"""One house for all pages: a seeded county, served by the real command, with work under way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from ledger.domain.note import Signer
from registry.synthetic.county import County
from registry.synthetic.files import write_county
from server.demo.seed import DemoFiles
from tests.foreign.served import served
from tests.pages import acts
from tests.pages.acts import Filed
from tests.pages.visitors import Place, Visitors, chromium

# Nothing of Playwright may outlive a module: while it runs, `asyncio.run` works nowhere else.


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("pages")
    with served(folder, {}) as world:
        files = DemoFiles(folder / "data")
        root = Signer.parse(files.root_key.read_text().strip())
        yield Place(
            world.issuer, world.demo_url, world.logins, root, files.approver_key, world.school_name
        )


@pytest.fixture(scope="session")
def filed(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """Have everyone do some work, so that no page is empty."""
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        workbook = faulty_workbook(place, tmp_path_factory.mktemp("upload"))
        found = furnish(Visitors(browser, place), workbook)
        browser.close()
    return found


@pytest.fixture(scope="module")
def visitors(place: Place, filed: Filed) -> Iterator[Visitors]:
    assert filed.ids
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield Visitors(browser, place)
        browser.close()


def faulty_workbook(place: Place, folder: Path) -> Path:
    """Return a workbook of the registrar's school with faults in some of its rows."""
    county = County(seed=5, pupils=240, faults=0.1)
    paths = write_county(county, folder, lambda _done, _total, _phase: None)
    return next(path for path in paths if place.school in path.name)


def furnish(visitors: Visitors, workbook: Path) -> Filed:
    """Sign in at the app, file data requests and bring each a step further, try an import."""
    ids: dict[str, str] = {}
    with visitors.visit("returning") as page:
        acts.sign_in_at_app(page, visitors.place.app)
        page.click("#consent-accept")
        page.wait_for_selector("#claims")
    with visitors.visit("developer") as page:
        ids["empty"] = acts.begin(page)
        ids["draft"] = acts.draft(page)
        for name in ("submitted", "passed", "signed"):
            ids[name] = acts.draft(page)
            acts.submit(page)
    with visitors.visit("reviewer") as page:
        for name in ("submitted", "passed", "signed"):
            acts.review(page, ids[name])
            if name != "submitted":
                acts.pass_on(page)
    with visitors.visit("approver") as page:
        ids["key"] = acts.make_key(page, visitors.place.root)
        acts.prepare(page, ids["signed"], ids["key"])
        acts.sign(page)
        acts.prepare(page, ids["passed"], ids["key"])
    with visitors.visit("registrar") as page:
        ids["import"] = acts.upload(page, workbook)
    return Filed(ids)
