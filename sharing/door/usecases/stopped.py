"""How is a release that was stopped in its write job told to the caller?"""

from kernel.errors import DeniedError
from sharing.door.usecases.disclose import Stopped

_REASONS = {
    "absent": ("没有生效的批准", "请提交数据申请"),
    "revoked": ("批准已被撤销", "须重新申请并取得批准"),
    "expired": ("批准已经到期或者尚未生效", "如仍需要，请重新申请"),
    "switched_off": ("数据提供已被紧急停止", "须由两名负责人共同解除"),
    "withdrawn": ("学生或者监护人已撤回同意", "请停止取用该学生的信息"),
    "bounds": (
        "超出批准人签署的界限（行数、最小组或者风险）",
        "请就新的界限重新申请并由批准人签署",
    ),
    "quota": ("超出批准的行数、人数或次数上限", "请减少本次取用，或者申请增加上限"),
}


def stopped_error(stopped: Stopped) -> DeniedError:
    """Return the refusal with reason, article and cure."""
    message, remedy = _REASONS[stopped.code]
    return DeniedError(message, rule="《中小学生学籍管理办法》第二十四条", remedy=remedy)
