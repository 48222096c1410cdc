"""What the register knows of a pupil is always found, and does not hit everywhere."""

import random

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from anonymize.text.scan import Finding, Kind, Known, scan
from kernel.errors import InvalidError

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文博雨欣梓轩子涵浩宇诗琪一诺思远"
FRAMES = (
    "今天{}上课很认真。", "{}的妈妈打电话来了。", "请{}课后到办公室。", "表扬{}和小组同学。",
    "家长反映{}睡得晚", "{}，作业已补", "和{}同桌相处融洽", "（{}）视力下降", "{}",
    "老师对{}进行了谈话，效果好", "由{}担任课代表", "近来{}有进步",
)  # fmt: skip


def full(name: str, _rng: random.Random) -> str:
    return name


def spaced(name: str, rng: random.Random) -> str:
    return rng.choice([" ", "　", "·", "\u200b", "\n", "-"]).join(name)


def given(name: str, _rng: random.Random) -> str:
    return name[1:] if len(name) > 2 else name


def by_surname(name: str, rng: random.Random) -> str:
    return name[0] + rng.choice(["同学", "某", "某某", "老师", "女士"])


def pet(name: str, rng: random.Random) -> str:
    return rng.choice(["小", "阿"]) + name[-1]


def name_of(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2])))


def test_names_of_the_record_are_found_in_all_their_variants() -> None:
    """Recall at least 0.995 over 4000 places (the figure that is asked for)."""
    rng = random.Random(7)  # noqa: S311  no secret
    texts, records, spans = [], [], []
    for _ in range(4000):
        name = name_of(rng)
        variant = rng.choice([full, full, spaced, given, by_surname, pet])(name, rng)
        head, tail = rng.choice(FRAMES).split("{}")
        texts.append(head + variant + tail)
        spans.append((len(head), len(head) + len(variant)))
        records.append(Known((name, name_of(rng)), ("沂水县第一中学",), ()))
    covered = [[False] * len(text) for text in texts]
    for hit in scan(texts, records, kinds={Kind.PERSON}):
        for place in range(hit.start, hit.end):
            covered[hit.index][place] = True
    missed = [
        (text, record.names[0])
        for text, record, (start, end), seen in zip(texts, records, spans, covered, strict=True)
        if not all(seen[start:end])
    ]
    assert len(missed) <= 0.005 * len(texts), missed[:20]


QUIET = (
    "该生性格开朗，团结同学，热爱劳动，是老师的好帮手。明天上午说明情况，文明礼貌，下小雨也坚持跑步。",
    "上课认真听讲，作业按时完成，明白道理，平时安静，静静地看书，常常帮助别人。",
    "他明明知道，慢慢改正，天天进步，学习成绩稳定，小心骑车，小学阶段表现优秀。",
    "一年级时入队，第一次考试超过九十分，家长超级满意，强调安全，平安到家。",
    "语文、英语、数学成绩优秀，兰花和玉米实验记录完整，子女教育得法，梓里乡情。",
)


def test_a_given_name_of_one_character_does_not_hit_everywhere() -> None:
    """Over all names of one character in 5 plain remarks: the record adds no finding."""
    alone = scan(list(QUIET), kinds={Kind.PERSON})
    for char in GIVEN:
        record = Known((f"欧{char}", f"赵{char}"))
        assert scan(list(QUIET), [record] * len(QUIET), kinds={Kind.PERSON}) == alone, char


def found(text: str, record: Known) -> list[tuple[str, str]]:
    return [(hit.kind, text[hit.start : hit.end]) for hit in scan([text], [record])]


@pytest.mark.parametrize(
    ("name", "text", "span"),
    [
        ("张三", "他叫张三。", "张三"),
        ("张三", "张 三", "张 三"),
        ("張偉", "张伟迟到", "张伟"),
        ("张伟", "張偉遲到", "張偉"),
        ("欧阳雪", "欧阳同学请假", "欧阳同学"),
        ("欧阳雪", "小雪请假", "小雪"),
        ("李文静", "和文静一起", "文静"),
        ("阿依古丽·买买提", "阿依古丽买买提来了", "阿依古丽买买提"),
        ("阿依古丽·买买提", "阿依古丽来了", "阿依古丽"),
        ("阿依古丽.买买提", "阿依古丽•买买提来了", "阿依古丽•买买提"),
        ("Emma Stone", "ＥＭＭＡ is here", "ＥＭＭＡ"),
        ("张小明", "张某明旷课", "张某明"),
        ("张小明", "张*明旷课", "张*明"),
        ("王一", "一一很乖", "一一"),
    ],
)
def test_variants_of_a_name(name: str, text: str, span: str) -> None:
    """Longer findings stay: in 张伟强来了 the 张伟 of the record may be somebody else."""
    assert any(kind == "PERSON" and span in its for kind, its in found(text, Known((name,))))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("李文静", "性格文静"),
        ("江小雪", "外面下小雪了"),
        ("张明", "明天说明"),
        ("Al Li", "also alive"),
    ],
)
def test_words_that_only_look_like_a_name_are_left_alone(name: str, text: str) -> None:
    assert found(text, Known((name,))) == []


@pytest.mark.parametrize(
    ("school", "text", "span"),
    [
        ("沂水县第一中学", "在沂水一中读书", "沂水一中"),
        ("沂水县第一中学", "县一中", "县一中"),
        ("山东省临沂市沂水县第一中学", "就读第一中学", "第一中学"),
        ("北京市海淀区中关村第三小学", "中关村三小的", "中关村三小"),
        ("沂水县实验中学", "在实验中学上学", "实验中学"),
        ("春晖学校", "春 晖学校", "春 晖学校"),
        ("博雅苑", "她在博雅苑上学", "博雅苑"),
    ],
)
def test_variants_of_a_school(school: str, text: str, span: str) -> None:
    assert ("SCHOOL", span) in found(text, Known(schools=(school,)))


HOME = "山东省临沂市沂水县沂城街道幸福小区3号楼2单元501室"


@pytest.mark.parametrize(
    "span",
    [
        HOME,
        HOME.removeprefix("山东省临沂市"),
        "幸福小区3号楼2单元501室",
        "幸福小区",
        "３号楼2单元501室",
    ],
)
def test_variants_of_an_address(span: str) -> None:
    assert found(f"她住{span}，走读", Known(addresses=(HOME,))) == [("ADDRESS", span)]


def test_the_record_wins_over_longer_findings_and_leaves_nothing_outside() -> None:
    text = "zhangsan@qq.com"
    assert scan([text], [Known(("san",))]) == [Finding(0, 0, 15, "EMAIL", 0.8)]
    text = "家住临沂市沂水县育英小学旁幸福路12号"
    record = Known(schools=("育英",))
    assert found(text, record) == [("SCHOOL", "临沂市沂水县育英小学"), ("ADDRESS", "旁幸福路12号")]
    text = "联系方式：a-张三-b@qq.com"
    assert found(text, Known(("张三",)))[0] == ("PERSON", "张三")
    assert ("EMAIL", "b@qq.com") in found(text, Known(("张三",)))


@pytest.mark.parametrize(
    "document",
    [[], "x", {"name": ["张三"]}, {"names": "张三"}, {"names": [1]}, {"names": ["x"] * 201}],
)
def test_a_malformed_record_is_refused(document: object) -> None:
    with pytest.raises(InvalidError):
        Known.parse(document)


def test_empty_values_and_odd_ones_find_nothing_and_break_nothing() -> None:
    odd = ("", " ", "·", "\ud800", "*", "(", "张", "\0", "[", "\\")
    record = Known(odd, odd, odd)
    assert scan(["今天很好", "", "\0", "(*["], [record] * 4) == []
    assert Known.parse({"names": None}) == Known()


ANY = st.text(max_size=12) | st.text("张小明同学某·.* 王老师沂水县第一中学路12号室x", max_size=12)


@examples(st.lists(ANY, max_size=4), st.lists(ANY, max_size=3))
def test_findings_lie_inside_their_text_in_order_whatever_is_known(
    texts: list[str], values: list[str]
) -> None:
    record = Known(tuple(values), tuple(values), tuple(values))
    seen = dict.fromkeys(range(len(texts)), 0)
    for hit in scan(texts, [record] * len(texts)):
        assert seen[hit.index] <= hit.start < hit.end <= len(texts[hit.index])
        assert 0 < hit.score <= 1
        seen[hit.index] = hit.end
