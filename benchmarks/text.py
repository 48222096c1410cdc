"""Personal data in school remarks: our scan against presidio's engine with the same recognizers.

Both sides run in turn over the same texts in one process, by its CPU time; their findings are
asserted to be equal. The name model, which both sides call alike, is measured apart.
"""

import os
import random
import time
from collections.abc import Callable

from anonymize.text import presidio
from anonymize.text.persons import CUES, has_model
from anonymize.text.rule import Finder
from anonymize.text.scan import FINDERS, Kind, Known, hits
from benchmarks.measure import Peak, Row, in_turn

TEXTS, TIMES, ROUNDS = 400, 10, 3
"""Texts for the slow side; the fast side scans them so many times over."""
SHARE = 0.6
"""How many of the remarks tell something."""
REMARKS = (
    "该生性格开朗，乐于助人，能积极参加班级的各项活动，学习上有一定的进步，希望继续努力。",
    "上课有时走神，作业完成得比较认真，数学计算要多练习，朗读有感情。",
    "本学期从外地转入，适应较快，和同学们相处融洽，体育课表现突出。",
    "家长反映孩子回家后先写作业再看书，周末帮老人做家务。",
    "班主任与家长沟通，约定每周反馈一次在校情况，视力有所下降，请注意用眼。",
)
TELLING = (
    "联系电话13812345678。", "家住山东省临沂市沂水县沂城街道幸福路12号3栋501室。",
    "毕业于沂水县实验小学。",
    "现就读于三年级2班。", "身份证号11010519491231002X。", "2012年3月5日出生。", "微信号abc_1234。",
    "邮箱zhang@qq.com。", "护照E12345678。", "车牌粤B12345。", "姓名：张三。",
)  # fmt: skip


def rows() -> list[Row]:
    """Measure the rules, then the rules with the name model, then known names."""
    texts = _texts()
    rules = tuple(finder for finder in FINDERS if finder.kind != Kind.PERSON)
    with Peak(os.getpid()).watching() as peak:
        found = [_compared("12 kinds by rule", rules, texts, peak)]
        named = "with the name model" if has_model() else f"with {len(CUES)} cue rules for names"
        found.append(_compared(f"13 kinds, {named}", FINDERS, texts, peak))
        found.append(_known(texts, peak))
    return found


def _texts() -> list[str]:
    rng = random.Random(3)  # noqa: S311  no secret
    return [
        "".join(rng.sample(REMARKS, 3)) + (rng.choice(TELLING) if rng.random() < SHARE else "")
        for _ in range(TEXTS)
    ]


def _compared(what: str, finders: tuple[Finder, ...], texts: list[str], peak: Peak) -> Row:
    engine = presidio.engine(finders)
    kinds = frozenset(finder.kind for finder in finders)
    slow = [presidio.analyze(engine, text) for text in texts]
    if slow != list(hits(texts, kinds=kinds)):
        raise AssertionError("the scan and presidio's engine differ")
    characters = sum(map(len, texts))
    many = texts * TIMES
    ours, theirs = in_turn(
        lambda: _rate(TIMES * characters, lambda: list(hits(many, kinds=kinds))),
        lambda: _rate(characters, lambda: [presidio.analyze(engine, text) for text in texts]),
        rounds=ROUNDS,
    )
    return Row(
        f"scan of remarks, {what}; equal findings",
        f"{ours / 1e3:,.0f} k characters a CPU second",
        f"presidio {theirs / 1e3:,.0f} k",
        f"x {ours / theirs:.1f}",
        peak.megabytes,
    )


def _known(texts: list[str], peak: Peak) -> Row:
    """Measure what the deny list of each pupil's own record costs on top of the rules."""
    many = texts * TIMES
    records = [
        Known(
            (f"王{index % 97}明", "李芳", "欧阳建国"),
            ("沂水县实验小学",),
            ("沂水县沂城街道幸福路12号",),
        )
        for index in range(len(many))
    ]
    kinds = frozenset(Kind)
    characters = sum(map(len, many))
    with_record, without = in_turn(
        lambda: _rate(characters, lambda: list(hits(many, records, kinds=kinds))),
        lambda: _rate(characters, lambda: list(hits(many, kinds=kinds))),
        rounds=ROUNDS,
    )
    return Row(
        "scan with each pupil's record (3 names, school, address)",
        f"{with_record / 1e3:,.0f} k characters a CPU second",
        f"without record {without / 1e3:,.0f} k",
        f"x {with_record / without:.2f}",
        peak.megabytes,
    )


def _rate(count: int, work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return count / (time.process_time() - start)
