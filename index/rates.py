"""Units made of two: what there is per something else (元/平方米·月, tokens/s, 立方米每秒)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PARTS = {
    "s": "秒",
    "min": "分钟",
    "分": "分钟",
    "h": "小时",
    "时": "小时",
    "d": "天",
    "日": "天",
    "kg": "公斤",
    "千克": "公斤",
    "g": "克",
    "t": "吨",
    "mg": "毫克",
    "μg": "微克",
    "L": "升",
    "l": "升",
    "mL": "毫升",
    "m": "米",
    "km": "公里",
    "千米": "公里",
    "m2": "平方米",
    "平米": "平方米",
    "平方": "平方米",
    "km2": "平方公里",
    "平方千米": "平方公里",
    "m3": "立方米",
    "方": "立方米",
    "kWh": "度",
    "千瓦时": "度",
    "度电": "度",
    "瓦时": "Wh",
    "瓦": "W",
    "千瓦": "kW",
    "TEU": "标箱",
    "标准箱": "标箱",
    "token": "tokens",
    "块": "元",
    "块钱": "元",
    "个人": "人",
}
_MEASURED = (
    "吨标准煤 吨标煤 元 块 块钱 美元 港元 欧元 日元 英镑 台币 新台币 吨 公斤 千克 克 毫克 微克 kg g mg μg t 升 毫升 L "
    "mL 立方米 m3 平方米 m2 公里 千米 米 km m mm 毫米 度 千瓦时 kWh MWh GWh Wh W kW MW 千卡 kcal tokens "
    "token GB MB KB TB B 次 req mol mmol"
)
"""What may be had per anything."""
_TIMES = "秒 s min 分钟 分 h 小时 时 d 天 日 周 月 年 季 季度 学期 学年 晚 夜 旬"
_WHOLES = (
    "元 万元 亿元 平方米 m2 平米 平方 平方公里 平方千米 km2 亩 公顷 公里 千米 km 米 m 立方米 m3 方 升 L 毫升 mL 吨 t "
    "公斤 千克 kg 克 g 斤 两 度 度电 kWh 千瓦时 MWh Wh 瓦时 W 瓦 kW 千瓦 MW 人 人次 万人 十万人 千人 户 "
    "标箱 标准箱 TEU 股 学分 课时 学时"
)
_THINGS = (
    "次 件 套 台 辆 间 床 家 卡 份 张 册 本 只 头 株 棵 节 单 票 碗 杯 桶 瓶 盒 袋 包 箱 车 位 名 个 "
    "token tokens req 席 桌 块 条"
)
_PER_IN_WORDS = "秒 分钟 小时 天 日 升 立方米 平方米 平方公里 公里 亩 公顷"
_ENDS = r"(?:(?<=[^\x00-\x7f])|(?![A-Za-z0-9]))"


def _one_of(units: Iterable[str]) -> str:
    return "|".join(re.escape(unit) for unit in sorted(set(units), key=lambda unit: (-len(unit), unit)))


def rate_pattern(counts: Iterable[str]) -> str:
    """Regular expression of the units per something; `counts` are measure words, which only time and wholes divide."""
    per_time = _one_of(f"{_TIMES} {_WHOLES}".split())
    per_any = _one_of(f"{_TIMES} {_WHOLES} {_THINGS}".split())
    second = rf"(?:[·/](?:{_one_of(_TIMES.split())}))?"
    latin = r" ?(?=[A-Za-zμ])"
    return (
        rf"(?:{latin})?(?:{_one_of(_MEASURED.split())})/(?:{per_any}){second}{_ENDS}"
        rf"|(?:{_one_of(counts)})/(?:{per_time}){second}{_ENDS}"
        rf"|(?:米|公里|千米|立方米|吨|升|公斤|毫克|微克|克)每(?:{_one_of(_PER_IN_WORDS.split())})"
    )


def canonical_rate(unit: str) -> str:
    """The unit with each of its parts under its usual name; other text comes back as it is."""
    parts = re.split(r"[/·]|(?<=[米里吨升斤克])每", unit)
    if len(parts) < 2:
        return unit
    return "/".join(_PARTS.get(part, part) for part in parts)
