"""Which 学籍状态 may follow which? Codes: JY/T 1001 XSDQZT."""

from kernel.errors import ConflictError, InvalidError
from registry.domain.codes import CODE_TABLES, label

_LEAVING = frozenset({"02", "03", "04", "06", "07", "08", "09", "10", "11", "13", "14", "15"})
_FOLLOWS: dict[str, frozenset[str]] = {
    "01": _LEAVING,
    "05": _LEAVING,
    "02": frozenset({"03", "05", "10", "11"}),
    "03": frozenset({"05"}),
    "04": frozenset({"03", "05", "10", "11"}),
    "06": frozenset({"05", "11", "15"}),
    "10": frozenset({"05"}),
    "12": frozenset({"01", "03"}),
    "13": frozenset({"05"}),
    "15": frozenset({"05", "11"}),
}
_EXPELLED = "14"
_COMPULSORY = frozenset(f"{grade:02}" for grade in range(1, 10))


def check_change(before: str, after: str, grade: str) -> None:
    """Raise unless the status may change so.

    InvalidError: no such status, or expulsion in compulsory education (《义务教育法》第二十七条).
    ConflictError: the present status does not lead there; 毕业, 结业, 肄业, 死亡, 开除 are final.
    """
    if after not in CODE_TABLES["status"].labels:
        raise InvalidError(
            f"没有学籍状态“{after}”",
            field="status",
            rule="JY/T 1001 XSDQZT",
            remedy="请选择列出的状态",
        )
    if after == _EXPELLED and grade in _COMPULSORY:
        raise InvalidError(
            "义务教育阶段不得开除学生",
            field="status",
            rule="《义务教育法》第二十七条",
            remedy="请选择其他状态",
        )
    if after not in _FOLLOWS.get(before, frozenset()):
        raise ConflictError(
            f"“{label('status', before)}”不能变更为“{label('status', after)}”",
            field="status",
            rule="学籍变动管理",
            remedy="请核对学生当前状态",
        )
