"""Where do invented names, streets and firms come from? Pools, partly Faker's Chinese lists."""

from itertools import accumulate
from random import Random

from faker.providers.company.zh_CN import Provider as Companies
from faker.providers.person.zh_CN import Provider as Persons
from faker.providers.phone_number.zh_CN import Provider as Phones

COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐")
RARE = ("𠮷", "䶮", "㼆", "𬱖", "犇", "堃", "龘", "㛃", "𫘦", "喆", "淼", "烜", "頔", "赟", "翀")
"""Characters of the CJK extensions and others that old systems lose."""

_SYLLABLES = tuple("子宇浩梓欣雨佳思嘉俊诗涵轩博文睿泽铭晨悦怡琪萱瑞熙航辰语彤昊然妍皓霖依可心")
MINORITY = {
    "维吾尔族": (
        ("买买提", "阿不都热依木", "艾力", "吐尔逊", "古丽", "阿依古丽", "努尔买买提", "热依汗"),
        ("阿不都热依木", "艾合买提", "买买提", "吐尔地", "亚森", "卡德尔", "玉素甫"),
    ),
    "哈萨克族": (
        ("叶尔兰", "阿依努尔", "别克", "加娜尔", "努尔兰"),
        ("哈德尔", "巴合提", "木拉提", "别克"),
    ),
    "藏族": (("扎西", "次仁", "卓玛", "旺姆"), ("多吉", "平措", "拉姆", "央金")),
}
SCHOOLS = (
    "云溪",
    "青禾",
    "明德",
    "致远",
    "星河",
    "松涛",
    "春晖",
    "博雅",
    "启航",
    "远山",
    "沐阳",
    "清泉",
)
STREETS = (
    "长安",
    "正阳",
    "沂蒙",
    "健康",
    "振兴",
    "雪山",
    "北一环",
    "南一环",
    "西二环",
    "文化",
    "裕丰",
)

_SURNAMES = tuple(Persons.last_names)
_WEIGHTS = tuple(accumulate(Persons.last_names.values()))
_MEN, _WOMEN = tuple(Persons.first_names_male), tuple(Persons.first_names_female)
_FIRMS, _FIRM_ENDS = tuple(Companies.company_prefixes), tuple(Companies.company_suffixes)
_PREFIXES = tuple(str(prefix) for prefix in Phones.phonenumber_prefixes)


def pick(rng: Random, pool: tuple[str, ...]) -> str:
    """Return one of the pool; quicker than `choice`."""
    return pool[int(rng.random() * len(pool))]


def surname(rng: Random) -> str:
    """Return a surname by its frequency, now and then a compound one."""
    if rng.random() < 0.01:  # noqa: PLR2004  about one in a hundred
        return pick(rng, COMPOUND)
    return str(rng.choices(_SURNAMES, cum_weights=_WEIGHTS)[0])


def given_name(rng: Random, *, male: bool, child: bool) -> str:
    """Return a given name of one or two characters in the fashion of the generation."""
    if not child:
        return pick(rng, _MEN if male else _WOMEN)
    name = pick(rng, _SYLLABLES)
    if rng.random() < 0.85:  # noqa: PLR2004  most names have two
        name += pick(rng, _SYLLABLES)
    if rng.random() < 0.02:  # noqa: PLR2004  one in fifty
        name = name[0] + pick(rng, RARE)
    return name


def minority_name(rng: Random, ethnicity: str) -> tuple[str, str]:
    """Return given name and father's name, which the full name joins with U+00B7."""
    own, fathers = MINORITY[ethnicity]
    return pick(rng, own), pick(rng, fathers)


def phone(rng: Random) -> str:
    """Return a mobile number with 0000 in its middle, so that it is seen to be invented."""
    return f"{pick(rng, _PREFIXES)}0000{int(rng.random() * 10_000):04}"


def firm(rng: Random) -> str:
    """Return an invented firm."""
    return f"{pick(rng, _FIRMS)}{pick(rng, _FIRM_ENDS)}"
