"""Cantonese, Taiwanese and everyday wordings of questions in the standard words that they are read by."""

from __future__ import annotations

import re

_STANDARD: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(spoken), standard)
    for spoken, standard in (
        (r"(?:几多|多少|几)个?(?:趴|巴仙|百分比)(?!是)|几成几(?!分)", "百分之几"),
        (r"百分之?多少", "百分之几"),
        (r"几多|若干(?=[\u4e00-\u9fff]{0,6}[?。]?$)", "多少"),
        (r"几时|多早晚", "什么时候"),
        (r"几(?=[高大长远久重深快](?:[?,。呢]|$))|几(?=[长远久高大](?:增|减|升|降|变|加|缩)?[到至成为])", "多"),
        (r"多老(?=[?,。呢]|$)", "多大岁数"),
        (r"(?<=[\u4e00-\u9fff])几何(?=[?。]?$)", "多少"),
        (r"(?:多少|几)号人", "多少人"),
        (r"个?钟头|个钟(?![头表])", "个小时"),
        (r"而家|家下", "现在"),
        (r"([破开动投竣完挂揭封上量通])[的了]([土工产牌幕顶市车业])", r"\1\2"),
        (r"边(?:个|间)(?=[\u4e00-\u9fff])", "哪个"),
        (r"(?:^|(?<=[,;:、者中]))边(?=[区日年条只种类])", "哪个"),
        (r"[头前]三个月", "一季度"),
        (r"[头前]六个月|头半年", "上半年"),
        (r"[头前]九个月", "前三季度"),
        (r"[嗰𠮶]", "那"),
        (r"喺", "在"),
        (r"嘅", "的"),
        (r"咗", "了"),
        (r"冇", "没有"),
        (r"唔(?=系|是)", "不"),
        (r"咩|乜嘢?", "什么"),
        (r"点解", "为什么"),
        (r"(?<![关联体院派谱水])系(?=多少|几|哪|什么)", "是"),
        (r"使(?=(?:了|咗)?(?:多少|几多?)钱)", "花"),
        (r"(?:不赶|不是|非|不在|避开|错开)(?:周末|节假日|假日)(?:的话|的时候|时)?", "平日"),
    )
)


def standard_wording(view: str) -> str:
    """The normalised question with dialect and colloquial wordings replaced; a second pass changes nothing."""
    for spoken, standard in _STANDARD:
        view = spoken.sub(standard, view)
    return view
