"""One pupil's values through a plan."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import anonymize
from anonymize.plan.plan import Plan
from anonymize.plan.treatment import HIERARCHIES, MASKS, Kind, Treatment
from kernel.errors import InvalidError

KEY = b"thirty-two bytes of a secret key"
ALL = Plan(
    fields={
        **{f"m_{style}": Treatment(Kind.MASK, style) for style in MASKS},
        **{
            f"g_{name}_{level}": Treatment(Kind.GENERALIZE, name, level)
            for name, levels in HIERARCHIES.items()
            for level in levels
        },
        "p": Treatment(Kind.PSEUDONYM),
        "k": Treatment(Kind.KEEP),
        "d": Treatment(Kind.DROP),
    },
    direct_identifiers=frozenset({"p"}),
)


def test_a_pupil_leaves_in_the_planned_form_only() -> None:
    plan = Plan.parse(
        {
            "version": 1,
            "fields": {
                "name": "mask:name",
                "student_number": "pseudonym",
                "document_number": "pseudonym",
                "birth_date": "generalize:birth_date:age_band",
                "sex": "keep",
                "phone": "drop",
                "health": "keep",
            },
        }
    )
    pupil = {
        "name": "张三",
        "student_number": "G11010519491231002X",
        "document_number": "11010519491231002x",
        "birth_date": "20120504",
        "sex": "1",
        "phone": "13812345678",
        "health": None,
        "home_address": "not in the plan",
    }
    left = anonymize.record(pupil, plan, key=KEY)
    assert left.pop("student_number") == left.pop("document_number")
    assert left == {"name": "张*", "birth_date": "2010-2012", "sex": "1"}


@given(st.text() | st.text(alphabet="0123456789X省市区县张·@."))
def test_no_text_makes_a_record_raise_or_pass_unchanged(text: str) -> None:
    left = anonymize.record(dict.fromkeys(ALL.fields, text), ALL, key=KEY)
    kept = left.pop("k", None)
    assert kept == (text if text.strip() else None)
    assert "d" not in left
    for name, value in left.items():
        # A coarse value may already stand there; nothing finer passes as it is.
        assert value != text or len(text) == 1 or name.startswith("g_")


def test_a_lone_surrogate_is_dropped_under_every_treatment() -> None:
    broken = dict.fromkeys(ALL.fields, "张\ud800")
    assert anonymize.record(broken, ALL, key=KEY) == {}


def test_a_value_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidError, match="不是文字"):
        anonymize.record({"k": 5}, ALL, key=KEY)  # type: ignore[dict-item]


def test_a_pseudonym_without_a_secret_is_refused() -> None:
    with pytest.raises(InvalidError, match="密钥太短"):
        anonymize.record({"p": "11010519491231002X"}, ALL, key=b"short")


def test_a_record_loads_no_heavy_library() -> None:
    program = (
        "import sys, anonymize\n"
        "plan = anonymize.Plan.parse({'version': 1, 'fields': {'name': 'mask:name',"
        " 'home_address': 'mask:address', 'phone': 'drop'}})\n"
        "pupil = {'name': '张三', 'home_address': '北京东城区1号'}\n"
        "assert anonymize.record(pupil, plan, key=b'')\n"
        "import anonymize.worker\n"
        "heavy = {'polars', 'numba', 'spacy', 'presidio_analyzer', 'pyarrow', 'numpy', 'pandas'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
