"""Two-character surnames, peoples, public mail: which words are known? Closed lists."""

from types import MappingProxyType
from typing import Final

COMPOUND_SURNAMES: Final = frozenset({
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯",
    "诸葛", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠",
    "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "子车",
    "亓官", "司寇", "巫马", "公西", "颛孙", "壤驷", "公良", "漆雕", "乐正", "宰父", "谷梁",
    "拓跋", "夹谷", "轩辕", "令狐", "段干", "百里", "呼延", "东郭", "南门", "羊舌", "微生",
    "梁丘", "左丘", "东门", "西门", "第五", "贺兰", "綦毋", "达奚", "褚师", "完颜", "叶赫",
    "纳兰", "爱新", "那拉", "富察", "钮祜", "歐陽", "司馬", "諸葛", "東方", "獨孤",
})  # fmt: skip
"""Two-character surnames; those of other peoples by their first two characters."""

ETHNICITIES: Final = frozenset({
    "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜",
    "满", "侗", "瑶", "白", "土家", "哈尼", "哈萨克", "傣", "黎",
    "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇",
    "柯尔克孜", "土", "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬",
    "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克", "俄罗斯", "鄂温克", "德昂",
    "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴",
    "基诺",
})  # fmt: skip
"""The 55 peoples beside Han of GB/T 3304, without 族."""

POPULOUS: Final = MappingProxyType({
    "02": "蒙古", "03": "回", "04": "藏", "05": "维吾尔", "06": "苗", "07": "彝", "08": "壮",
    "11": "满", "15": "土家",
})  # fmt: skip
"""Peoples beside Han of more than five million (census of 2020), by their code of GB/T 3304."""

PUBLIC_MAIL: Final = frozenset({
    "qq.com", "foxmail.com", "163.com", "126.com", "yeah.net",
    "sina.com", "sina.cn", "sohu.com", "139.com", "189.cn",
    "aliyun.com", "outlook.com", "hotmail.com", "gmail.com", "icloud.com",
})  # fmt: skip
"""Mail domains that tell nothing about their users."""

PLATE_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""First characters of number plates (GA 36-2018)."""
