"""Second act: a data request, its review with preview, and the approver's signature."""

import io
import json
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel.errors import ConflictError
from server.demo.approval import SCAN
from server.story.browser import Page, Values
from server.story.stage import Stage, run

DIVISION = "371323"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a developer asks for: purpose, fields with forms, deliveries, basis."""

    applicant: str
    purpose: str
    fields: dict[str, str]
    deliveries: list[str]
    basis: str


def developer_asks(stage: Stage, ask: Ask) -> str:
    """File and submit a data request by the pages; return its id."""
    browser = stage.browser(ask.applicant)
    page = browser.get("/developer/data-requests/new")
    form = page.form("/developer/data-requests/new")
    client = _only_client(page)
    page = browser.submit(
        page, form, {"client_id": client, "purpose": ask.purpose, "division": DIVISION}
    )
    page = browser.submit(
        page, page.form("/edit"), _answers(page, ask),
        {"document_scan": ("批准文件.pdf", SCAN, "application/pdf")},
    )  # fmt: skip
    page = browser.submit(page, page.form("/submit"))
    _ok(page)
    request_id = page.url.rsplit("/", 1)[-1]
    stage.fact(f"申请 {request_id} 已提交：{'、'.join(ask.fields)}")
    browser.close()
    return request_id


def reviewer_passes(stage: Stage, request_id: str) -> None:
    """Make the preview, look at it, and pass the request on."""
    browser = stage.browser("reviewer")
    page = browser.get(f"/reviews/{request_id}")
    page = _ok(browser.submit(page, page.form("/preview")))
    stage.fact("审核人看到了将要提供的样子：列、形式、二十行样例、行数、风险。")
    answer: Values = {"reason": "用途正当，字段最少，范围适当", "verdict": "pass"}
    _ok(browser.submit(page, page.form("/verdict"), answer))
    browser.close()


def approver_signs(stage: Stage, request_id: str) -> str:
    """Sign with the key file by the command line, in a process of its own; return the approval."""
    approver = stage.people["approver"]
    printed = run(
        [
            sys.executable, "-m", "server", "decisions", "sign", request_id,
            "--url", stage.issuer, "--username", approver.username,
            "--key", str(stage.files.officers / "approver.key"),
            "--reason", "同意按申请范围提供", "--yes",
        ],
        stdin=approver.password + "\n",
    )  # fmt: skip
    approval = printed.split("：")[-1].strip()
    stage.fact(f"批准人用只有本人持有的密钥签署：{approval}")
    return approval


def approver_revokes(stage: Stage, request_id: str) -> None:
    """Revoke; it binds at once."""
    browser = stage.browser("approver")
    page = browser.get(f"/decisions/{request_id}")
    _ok(browser.submit(page, page.form("/revoke"), {"reason": "用途结束，提前撤销"}))
    browser.close()


def release_research(stage: Stage, request_id: str) -> None:
    """Fetch the table; every group in it has at least ten pupils, and a receipt comes with it."""
    browser = stage.browser("researcher")
    page = browser.get(f"/data-requests/{request_id}")
    page = _ok(browser.submit(page, page.form("/release")))
    with zipfile.ZipFile(io.BytesIO(page.content)) as package:
        names = sorted(package.namelist())
        table = package.read("data.csv").decode("utf-8-sig").splitlines()
        disclosure = json.loads(package.read("disclosure.json"))
        report = json.loads(package.read("report.json"))
    if disclosure["label"] != "匿名化":
        raise ConflictError(f"研究用表不是匿名化：{disclosure['label']}")
    stage.fact(f"文件：{'、'.join(names)}")
    stage.fact(f"表头：{table[0]}；第一行：{table[1]}")
    stage.fact(
        f"{disclosure['label']}：{report['rows_out']} 行，最小组 {report['least_k']} 人，"
        f"隐去 {report['suppressed']} 行"
    )
    browser.close()


def _answers(page: Page, ask: Ask) -> Values:
    now = datetime.now(UTC)  # noqa: TID251  the story plays today
    government = _first_option(page, "government_org_id", "沂水县人民政府")
    answers: Values = {
        "ground_kind": "government_approval", "government_org_id": government,
        "document_number": "沂政办函〔2026〕31号", "document_date": f"{now:%Y-%m-%d}",
        "decided_by": "沂水县人民政府副县长", "basis": ask.basis, "division": DIVISION,
        "start": f"{now - timedelta(days=1):%Y-%m-%d}",
        "end": f"{now + timedelta(days=180):%Y-%m-%d}", "rows": "100000", "pupils": "5000",
        "calls": "10000", "deliveries": ask.deliveries,
        "agreement": "双方约定：只用于申请的用途，不得转提供，到期删除并提交证明。",
        "assessment": "影响评估结论：字段最少，形式已处理，风险可接受。",
    }  # fmt: skip
    for name, form in ask.fields.items():
        answers |= {f"form.{name}": form, f"why.{name}": "完成申请的用途所必需"}
    return answers


def _only_client(page: Page) -> str:
    return _first_option(page, "client_id", "")


def _first_option(page: Page, select: str, title: str) -> str:
    inside = page.html.split(f'name="{select}"')[1].split("</select>")[0]
    for option in inside.split("<option ")[1:]:
        value = option.split('value="')[1].split('"')[0]
        if value and title in option:
            return value
    raise ConflictError(f"没有选项：{select} {title}")


def _ok(page: Page) -> Page:
    if page.status >= 400 or "请更正以下问题" in page.text:  # noqa: PLR2004  HTTP's line
        raise ConflictError(f"{page.url}：{page.text[:600]}")
    return page
