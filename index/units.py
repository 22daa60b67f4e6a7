"""Units of figures: what is recognised after a number, and the base unit each is computed in."""

from __future__ import annotations

import re
from decimal import Decimal

from index.rates import canonical_rate, rate_pattern

_MEASURE_WORDS = (
    "家 个 项 人 名 位 件 次 场 所 条 座 台 套 辆 支 只 批 种 类 份 户 处 间 栋 幢 块 组 "
    "对 门 款 颗 枚 头 株 艘 架 列 班 期 届 篇 部 级 层 大 人次 家次 户次 人年 人·年 车次 "
    "架次 班次 例 床 张 片 宗 单 笔 起 轮 站 首 封 册 本 幅 尾 羽 村 镇 街道 社区 县 区 市 "
    "省 国 校 方面 方向 标箱 箱 包 瓶 盒 桶 匹 棵 眼 口 孔 道 段 节 课时 学时 分 条次 艘次 "
    "辆次 列次 站次 单元 个单元 亩次 船次 航次 枝 剂 针 台套 基点 个基点 人天 餐 粒 箱次 桌 席 星 "
    "根 趟 杯 票 副 袋 摊 股 邻 册次 棚 行 窝 缸 坛 筐 捆 扇 盏 卷 页 字 集 罐 盘 盆 束 朵 串 具 格 遍 圈 炉 帧 丛 "
    "治疗量 伙 队 团 担 单位 批次 场次 件次 台次 团次 例次 人日 床日"
)
COUNT_UNITS = frozenset(_MEASURE_WORDS.split())

_BASE: dict[str, tuple[str, str]] = {
    "元": ("元", "1"),
    "块钱": ("元", "1"),
    "元人民币": ("元", "1"),
    "人民币": ("元", "1"),
    "美元": ("美元", "1"),
    "港元": ("港元", "1"),
    "港币": ("港元", "1"),
    "欧元": ("欧元", "1"),
    "日元": ("日元", "1"),
    "台币": ("新台币", "1"),
    "新台币": ("新台币", "1"),
    "元新台币": ("新台币", "1"),
    "英镑": ("英镑", "1"),
    "澳门元": ("澳门元", "1"),
    "%": ("%", "1"),
    "‰": ("‰", "1"),
    "个百分点": ("个百分点", "1"),
    "百分点": ("个百分点", "1"),
    "倍": ("倍", "1"),
    "番": ("番", "1"),
    "平方米": ("平方米", "1"),
    "平米": ("平方米", "1"),
    "平方": ("平方米", "1"),
    "m2": ("平方米", "1"),
    "平方公尺": ("平方米", "1"),
    "平方公里": ("平方米", "1000000"),
    "平方千米": ("平方米", "1000000"),
    "km2": ("平方米", "1000000"),
    "公顷": ("平方米", "10000"),
    "亩": ("亩", "1"),
    "坪": ("坪", "1"),
    "米": ("米", "1"),
    "m": ("米", "1"),
    "公尺": ("米", "1"),
    "公里": ("米", "1000"),
    "千米": ("米", "1000"),
    "km": ("米", "1000"),
    "里程": ("里程", "1"),
    "厘米": ("米", "0.01"),
    "毫米": ("米", "0.001"),
    "海里": ("海里", "1"),
    "吨": ("吨", "1"),
    "公吨": ("吨", "1"),
    "公斤": ("公斤", "1"),
    "千克": ("公斤", "1"),
    "kg": ("公斤", "1"),
    "克": ("克", "1"),
    "吨标准煤": ("吨标准煤", "1"),
    "吨标煤": ("吨标准煤", "1"),
    "千克标准煤": ("吨标准煤", "0.001"),
    "公斤标准煤": ("吨标准煤", "0.001"),
    "斤": ("斤", "1"),
    "蒲式耳": ("蒲式耳", "1"),
    "立方米": ("立方米", "1"),
    "m3": ("立方米", "1"),
    "升": ("升", "1"),
    "千升": ("升", "1000"),
    "毫升": ("毫升", "1"),
    "瓦": ("瓦", "1"),
    "千瓦": ("瓦", "1000"),
    "kW": ("瓦", "1000"),
    "兆瓦": ("瓦", "1000000"),
    "MW": ("瓦", "1000000"),
    "GW": ("瓦", "1000000000"),
    "吉瓦": ("瓦", "1000000000"),
    "千瓦时": ("度", "1"),
    "度电": ("度", "1"),
    "kWh": ("度", "1"),
    "度": ("度", "1"),
    "MN": ("MN", "1"),
    "兆瓦时": ("度", "1000"),
    "吉瓦时": ("度", "1000000"),
    "GWh": ("度", "1000000"),
    "MWh": ("度", "1000"),
    "分钟": ("分钟", "1"),
    "分钟内": ("分钟", "1"),
    "秒": ("秒", "1"),
    "小时": ("小时", "1"),
    "个小时": ("小时", "1"),
    "天": ("天", "1"),
    "日": ("天", "1"),
    "个工作日": ("个工作日", "1"),
    "工作日": ("个工作日", "1"),
    "周": ("周", "1"),
    "个月": ("个月", "1"),
    "个多月": ("个月", "1"),
    "个余月": ("个月", "1"),
    "年": ("年", "1"),
    "周年": ("年", "1"),
    "岁": ("岁", "1"),
    "个季度": ("个季度", "1"),
    "季度": ("个季度", "1"),
    "周岁": ("岁", "1"),
    "载": ("年", "1"),
    "℃": ("℃", "1"),
    "摄氏度": ("℃", "1"),
    "微克": ("微克", "1"),
    "分贝": ("分贝", "1"),
    "毫克": ("毫克", "1"),
    "千卡": ("千卡", "1"),
    "毫安时": ("毫安时", "1"),
    "载重吨": ("载重吨", "1"),
    "个人": ("人", "1"),
    "Mbps": ("Mbps", "1"),
    "TB": ("TB", "1"),
    "PB": ("PB", "1"),
    "GB": ("GB", "1"),
    "TEU": ("标箱", "1"),
    "标准箱": ("标箱", "1"),
    "P": ("P", "1"),
    "PFLOPS": ("PFLOPS", "1"),
    "EFLOPS": ("EFLOPS", "1"),
    "TFLOPS": ("TFLOPS", "1"),
    "MB": ("MB", "1"),
    "KB": ("KB", "1"),
    "Gbps": ("Gbps", "1"),
    "Kbps": ("Kbps", "1"),
    "QPS": ("QPS", "1"),
    "TPS": ("TPS", "1"),
    "fps": ("fps", "1"),
    "rpm": ("rpm", "1"),
    "ppm": ("ppm", "1"),
    "dB": ("分贝", "1"),
    "tokens": ("tokens", "1"),
    "token": ("tokens", "1"),
    "毫秒": ("秒", "0.001"),
    "微秒": ("秒", "0.000001"),
    "ms": ("秒", "0.001"),
    "μs": ("秒", "0.000001"),
    "s": ("秒", "1"),
    "min": ("分钟", "1"),
    "h": ("小时", "1"),
    "pp": ("个百分点", "1"),
    "g": ("克", "1"),
    "mg": ("毫克", "1"),
    "μg": ("微克", "1"),
    "t": ("吨", "1"),
    "L": ("升", "1"),
    "mL": ("毫升", "1"),
    "ml": ("毫升", "1"),
    "mm": ("米", "0.001"),
    "cm": ("米", "0.01"),
    "hm2": ("平方米", "10000"),
    "kcal": ("千卡", "1"),
    "Wh": ("度", "0.001"),
    "瓦时": ("度", "0.001"),
    "Hz": ("Hz", "1"),
    "kHz": ("kHz", "1"),
    "MHz": ("MHz", "1"),
    "GHz": ("GHz", "1"),
    "MPa": ("MPa", "1"),
    "kPa": ("kPa", "1"),
    "hPa": ("hPa", "1"),
    "kN": ("kN", "1"),
}

BASE_UNITS: dict[str, tuple[str, Decimal]] = {unit: (base, Decimal(factor)) for unit, (base, factor) in _BASE.items()}
"""Unit as written to (canonical unit, factor): 平方公里 is 1000000 平方米."""

MONEY_UNITS = frozenset({"元", "美元", "港元", "欧元", "日元", "新台币", "英镑", "澳门元"})
DURATION_UNITS = frozenset({"分钟", "秒", "小时", "天", "个工作日", "周", "个月", "年", "个季度"})
PERSON_UNITS = frozenset({"人", "名", "位"})

_LATIN = re.compile(r"[A-Za-zμ]")
_NOT_FOLLOWED_BY = {
    "个人": "才工防口民文均力大类所信",
    "副": "主总厅处局市省县校院会部",
    "股": "东权份改市票级所",
    "行": "业动为政驶程情距列长使业人走",
    "集": "中团成聚合体约结市群",
    "字": "节样母形号体",
    "具": "备有体",
    "格": "局式外",
    "单位": "面产名成内员职",
    "盘": "活点",
    "圈": "层",
    "束": "缚",
    "g": "网基通手信时技用",
    "s": "店",
}
"""5个人才团队 are no people, 2副主任 no measure, 5g网络 and 4s店 no weight and no time."""
_CLOSE = frozenset({"P"})
"""Latin units that no space parts from their number."""


def _alternative(unit: str) -> str:
    escaped = re.escape(unit)
    if _LATIN.search(unit[0]):
        escaped = escaped if unit in _CLOSE else f" ?{escaped}"
    barred = _NOT_FOLLOWED_BY.get(unit, "") + ("A-Za-z0-9" if _LATIN.search(unit[-1]) else "")
    return f"{escaped}(?![{barred}])" if barred else escaped


UNIT_PATTERN = f"{rate_pattern(COUNT_UNITS)}|" + "|".join(
    _alternative(unit)
    for unit in sorted(
        {*BASE_UNITS, *COUNT_UNITS} - {"%", "‰", "个百分点", "百分点"}, key=lambda unit: (-len(unit), unit)
    )
)
"""Alternation of all units, longest first, for use inside a regular expression; a space may lead a Latin one."""


def base_of(unit: str) -> tuple[str, Decimal]:
    """Canonical unit and factor of a unit as written; one that is not listed is its own."""
    unit = unit.strip()
    return BASE_UNITS.get(unit) or (canonical_rate(unit), Decimal(1))


def added_in(unit: str) -> str:
    """The unit in which figures of a canonical unit are added up and compared: 人 for all measure words of people."""
    return "人" if unit in PERSON_UNITS else unit
