"""Which rules are cited in reasons? One spelling each."""

from typing import Final

REGULATION_24: Final = "《中小学生学籍管理办法》第二十四条"
REGULATION_23: Final = "《中小学生学籍管理办法》第二十三条"
PIPL_6: Final = "《个人信息保护法》第六条"
PIPL_13: Final = "《个人信息保护法》第十三条"
PIPL_15: Final = "《个人信息保护法》第十五条"
PIPL_19: Final = "《个人信息保护法》第十九条"
PIPL_23: Final = "《个人信息保护法》第二十三条"
PIPL_31: Final = "《个人信息保护法》第三十一条"
PIPL_35: Final = "《个人信息保护法》第三十五条"
PIPL_51: Final = "《个人信息保护法》第五十一条"
PIPL_56: Final = "《个人信息保护法》第五十六条"
PIPL_57: Final = "《个人信息保护法》第五十七条"
PIPL_73: Final = "《个人信息保护法》第七十三条"
DATA_REGULATION_12: Final = "《网络数据安全管理条例》第十二条"
