"""How is a measured report shown on our pages: in short beside the preview, in full on its own?"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from anonymize.report import html
from anonymize.report.sections import charts, reasons
from anonymize.report.words import percent
from policies.model import Policy

Report = Mapping[str, Any]


def titles(policy: Policy) -> dict[str, str]:
    """Return each field's Chinese title."""
    return {name: field.title for name, field in policy.catalogue.items()}


def short(policy: Policy, report: Report) -> dict[str, Any]:
    """Return facts and charts of a report, {} if it measured no table."""
    if "risk" not in report:
        return {}
    drawn = "".join(html.bars(chart) for chart in charts(report, titles(policy)))
    return {
        "facts": facts(report), "charts": _written(drawn), "grade": report["grade"],
        "reasons": reasons(report, titles(policy)),
    }  # fmt: skip


def full(policy: Policy, report: Report) -> Markup:
    """Return the whole report as the body of a page."""
    return _written(html.body(report, titles(policy)))


def facts(report: Report) -> list[tuple[str, str]]:
    """Return the figures that an official weighs."""
    risk, utility, grade = report["risk"], report["utility"], report["grade"]
    return [
        ("提供行数", f"{report['rows_out']:,}"),
        ("隐去行数", f"{report['suppressed']:,}"),
        ("要求的 k", str(report["required_k"])),
        ("实测最小组", str(report["least_k"])),
        ("检察官风险（最大）", percent(risk["prosecutor"]["most"])),
        ("记者风险（最大）", percent(risk["journalist"]["most"])),
        ("营销者风险", percent(risk["marketer"]["rate"])),
        ("总损失", percent(utility["loss"]["all"])),
        (grade["standard"], f"{grade['grade']} 级"),
    ]


def compared(before: Report, after: Report) -> list[tuple[str, str, str]]:
    """Return name, figure of the preview (— without one) and figure of the trial."""
    old = dict(facts(before)) if "risk" in before else {}
    return [(name, old.get(name, "—"), value) for name, value in facts(after)]


def _written(text: str) -> Markup:
    return Markup(text)  # noqa: S704  anonymize.report.html escapes every value, its tests hold it
