"""Make the pictures of README.md anew, by hand: `.venv/bin/python -m tests.pages.pictures`.

Starts a seeded house of its own, lets everyone work, and writes docs/images/*.png. All people and
schools in the pictures are made up.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from ledger.domain.note import Signer
from server.demo.seed import DemoFiles
from tests.foreign.served import served
from tests.pages.conftest import faulty_workbook, furnish
from tests.pages.stops import STOPS
from tests.pages.visitors import PHONE, Place, Visitors, chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 200_000
WIDTH = 1100


@dataclass(frozen=True, slots=True)
class Picture:
    """A file's name, the stop it shows, how tall (pixels), from which element on, how it looks."""

    name: str
    stop: str
    height: int
    start: str = "body"
    scheme: Literal["light", "dark"] = "light"
    phone: bool = False


PICTURES = (
    Picture("consent", "consent", 700),
    Picture("preview", "decision", 620, start="#preview"),
    Picture("sign", "sign", 800),
    Picture("pupil", "me", 844, phone=True),
    Picture("import", "import-report", 760, start="#commit-form"),
    Picture("audit-dark", "audit-app", 760, start="#trace-title", scheme="dark"),
)


def take(page: Page, picture: Picture) -> None:
    """Write one picture; raises ValueError if it is too heavy for a README."""
    width = PHONE["width"] if picture.phone else WIDTH
    page.set_viewport_size({"width": width, "height": picture.height})
    page.locator(picture.start).first.evaluate("one => one.scrollIntoView()")
    path = IMAGES / f"{picture.name}.png"
    page.screenshot(path=path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name}: {path.stat().st_size} bytes, at most {LARGEST}")


def take_all(place: Place, folder: Path) -> None:
    """Let everyone work, then take the pictures one by one."""
    stops = {stop.name: stop for stop in STOPS}
    with sync_playwright() as playwright:
        visitors = Visitors(chromium(playwright), place)
        filed = furnish(visitors, faulty_workbook(place, folder))
        for picture in PICTURES:
            stop = stops[picture.stop]
            with visitors.visit(stop.who, scheme=picture.scheme) as page:
                stop.go(page, place, filed)
                take(page, picture)
        visitors.browser.close()


def main() -> None:
    """Make all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with served(folder, {}) as world:
            files = DemoFiles(folder / "data")
            root = Signer.parse(files.root_key.read_text().strip())
            place = Place(
                world.issuer, world.demo_url, world.logins, root, files.approver_key,
                world.school_name,
            )  # fmt: skip
            take_all(place, folder)


if __name__ == "__main__":
    main()
