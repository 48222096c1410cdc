"""People's names in school texts are found without knowing them; ordinary words are left alone."""

import json
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.text.names import find
from anonymize.text.names_net import LONGEST, MARKS, windows
from anonymize.text.names_words import words
from anonymize.text.training.corpus import Corpus
from anonymize.text.training.remarks import peopled_anew, pieces, remarks

REMARKS = [
    json.loads(line)
    for line in Path(__file__).with_name("remarks_dev.jsonl").read_text("utf-8").splitlines()
]


def found(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in find(text)]


def touches(one: list[int], other: list[int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_recall_and_precision_on_remarks_written_apart_from_the_templates() -> None:
    # Every sixth name is a plain word (何必, 周一, 石头), many times the share of a real school.
    wanted = missed = hits = wrong = 0
    for remark in REMARKS:
        people, either = remark["persons"], remark.get("optional", [])
        places = [[start, end] for start, end, _ in find(remark["text"])]
        wanted, hits = wanted + len(people), hits + len(places)
        missed += sum(not any(touches(one, hit) for hit in places) for one in people)
        wrong += sum(not any(touches(hit, one) for one in people + either) for hit in places)
    assert len(REMARKS) >= 200
    assert 1 - missed / wanted >= 0.95
    assert 1 - wrong / hits >= 0.92


def test_recall_and_precision_on_remarks_by_other_hands() -> None:
    # A fifth of the names are words, and a fourth of the texts name nobody and look as if they did.
    wanted = missed = hits = wrong = 0
    lines = Path(__file__).with_name("remarks_apart.txt").read_text("utf-8").splitlines()[1:]
    for line in lines:
        text, people = "", list[list[int]]()
        for piece, is_name in pieces(line):
            people += [[len(text), len(text) + len(piece)]] if is_name else []
            text += piece
        places = [[start, end] for start, end, _ in find(text)]
        wanted, hits = wanted + len(people), hits + len(places)
        missed += sum(not any(touches(one, hit) for hit in places) for one in people)
        wrong += sum(not any(touches(hit, one) for one in people) for hit in places)
    assert len(lines) == 390
    assert 1 - missed / wanted >= 0.95
    assert 1 - wrong / hits >= 0.84


def test_recall_of_names_that_are_no_words_of_the_language() -> None:
    wanted = missed = 0
    for remark in REMARKS:
        text = remark["text"]
        places = [[start, end] for start, end, _ in find(text)]
        people = [one for one in remark["persons"] if text[one[0] : one[1]] not in words()]
        wanted += len(people)
        missed += sum(not any(touches(one, hit) for hit in places) for one in people)
    assert wanted >= 300
    assert 1 - missed / wanted >= 0.98


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("王浩宇同学进步很大。", ["王浩宇"]),
        ("张雨桐、李梓涵和王五没交作业。", ["张雨桐", "李梓涵", "王五"]),
        ("姓名：欧阳静怡，性别：女", ["欧阳静怡"]),
        ("家长阿依古丽·买买提来校。", ["阿依古丽·买买提"]),
        ("扎西顿珠同学想当兽医。", ["扎西顿珠"]),
        ("请陈老师转告。", ["陈"]),
        ("张某与李某某发生口角。", ["张某", "李某某"]),
        ("申请人：张 三", ["张 三"]),
        ("Emma今天请假，Zhang Wei也请假。", ["Emma", "Zhang Wei"]),
        ("玛丽亚·加西亚来自西班牙。", ["玛丽亚·加西亚"]),
        ("宿管龚姐说二楼卫生太差，有事找韦婶，打卢爸电话。", ["龚", "韦", "卢"]),
        ("表姐和小姨、大伯、干妈都来了，和爸妈一起看节目，他爸没来。", []),
    ],
)
def test_names_of_each_kind_are_found_where_they_stand(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "", "无", "成绩优异，身体健康。", "马上就要放寒假了，大家都很高兴。",
        "安全第一，路上不要逗留。", "白天上课，晚上自习，周末休息。",
        "明天下午四点集合，方便的话请带水杯。", "许多同学已经完成任务，于是提前放学。",
        "学习态度端正，上课认真听讲，作业按时完成。", "13812345678", "2024-09-01", "A+", "\n\n",
    ],
)  # fmt: skip
def test_ordinary_words_that_begin_like_surnames_are_no_names(text: str) -> None:
    assert found(text) == []


def test_a_name_found_once_is_found_at_every_place() -> None:
    text = "家长：邱慕白。慕白说邱慕白不在。"
    assert [text[start:end] for start, end, _ in find(text)].count("邱慕白") == 2
    assert "慕白" in found(text)


@settings(max_examples=60)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["张 三", "·", "王", "同学", "\n"])).map("".join)
)
def test_findings_lie_apart_in_order_and_inside_of_any_text(text: str) -> None:
    end_before = 0
    for start, end, score in find(text):
        assert end_before <= start < end <= len(text)
        assert 0 < score <= 1
        end_before = end


def test_a_long_text_gives_the_same_names_as_its_lines() -> None:
    lines = [remark["text"] for remark in REMARKS[:20]]
    assert set(found("\n".join(lines))) >= {name for line in lines for name in found(line)}


def test_the_same_seed_makes_the_same_examples_and_marks_fit_their_texts() -> None:
    examples = Corpus(5).examples(made=60, rounds=2)
    assert examples == Corpus(5).examples(made=60, rounds=2)
    assert len(examples) > 60 + len(remarks())
    for text, marks in examples:
        assert len(text) == len(marks) <= LONGEST
        assert set(marks) <= set(MARKS)
    for text, _ in Corpus(5).examples(made=0, rounds=2):
        assert not {"【", "】"} & set(text)


def test_a_remark_about_others_is_the_same_remark() -> None:
    people = Corpus(5).writer.people
    for text in remarks():
        changed = peopled_anew(text, people)
        assert [one for one in changed if not one[1]] == [one for one in text if not one[1]]
        names = {
            old: new for (old, is_name), (new, _) in zip(text, changed, strict=True) if is_name
        }
        assert all(names[old] == new for (old, n), (new, _) in zip(text, changed, strict=True) if n)


@pytest.mark.parametrize("line", ["【王", "王】", "【】王", "【【王】】"])
def test_a_remark_whose_marks_do_not_match_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="marks"):
        pieces(line)


@settings(max_examples=200)
@given(st.text(alphabet="一王。！\n；，", max_size=700))
def test_windows_cover_a_text_without_a_gap(text: str) -> None:
    found = list(windows(text))
    assert "".join(window for _, window in found) == text
    assert all(0 < len(window) <= LONGEST for _, window in found)
    assert [start for start, _ in found] == list(accumulate([0, *(len(w) for _, w in found)]))[:-1]


def test_the_model_loads_on_first_use_only() -> None:
    program = (
        "import sys\nfrom anonymize.text import names\n"
        "before = 'onnxruntime' in sys.modules\nnames.find('王浩宇')\n"
        "print(before, 'onnxruntime' in sys.modules, 'anonymize.text.training' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "False True False"
