"""Which sections does the report of a release have, and what stands in them?

Reads a report as `anonymize.run` gives it; a part that it lacks is left out. Plain Python.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from anonymize.report.blocks import Bar, Bars, Block, Facts, Grid, Section, Sheet, Text
from anonymize.report.digest import digest
from anonymize.report.words import (
    ALGORITHMS,
    BASES,
    MEASURES,
    MODELS,
    READING,
    number,
    percent,
)

TITLE: Final = "重标识风险与可用性报告"
_EMPTY: Final = "（空）"
_FULL: Final = 0.94
"""How far the longest bar reaches, so that a mark beyond it can be seen."""

Report = Mapping[str, Any]
Titles = Mapping[str, str]


def sheet(report: Report, titles: Titles) -> Sheet:
    """Return the report in words; `titles` names columns in Chinese where it can."""
    grade = report.get("grade") or {}
    verdict = f"{grade['standard']} {grade['grade']} 级：{grade['text']}" if grade else ""
    return Sheet(
        TITLE, verdict, grade.get("grade"), reasons(report, titles),
        _facts(report), tuple(_sections(report, titles)), digest(report),
    )  # fmt: skip


def reasons(report: Report, titles: Titles) -> tuple[str, ...]:
    """Return why the grade is not a better one, columns named in Chinese where they can be."""
    found = (report.get("grade") or {}).get("reasons", ())
    names = {f"“{name}”": f"“{title}”" for name, title in titles.items()}
    return tuple(_renamed(reason, names) for reason in found)


def _renamed(text: str, names: Titles) -> str:
    for name, title in names.items():
        text = text.replace(name, title)
    return text


def charts(report: Report, titles: Titles) -> tuple[Bars, ...]:
    """Return the report in three charts: who can tie rows to pupils, what is lost, class sizes."""
    risk, utility = report.get("risk"), report.get("utility")
    if not risk or not utility:
        return ()
    return _attacks(risk), _losses(utility, titles), _classes(utility)


def _sections(report: Report, titles: Titles) -> Iterator[Section]:
    if risk := report.get("risk"):
        yield Section("重标识风险", (_attacks(risk), *_threshold(risk)))
        yield Section("唯一的行", tuple(_uniqueness(report, risk)))
    if utility := report.get("utility"):
        yield Section("可用性", tuple(_loss(utility, titles)))
        yield Section("等价类大小", (_classes(utility),))
        yield Section("处理前后的取值分布", tuple(_distributions(utility, titles)))
    yield Section("处理方式", tuple(_treatments(report, titles)))
    if statistics := report.get("statistics"):
        yield Section("统计", (_statistics(statistics, titles),))
    yield Section("怎样读这份报告", (Text(READING),))


def _facts(report: Report) -> Facts:
    pairs = [("标签", str(report["label"]))]
    pairs += [
        (title, number(report[name]))
        for name, title in (("rows_in", "输入行数"), ("rows_out", "提供行数"),
                            ("suppressed", "隐去行数"))
        if name in report
    ]  # fmt: skip
    if "least_k" in report:
        pairs += [
            ("要求的 k", number(report["required_k"])),
            ("实测最小组", f"{number(report['least_k'])} 人"),
            ("隐去上限", percent(report["suppression_limit"])),
        ]
    if search := report.get("search"):
        pairs.append(("算法", ALGORITHMS.get(search["algorithm"], search["algorithm"])))
    return Facts((*pairs, ("方案摘要", str(report["plan"]))))


def _attacks(risk: Report) -> Bars:
    rows = [
        ("检察官风险", "最大", risk["prosecutor"]["most"]),
        ("检察官风险", "平均", risk["prosecutor"]["average"]),
        ("记者风险", "最大", risk["journalist"]["most"]),
        ("记者风险", "平均", risk["journalist"]["average"]),
        ("营销者风险", "平均", risk["marketer"]["rate"]),
    ]
    accepted = risk["threshold"]["value"]
    scale = max(accepted, *(value for *_, value in rows)) / _FULL
    return Bars(
        "三种攻击者认出学生的概率", ("攻击", "概率"),
        tuple(Bar(f"{who}（{how}）", (v / scale,), (percent(v),)) for who, how, v in rows),
        accepted / scale, f"竖线为可接受的风险 {percent(accepted)}",
    )  # fmt: skip


def _threshold(risk: Report) -> Iterator[Block]:
    threshold, before = risk["threshold"], risk.get("before")
    yield Facts((
        ("可接受的风险", f"{MEASURES[threshold['measure']]}不超过 {percent(threshold['value'])}"),
        ("结论", "在可接受的范围内" if risk["accepted"] else "超过可接受的风险"),
        ("超过它的行", percent(risk["prosecutor"]["above"])),
        ("处理前超过它的行", percent(before["prosecutor"]["above"]) if before else "—"),
        ("记者风险的依据", BASES[risk["journalist"]["basis"]]),
        ("来源", threshold["source"]), ("负责人", threshold["owner"]),
    ))  # fmt: skip


def _uniqueness(report: Report, risk: Report) -> Iterator[Block]:
    before = risk.get("before")
    rows = [("提供的表", number(report["rows_out"]), number(risk["sample_uniques"]),
             *_estimate(risk.get("population")))]  # fmt: skip
    if before:
        rows.insert(0, ("处理前（原值）", number(before["rows"]), number(before["sample_uniques"]),
                        *_estimate(before.get("population"))))  # fmt: skip
    headers = ("", "行数", "表中唯一的行", "总体中唯一的人（估计）", "占总体", "模型")
    yield Grid("准标识符组合唯一的行", headers, tuple(rows))
    population = risk.get("population") or (before or {}).get("population")
    if population:
        yield Facts((
            ("总体人数", number(population["rows"])), ("抽样比例", percent(population["fraction"])),
        ))  # fmt: skip


def _estimate(population: Report | None) -> tuple[str, str, str]:
    if not population:
        return "—", "—", "—"
    return (
        number(round(population["uniques"])), percent(population["unique_share"]),
        MODELS[population["model"]],
    )  # fmt: skip


def _losses(utility: Report, titles: Titles) -> Bars:
    losses = utility["loss"]["by_column"]
    return Bars(
        "每一列失去的信息", ("字段", "损失", "熵损失"),
        tuple(
            Bar(titles.get(n, n), (loss,), (percent(loss), percent(utility["entropy"][n])))
            for n, loss in sorted(losses.items())
        ),
    )  # fmt: skip


def _loss(utility: Report, titles: Titles) -> Iterator[Block]:
    yield _losses(utility, titles)
    yield Facts((
        ("总损失（几何平均）", percent(utility["loss"]["all"])),
        ("平均组大小", number(utility["average_class_size"])),
        ("平均组大小与 k 之比", number(utility["average_over_k"])),
        ("不可区分的行对（判别度）", number(utility["discernibility"])),
    ))  # fmt: skip


def _classes(utility: Report) -> Bars:
    bands = utility["classes"]
    most = max((band["rows"] for band in bands), default=0) or 1
    return Bars(
        "各种大小的等价类有多少", ("组的大小", "行数", "组数"),
        tuple(
            Bar(_band(band), (band["rows"] / most * _FULL,),
                (number(band["rows"]), number(band["classes"])))
            for band in bands
        ),
    )  # fmt: skip


def _band(band: Report) -> str:
    least, most = band["least"], band["most"]
    if most is None:
        return f"{number(least)} 人以上"
    return f"{number(least)} 人" if least == most else f"{number(least)}–{number(most)} 人"


def _distributions(utility: Report, titles: Titles) -> Iterator[Block]:
    yield Text(("浅色为处理前，深色为处理后，都按提供的形式统计。",))
    for name, found in sorted(utility["distributions"].items()):
        lines = [(_value(one["value"]), one) for one in found["categories"]]
        other = found["other"]
        if other["values"]:
            lines.append((f"其余 {number(other['values'])} 种", other))
        most = max((max(one["rows"], one["before"] or 0) for _, one in lines), default=0) or 1
        yield Bars(
            titles.get(name, name), ("取值", "处理前", "处理后"),
            tuple(_compared(label, one, most / _FULL) for label, one in lines),
        )  # fmt: skip


def _compared(label: str, one: Report, most: float) -> Bar:
    before = one["before"]
    shares = (None if before is None else before / most, one["rows"] / most)
    return Bar(label, shares, (number(before), number(one["rows"])))


def _value(value: str | None) -> str:
    return value or _EMPTY


def _treatments(report: Report, titles: Titles) -> Iterator[Block]:
    node = (report.get("search") or {}).get("node") or {}
    roles = dict.fromkeys(report.get("quasi_identifiers", ()), "准标识符")
    yield Grid(
        "每个字段怎样处理", ("字段", "角色", "处理", "层级", "无值", "无法识别而去掉"),
        tuple(
            (titles.get(name, name), roles.get(name, "—"), how["text"],
             _level(node.get(name)), number(how.get("missing")), number(how.get("malformed")))
            for name, how in sorted(report["fields"].items())
        ),
    )  # fmt: skip
    if ignored := report.get("ignored_columns"):
        yield Text((f"输入中未列入方案、没有提供的列：{'、'.join(ignored)}",))


def _level(found: Mapping[str, Any] | None) -> str:
    return f"{found['level']}（{found['name']}）" if found else "—"


def _statistics(statistics: list[Report], titles: Titles) -> Grid:
    return Grid(
        "公布的统计", ("统计", "小格阈值", "格子", "隐去的格子"),
        tuple(
            ("、".join(titles.get(name, name) for name in one["by"]), number(one["threshold"]),
             number(one["cells"]), number(one["hidden"]))
            for one in statistics
        ),
    )  # fmt: skip
