"""When are two spellings of a Chinese name the same? One spelling for both, of equal length.

Full-width forms, capitals, dots, and the traditional characters that are common in names and in
addresses. The table is written by hand for this purpose and maps one character to one.
"""

from typing import Final

from anonymize.text.folding import fold

_TRADITIONAL: Final = (
    "張劉陳楊趙黃吳孫馬許鄧蕭馮葉閻鍾譚鄒龔賀賴龐韋聶叢齊盧蔣蘇呂羅鄭謝韓於發傑偉強東麗華國軍詩夢嬌婭靜學寶寧興榮樂燕飛鳳龍蘭蓮貴霞"
    "嬋嫻嬌嵐慶懷應憶憲戀戰揚擇擴攜敏斷時晉曉曄會業極構楓樓樺橋機權歡歲歷歸澤濤濱瀾煒煥燁爾獻現瑤瑋瓊環畢異盡碩禮禎種稱穎競筆節簡紀純"
    "紅紹細終結統絲綠維綺綿縣緒緣總繼績續羅義習聖聞聯聲肅膽臨與舉艷芸莊萬葦蔭薩藝藍蘊虛號裕製複見親觀覺訓記設評詠誠誼語說課調論諾謙譽"
    "議護讓豐財賢賦質贊躍軒輝輩農運達遠適選遷遙郵鄉鄰醫鈞銀銘銳鋒錄錦鍵鎮鎖鐵鑫長門開關閣闊陽隊際隨難雙雲電雞靈韜順須頌頓領頤顏願顧風"
    "馳駿驍驗體鵬鴻鶴麥齡龜灣島區衛莊廠廣縣處兒園圖塊聖執備內兩並丟個們優儀億價傳傾僅儲剛創劃劍勁務勝勞勢勵單嘗嚴壯壽夠奧奪奮婦孫寬審寫將專導屆嶺"
)
_SIMPLIFIED: Final = (
    "张刘陈杨赵黄吴孙马许邓萧冯叶阎钟谭邹龚贺赖庞韦聂丛齐卢蒋苏吕罗郑谢韩于发杰伟强东丽华国军诗梦娇娅静学宝宁兴荣乐燕飞凤龙兰莲贵霞"
    "婵娴娇岚庆怀应忆宪恋战扬择扩携敏断时晋晓晔会业极构枫楼桦桥机权欢岁历归泽涛滨澜炜焕烨尔献现瑶玮琼环毕异尽硕礼祯种称颖竞笔节简纪纯"
    "红绍细终结统丝绿维绮绵县绪缘总继绩续罗义习圣闻联声肃胆临与举艳芸庄万苇荫萨艺蓝蕴虚号裕制复见亲观觉训记设评咏诚谊语说课调论诺谦誉"
    "议护让丰财贤赋质赞跃轩辉辈农运达远适选迁遥邮乡邻医钧银铭锐锋录锦键镇锁铁鑫长门开关阁阔阳队际随难双云电鸡灵韬顺须颂顿领颐颜愿顾风"
    "驰骏骁验体鹏鸿鹤麦龄龟湾岛区卫庄厂广县处儿园图块圣执备内两并丢个们优仪亿价传倾仅储刚创划剑劲务胜劳势励单尝严壮寿够奥夺奋妇孙宽审写将专导届岭"
)
_TABLE: Final = str.maketrans(
    _TRADITIONAL + "‧・•ABCDEFGHIJKLMNOPQRSTUVWXYZ", _SIMPLIFIED + "···abcdefghijklmnopqrstuvwxyz"
)


def plain_spelling(text: str) -> str:
    """Return the text in one spelling; its code point n stands for code point n of the text."""
    return fold(text).translate(_TABLE)
