"""Text for property tests: shuffled pieces of Chinese reports with any other character between."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

PIECES = [
    "东丽区", "西青區", "当涂县", "全县", "我区", "2023年", "2022年底", "1-9月", "今年上半年", "上年", "一、",
    "(一)", "1、", "一是", "高新技術企業", "工业产值", "达到", "同比增长", "下降", "占全市比重", "居全市第",
    "12", "3。5", "3。83%", "1，205", "72.5", "亿元", "万元", "家", "%", "个百分点", "余", "近", "超", "预计",
    "力争", "从", "扩大到", "、", "，", "。", "；", "：", "(", ")", "“", "”", "覈心陞級", "篇1", "三十", "十几",
    "百分之", "三分之一", "六成", "第四", "排名", "...", "……", "相关阅读", "扫码阅读手机版", "责任编辑:",
    "www.a.com", "单位:万元", "指标", "2024-03-31", "①", "㎡", "多少", "哪个", "比", "和", "各有", "一共", "呢",
    "?",
]  # fmt: skip
SPACES = ["\n", "\n\n", "\r\n", "\t", " | ", " ", "\u3000", "\u200b", "\ufeff"]

mixed_text = st.lists(
    st.one_of(st.sampled_from([*PIECES, *SPACES]), st.text(max_size=3)),
    max_size=30,
).map("".join)
"""Any text, mostly of what reports are made of; holds no rule for what comes next."""


def property_settings(examples: int) -> settings:
    """Settings of a property test: as many examples, the same ones in every run, nothing stored."""
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)
