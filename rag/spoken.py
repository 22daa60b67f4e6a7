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
    )
)


def standard_wording(view: str) -> str:
    """The normalised question with dialect and colloquial wordings replaced; a second pass changes nothing."""
    for spoken, standard in _STANDARD:
        view = spoken.sub(standard, view)
    return view
