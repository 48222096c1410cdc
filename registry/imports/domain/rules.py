"""Which rules may a file or a row break on import? Each says what is wrong and what cures it."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kernel.errors import InvalidError


class Severity(StrEnum):
    """A row with an error is not imported; a warning only asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `code` is stable; `basis` names the standard or regulation."""

    code: str
    message: str
    remedy: str
    basis: str = ""
    severity: Severity = Severity.ERROR


_WARN = Severity.WARNING
_FORM = "学生基本信息表"
_ID = "GB 11643-1999"
_ONCE = "《中小学生学籍管理办法》第九条"
_SCOPE = "《中小学生学籍管理办法》第二十三条"
_TEXT_CELL = "请把该列设为“文本”格式后重新录入"

_ROW_RULES = (
    Rule("mandatory", "必填项为空", "请填写该项", _FORM),
    Rule("too_long", "内容过长", "请缩短内容", _FORM),
    Rule("deceptive_character", "含有不可见字符或改变书写方向的字符", "请删除该项后重新手工录入"),
    Rule("name_character", "姓名中含有数字或符号", "姓名只填文字；间隔符用“·”，不加备注", _FORM),
    Rule("numeric_cell", "号码以数值保存，15 位以后的数字已丢失", _TEXT_CELL),
    Rule("formula_cell", "单元格是公式", "请“选择性粘贴”为数值"),
    Rule("error_cell", "单元格是错误值", "请重新录入该项"),
    Rule("extra_cell", "表头之外还有内容", "请删除表头右侧的内容，或检查多余的逗号"),
    Rule("unknown_code", "不在代码表中", "请从模板的下拉列表中选择", _FORM),
    Rule("bad_date", "不是有效日期", "请按 YYYYMMDD 填写，且不晚于今天", _FORM),
    Rule("bad_month", "不是有效年月", "请按 YYYYMM 填写", _FORM),
    Rule("bad_number", "不是数字", "请填写不带单位的数字", _FORM),
    Rule("bad_phone", "不是有效电话号码", "请填写手机号，或带区号的固定电话", _FORM),
    Rule("bad_postcode", "不是 6 位邮政编码", "请填写 6 位数字；注意前导 0", _FORM),
    Rule("bad_email", "不是有效电子信箱", "请核对电子信箱", _FORM),
    Rule("bad_document", "证件号含有不允许的字符", "请按证件填写字母和数字"),
    Rule("document_missing", "居民身份证没有填写证件号", "请填写身份证件号，或更正证件类型", _FORM),
    Rule("id_shape", "不是 18 位居民身份证号，或其中的日期不存在", "请对照身份证件逐位核对", _ID),
    Rule("id_check", "身份证号校验码不正确", "请对照身份证件逐位核对", _ID),
    Rule("birth_date_mismatch", "出生日期与身份证号不一致", "请对照身份证件更正其中一项", _ID),
    Rule("sex_mismatch", "性别与身份证号不一致", "请对照身份证件更正其中一项", _ID),
    Rule("unknown_school", "没有这个学校标识码", "请填写本校 10 位学校标识码"),
    Rule("school_out_of_scope", "该校不在您的管辖范围", "请由该校或其主管部门导入", _SCOPE),
    Rule("duplicate_in_file", "证件号与本文件前面的行重复", "请核对，每名学生只保留一行", _ONCE),
    Rule("duplicate_in_upload", "证件号与本次上传的前面文件重复", "请核对学生实际就读学校", _ONCE),
    Rule("duplicate_in_registry", "该证件号已建有学籍", "如属转学，请办理转入", _ONCE),
    Rule("region_unknown", "区划代码不在现行代码表中", "请核对；可以导入", "GB/T 2260", _WARN),
    Rule("dot_replaced", "姓名间隔符已统一为“·”", "无需处理", "U+00B7", _WARN),
)  # fmt: skip # one row a rule

_FILE_RULES = (
    Rule("unknown_type", "只接受 .xlsx 和 .csv 文件", "请用模板另存为 .xlsx 或 CSV UTF-8"),
    Rule("too_large", "文件过大", "请按学校或年级拆分后上传"),
    Rule("broken_file", "文件损坏或不是真正的表格文件", "请用表格软件打开后另存为 .xlsx 再上传"),
    Rule("zip_bomb", "文件解压后异常庞大，已拒绝打开", "请用模板重新制作文件"),
    Rule("active_content", "文件含有宏、外部链接或嵌入内容", "请另存为不含宏和外部链接的 .xlsx"),
    Rule("encrypted_file", "文件有密码", "请取消密码后上传"),
    Rule("too_many_rows", "工作表范围过大", "请删除多余空白行列，或拆分文件、改用 CSV"),
    Rule("too_many_formulas", "公式单元格过多", "请“选择性粘贴”为数值"),
    Rule("no_sheet", "找不到名为“学生信息”的工作表", "请使用模板，不要更改工作表名称"),
    Rule("empty_file", "文件中没有数据", "请在表头下一行开始填写"),
    Rule("wrong_header", "表头不符", "请下载模板，保持表头文字不变", _FORM),
    Rule("bad_encoding", "文字编码无法识别", "请另存为“CSV UTF-8”或 GB18030"),
    Rule("nul_byte", "文件含有空字节，不是文本文件", "请另存为“CSV UTF-8”"),
    Rule("long_line", "有一行超长，或引号没有配对", "请检查该行的引号"),
    Rule("resource_limit", "解析该文件所需的内存或时间超出上限", "请拆分文件，或改用 CSV"),
)

RULES = MappingProxyType({rule.code: rule for rule in _ROW_RULES + _FILE_RULES})
ERRORS = frozenset(rule.code for rule in RULES.values() if rule.severity is Severity.ERROR)


class FileRefusedError(InvalidError):
    """The file cannot be read. `rule` is a code of RULES; `detail` says where or what."""

    code = "file_refused"

    def __init__(self, rule: str, detail: str = "") -> None:
        broken = RULES[rule]
        super().__init__(
            f"{broken.message}（{detail}）" if detail else broken.message,
            rule=broken.basis,
            remedy=broken.remedy,
        )
        self.rule = rule
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One broken rule in one cell. `row` counts from 1 as in the sheet; `value` is masked already.

    `row` 0 and no `column`: the file as a whole.
    """

    row: int
    column: str
    rule: str
    value: str = ""
    detail: str = ""

    @property
    def is_error(self) -> bool:
        """Tell whether the row (or file) stays out."""
        return self.rule in ERRORS
