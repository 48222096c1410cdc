"""Every page that people see: whose it is, and how to come to it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.pages import acts
from tests.pages.acts import Filed
from tests.pages.visitors import Place

REMARK = (
    "小明同学2023年9月由沂水县实验小学转入我校三年级2班，"
    "家住沂水县沂城街道长安路45号2号楼402室，"
    "身份证号11010519491231002X。\n母亲李芳电话138 1234 5678，微信号lifang_2010。"
    "上课认真，乐于助人。"
)
Go = Callable[[Page, Place, Filed], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """One page: its name in the tests, its visitor (empty: nobody), the way, the HTTP status.

    `shows` names the stop that shows the same page in another state.
    """

    name: str
    who: str
    go: Go
    status: int = 200
    shows: str = ""


def at(path: str) -> Go:
    """Return the way to an address; `{draft}` and the like stand for what was filed."""

    def go(page: Page, _place: Place, filed: Filed) -> None:
        page.goto(path.format_map(filed.ids))

    return go


def consent(page: Page, place: Place, _filed: Filed) -> None:
    acts.sign_in_at_app(page, place.app)


def failed_sign_in(page: Page, _place: Place, _filed: Filed) -> None:
    page.goto("/sign-in")
    page.fill("#username", "nobody.here")
    page.fill("#password", "not-the-password")
    page.click("#sign-in")
    page.wait_for_selector("#error-summary")


def app_error(page: Page, place: Place, _filed: Filed) -> None:
    page.goto(f"{place.issuer}/authorize?client_id=nobody&response_type=code&scope=openid")


def client(page: Page, _place: Place, _filed: Filed) -> None:
    page.goto("/developer/clients")
    page.click("tbody th a")
    page.wait_for_selector("#snippet-authlib")


def refusals(page: Page, place: Place, filed: Filed) -> None:
    client(page, place, filed)
    page.click("#client-refusals")
    page.wait_for_selector("h1:has-text('拒绝记录')")


def faulty_request(page: Page, _place: Place, filed: Filed) -> None:
    """Answer nothing, and be told everything at once."""
    page.goto(f"/developer/data-requests/{filed.ids['empty']}/check")


def trace(page: Page, _place: Place, filed: Filed) -> None:
    page.goto("/audit")
    page.fill("#text", filed.ids["signed"])
    page.click("#audit-search")
    page.wait_for_selector("#trace-timeline")


def trace_of_app(page: Page, _place: Place, _filed: Filed) -> None:
    page.goto("/audit")
    page.fill("#text", "百川学堂")
    page.click("#audit-search")
    page.wait_for_selector("#trace-timeline")


def nothing_found(page: Page, _place: Place, _filed: Filed) -> None:
    page.goto("/audit")
    page.fill("#text", "没有这个人")
    page.click("#audit-search")
    page.wait_for_selector(".empty-state, #error-summary")


def text_scan(page: Page, _place: Place, _filed: Filed) -> None:
    """Try a made-up remark."""
    page.goto("/text-scan")
    page.fill("#text", REMARK)
    page.click("summary")
    page.fill("#names", "张小明\n李芳")
    page.click("#scan")
    page.wait_for_selector("#highlighted mark")


def reason(page: Page, _place: Place, _filed: Filed) -> None:
    page.goto("/registry")
    page.click("tbody a >> nth=0")
    page.wait_for_selector("#reason-form")


def student(page: Page, place: Place, filed: Filed) -> None:
    reason(page, place, filed)
    page.fill("#reason", "家长申请核对学籍信息")
    page.click("#show")
    page.wait_for_selector("#status-form")


def pupil_account(page: Page, place: Place, filed: Filed) -> None:
    reason(page, place, filed)
    page.goto(f"/pupil-accounts/{page.url.rsplit('/', 1)[1]}")


def report(page: Page, _place: Place, filed: Filed) -> None:
    page.goto(f"/registry/import/{filed.ids['import']}")


def consents(page: Page, place: Place, filed: Filed) -> None:
    """The desk where a paper consent is recorded, with the first pupil of the roster."""
    student(page, place, filed)
    number = page.inner_text("dt:text-is('学籍号') + dd")
    page.goto("/consents")
    page.fill("#text", number)
    page.click("#find-pupil")
    page.wait_for_selector("#pupil")


def trial(page: Page, _place: Place, filed: Filed) -> None:
    """Choose a larger k, and see what comes of it."""
    page.goto(f"/reviews/{filed.ids['submitted']}/trial")
    page.locator("#k").fill("12")
    page.click("#try")
    page.wait_for_selector("#trial-result .verdict, #trial-refused", timeout=60_000)


STOPS = (
    Stop("home-outside", "", at("/")),
    Stop("sign-in", "", at("/sign-in")),
    Stop("sign-in-failed", "", failed_sign_in, 401),
    Stop("open-list", "", at("/public/recipients")),
    Stop("not-found", "", at("/no-such-page"), 404),
    Stop("app-error", "", app_error, 400),
    Stop("consent", "pupil", consent),
    Stop("consent-young", "young", consent, shows="consent"),
    Stop("home-pupil", "pupil", at("/"), shows="home-outside"),
    Stop("me", "returning", at("/me")),
    Stop("me-empty", "pupil", at("/me"), shows="me"),
    Stop("password", "pupil", at("/account/password")),
    Stop("denied", "pupil", at("/registry"), 403),
    Stop("clients", "developer", at("/developer/clients")),
    Stop("client-new", "developer", at("/developer/clients/new")),
    Stop("client", "developer", client),
    Stop("refusals", "developer", refusals),
    Stop("requests", "developer", at("/developer/data-requests")),
    Stop("request-new", "developer", at("/developer/data-requests/new")),
    Stop("request-edit", "developer", at("/developer/data-requests/{draft}/edit")),
    Stop("request-check", "developer", at("/developer/data-requests/{draft}/check")),
    Stop("request-faulty", "developer", faulty_request, shows="request-check"),
    Stop("request", "developer", at("/data-requests/{signed}")),
    Stop("reviews", "reviewer", at("/reviews")),
    Stop("review", "reviewer", at("/reviews/{submitted}")),
    Stop("reviewed", "reviewer", at("/reviews/{passed}"), shows="review"),
    Stop("trial", "reviewer", at("/reviews/{submitted}/trial")),
    Stop("trial-done", "reviewer", trial, shows="trial"),
    Stop("risk-report", "reviewer", at("/reviews/{submitted}/report")),
    Stop("decisions", "approver", at("/decisions")),
    Stop("decision", "approver", at("/decisions/{passed}")),
    Stop("decided", "approver", at("/decisions/{signed}"), shows="decision"),
    Stop("sign", "approver", at("/decisions/{passed}/sign")),
    Stop("signing-key", "approver", at("/account/signing-key")),
    Stop("delegations", "approver", at("/delegations")),
    Stop("switches", "approver", at("/switches")),
    Stop("audit", "auditor", at("/audit")),
    Stop("audit-trace", "auditor", trace, shows="audit"),
    Stop("audit-app", "auditor", trace_of_app, shows="audit"),
    Stop("audit-nothing", "auditor", nothing_found, shows="audit"),
    Stop("text-scan", "reviewer", at("/text-scan")),
    Stop("text-scan-found", "reviewer", text_scan, shows="text-scan"),
    Stop("registry", "registrar", at("/registry")),
    Stop("registry-reason", "registrar", reason),
    Stop("registry-student", "registrar", student),
    Stop("pupil-account", "registrar", pupil_account),
    Stop("import", "registrar", at("/registry/import")),
    Stop("import-report", "registrar", report),
    Stop("consents", "registrar", consents),
    Stop("accounts", "admin", at("/admin/accounts")),
    Stop("recipients", "admin", at("/recipients")),
)
