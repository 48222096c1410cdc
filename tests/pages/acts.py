"""What people do on the pages, by mouse and keyboard. Nothing here needs script but signing."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from identity.accounts.domain import certificate, key_request, signing_key
from identity.accounts.domain.key_file import read_key_file
from ledger.domain.note import Signer
from server.demo.approval import SCAN

DIVISION = "371323"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a developer asks for: the purpose, the forms of fields, the ways."""

    purpose: str
    forms: Mapping[str, str]
    deliveries: tuple[str, ...]


ROSTER = Wish(
    "class_rostering",
    {
        "name": "mask:name", "student_number": "pseudonym", "sex": "keep", "grade": "keep",
        "class_name": "keep", "enrolment_month": "generalize:enrolment_month:year",
        "school_name": "keep",
    },
    ("claims", "record_api", "file"),
)  # fmt: skip


def id_of(page: Page) -> str:
    """Return the id of the data request whose page is open."""
    return next(part for part in page.url.split("/") if part.startswith("request_"))


def begin(page: Page, wish: Wish = ROSTER) -> str:
    """Begin a data request, and arrive at its questions."""
    page.goto("/developer/data-requests")
    page.click("#new-request")
    page.select_option("#purpose", wish.purpose)
    page.fill("#division", DIVISION)
    page.click("#begin-request")
    page.wait_for_selector("#save-request")
    return id_of(page)


def draft(page: Page, wish: Wish = ROSTER) -> str:
    """Begin a data request and answer its questions; stop before submitting."""
    begin(page, wish)
    answer(page, wish)
    page.click("#save-request")
    page.wait_for_selector("#submit-request")
    return id_of(page)


def answer(page: Page, wish: Wish) -> None:
    """Fill in every question of the draft that is open."""
    now = datetime.now(UTC)  # noqa: TID251  the server's own clock decides what is in force
    page.select_option("#ground_kind", "government_approval")
    page.select_option("#government_org_id", label="沂水县人民政府")
    page.select_option("#basis", "consent")
    typed = {
        "document_number": "沂政办函〔2026〕31号", "decided_by": "沂水县人民政府副县长",
        "document_date": f"{now - timedelta(days=9):%Y-%m-%d}",
        "start": f"{now - timedelta(days=1):%Y-%m-%d}",
        "end": f"{now + timedelta(days=180):%Y-%m-%d}",
        "rows": "100000", "pupils": "5000", "calls": "10000",
        "agreement": "双方约定：只用于班级名册，不得转提供，到期删除并提交证明。",
        "assessment": "影响评估结论：字段最少，形式已处理，风险可接受。",
    }  # fmt: skip
    for name, text in typed.items():
        page.fill(f"#{name}", text)
    for field, form in wish.forms.items():
        page.select_option(f'[id="form.{field}"]', form)
        page.fill(f'[id="why.{field}"]', "建立班级名册所必需")
    for way in wish.deliveries:
        page.check(f'input[name="deliveries"][value="{way}"]')
    page.set_input_files(
        "#document_scan", {"name": "批准文件.pdf", "mimeType": "application/pdf", "buffer": SCAN}
    )


def submit(page: Page) -> None:
    """Submit the draft whose check page is open."""
    page.click("#submit-request")
    page.wait_for_selector("#history")


def review(page: Page, request_id: str) -> None:
    """Have the preview made."""
    page.goto(f"/reviews/{request_id}")
    page.click("#make-preview")
    page.wait_for_selector("#preview table")


def pass_on(page: Page) -> None:
    """Pass the request whose review page is open on to the approver."""
    page.fill("#reason", "用途正当，字段最少，范围适当")
    page.click("#verdict-pass")
    page.wait_for_selector("#verdict-pass", state="detached")


def make_key(page: Page, root: Signer) -> str:
    """Make a key in this browser, have the offline root certify it, return the key's id."""
    page.goto("/account/signing-key")
    page.click("#make-key")
    page.wait_for_selector("[data-key-id] .key-here:visible")
    asked = key_request.parse(page.input_value("[data-key-id]:has(.key-here:visible) textarea"))
    now = datetime.now(UTC)  # noqa: TID251  the server's own clock decides what is valid
    page.fill(
        "#certificate",
        certificate.issue(
            root, asked.person_id, asked.org_id, asked.key,
            valid_from=now - timedelta(minutes=5), valid_to=now + timedelta(days=365),
        ),
    )  # fmt: skip
    page.click("#add-certificate")
    page.wait_for_selector(f"#{asked.key.key_id} >> text=可以签署")
    return asked.key.key_id


def prepare(page: Page, request_id: str, key_id: str) -> None:
    """Have the document of the approval made; the page to sign it is open afterwards."""
    page.goto(f"/decisions/{request_id}")
    page.select_option("#key_id", key_id)
    page.fill("#reason", "同意按申请范围提供")
    page.click("#prepare-decision")
    page.wait_for_selector("#sign-decision")


def sign_by_file(page: Page, key_file: Path) -> None:
    """Sign on another machine, and paste the signature: needs no script."""
    address = page.url.removesuffix("/sign") + "/to-sign"
    waiting = page.request.get(address).json()
    payload = base64.b64decode(waiting["payload"], validate=True)
    page.click("summary:has-text('密钥文件')")
    page.fill(
        "#pasted-signature",
        base64.b64encode(signing_key.sign(read_key_file(key_file), payload)).decode(),
    )
    page.click("#paste-signature")
    page.wait_for_selector("#approval")


def sign(page: Page) -> None:
    """Sign in this browser, and arrive at the decision."""
    page.click("#sign-decision")
    page.wait_for_selector("#approval")


def upload(page: Page, workbook: Path) -> str:
    """Try an import out, wait for its report, and return its id."""
    page.goto("/registry/import")
    page.set_input_files("#files", workbook)
    page.click("#upload")
    page.wait_for_selector("#faulty", timeout=60_000)
    return page.url.rsplit("/", 1)[1]


def sign_in_at_app(page: Page, app: str) -> None:
    """Come from the app as somebody who is signed in already."""
    page.goto(app)
    page.click("#sign-in")
    page.wait_for_selector("#consent-title")


@dataclass(frozen=True, slots=True)
class Filed:
    """What the tests find, by name.

    Data requests by how far they came (`empty`, `draft`, `submitted`, `passed`, `signed`), the
    `import` that was tried out, the approver's `key`.
    """

    ids: Mapping[str, str]


def key_id(key_file: Path) -> str:
    """Return the id under which the key of a file is known."""
    return signing_key.public_half(read_key_file(key_file)).key_id
