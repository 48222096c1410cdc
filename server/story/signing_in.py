"""First act: a pupil signs in to an app; the app asks for more and is refused with reasons."""

from kernel.errors import ConflictError
from server.story.browser import Browser, Page, enter
from server.story.stage import Stage


def pupil_signs_in(stage: Stage) -> Browser:
    """Return the pupil's browser after the app has received exactly what was approved."""
    stage.say("学生在“百川学堂”点“用学印登录”。")
    pupil = stage.people["pupil"]
    browser = Browser(stage.app)
    page = enter(browser, browser.get("/sign-in"), pupil.username, pupil.password)
    stage.fact("页面写明：什么信息、什么样子、给谁、凭什么；学生同意。")
    page = accept(browser, page)
    claims = app_claims(page)
    stage.fact(f"应用得到：{claims}")
    expect(set(claims), {"sub", "name", "edu_school", "edu_grade"})
    return browser


def app_asks_more(stage: Stage, browser: Browser) -> None:
    """The app asks for a field that nobody approved."""
    stage.say("应用还想要班级，直接多要一项。")
    browser.get("/sign-out")
    page = browser.get("/sign-in?more")
    if page.status != 403 or "class_name" not in page.text:  # noqa: PLR2004  the app's refusal page
        raise ConflictError(f"应用没有被拒绝：{page.text}")
    stage.fact(f"学印拒绝并说明原因：{page.text}")


def app_gets_more(stage: Stage, browser: Browser) -> None:
    """After the approval the same question is answered, with exactly that field more."""
    stage.say("批准生效，应用再要一次。")
    claims = app_claims(accept(browser, browser.get("/sign-in?more")))
    stage.fact(f"应用得到：{claims}")
    expect(set(claims), {"sub", "name", "edu_school", "edu_grade", "edu_class"})


def app_gets_nothing(stage: Stage, browser: Browser) -> None:
    """After the revocation the same question is refused."""
    browser.get("/sign-out")
    page = browser.get("/sign-in?more")
    if page.status != 403:  # noqa: PLR2004  the app's refusal page
        raise ConflictError(f"撤销之后没有被拒绝：{page.text}")
    stage.fact(f"学印拒绝：{page.text}")


def accept(browser: Browser, page: Page) -> Page:
    """Press the first button of the notice or consent page; without one, the page itself."""
    if not any(form.action.endswith("/consent") for form in page.forms):
        return page
    return browser.submit(page, page.form("/consent"), {"answer": "accept"})


def app_claims(page: Page) -> dict[str, str]:
    """Return what the app shows that it received."""
    if "登录成功" not in page.text:
        raise ConflictError(f"登录没有成功：{page.text}")
    cells = page.html.split("<tr><th>")[1:]
    pairs = (cell.split("</td>")[0].split("</th><td>") for cell in cells)
    return {name: value for name, value in pairs}  # noqa: C416  pairs are two-element lists


def expect(found: set[str], wanted: set[str]) -> None:
    """Raise ConflictError unless exactly the wanted things are there."""
    if found != wanted:
        raise ConflictError(f"应为 {sorted(wanted)}，却是 {sorted(found)}")
