"""What does a paper consent say, and is it one?"""

from dataclasses import dataclass
from datetime import date

from kernel.errors import Problem

RULE = "《个人信息保护法》第三十一条"
SELF = "self"
RELATIONS = {
    "father": "父亲", "mother": "母亲", "grandparent": "祖父母或者外祖父母",
    "other": "其他监护人", SELF: "学生本人（已满十四周岁）",
}  # fmt: skip
LONGEST_NAME = 50
SCANS = (b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LARGEST_SCAN = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PaperConsent:
    """As typed by the registrar: who signed, in which relation, on which day (YYYY-MM-DD)."""

    name: str
    relation: str
    signed_on: str
    scan: bytes


def problems(paper: PaperConsent, *, under_14: bool, today: date) -> tuple[Problem, ...]:
    """Return everything that is wrong with it."""
    checks = (
        (
            not 1 < len(paper.name.strip()) <= LONGEST_NAME, "name", "请填写签署人的姓名",
            "与证件一致",
        ),
        (paper.relation not in RELATIONS, "relation", "请选择签署人与学生的关系", "从列表中选择"),
        (
            under_14 and paper.relation == SELF, "relation", "学生不满十四周岁，须由监护人同意",
            "请监护人签署同意书",
        ),
        (
            not under_14 and paper.relation in RELATIONS and paper.relation != SELF, "relation",
            "学生已满十四周岁，由本人同意", "请学生本人登录后同意，或者签署同意书",
        ),
        (not _was(paper.signed_on, today), "signed_on", "签署日期不对", "不晚于今天，一年以内"),
        (
            not paper.scan.startswith(SCANS) or len(paper.scan) > LARGEST_SCAN, "scan",
            "请上传同意书扫描件", "8 MB 以内的 PDF、PNG 或 JPEG 文件",
        ),
    )  # fmt: skip
    return tuple(Problem(text, name, RULE, cure) for holds, name, text, cure in checks if holds)


def _was(text: str, today: date) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return 0 <= (today - day).days <= 366  # noqa: PLR2004  an older paper is no present will
