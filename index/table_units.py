"""Units of table cells: what a head writes in brackets, and what the line 单位：… above a table gives each column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.rates import rate_pattern
from index.units import BASE_UNITS, COUNT_UNITS, MONEY_UNITS, base_of

_SCALED = re.compile(r"(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百)?(.*)")
_RATE = re.compile(rf"\s?(?:{rate_pattern(COUNT_UNITS)})")
_SYMBOL = re.compile(
    r"(?!(?:avg|max|mean|total|est|net|gross|incl|excl|no|yes|new|old)$)"
    r"(?:[kKMGTmμnpdch]?(?:m|g|s|A|V|W|Wh|Pa|Hz|J|N|L|B|Ω|mol|eV|bar|lx|lm|var|VA|Gy|Sv|Bq|cd)|[TK]|IOPS|RPS|[a-z]{2,8})"
    r"(?:/(?:[kmμn]?(?:m|g|s|L|mol|h|d|min|[A-Za-z]{2,6})))?[23]?|[\u4e00-\u9fff]"
)
"""A unit nobody listed: a symbol, a short word in small letters, or one character."""
_CURRENCY = re.compile(r"[(]?(?:人民币|新台币|RMB|CNY|NT\$)[)]?")
_UNIT_LINE = re.compile(r"(?P<of>[\u4e00-\u9fff]{0,4}?)(?:计量)?单位:\s*(?P<body>[^\s]*)|[Uu]nit:\s*(?P<english>\S+)")
_END = re.compile(r"币种|\S?注:|编制|(?:金额|数量|面积|货币)?单位:")
_EXCEPTION = re.compile(r"(?P<names>.+?)(?:的?单位)?(?:为|:|以|按)(?P<unit>[^为:计]+)计?")
_NAMED = re.compile(r"(?P<names>.+)[,:](?P<unit>[^,:]+)")
_RUN_ON_NAME = re.compile(r"[\u4e00-\u9fff、]{2,}")
_RATE_WORDS = re.compile(r"率|比重|占|增长|增速|增幅|降幅|同比|环比|比例|[%]")
_PRICE_WORDS = re.compile(r"单价|均价|租金|物业费|价$|价格|电价|水价|标准|单位|每")
_MONEY_WORDS = re.compile(
    r"资金|金额|投资|收入|支出|产值|增加值|利润|预算|决算|成本|费|价|税|补助|补贴|工资|薪|额|款|营收|租|奖|造价|GMV|资产|负债|元|拨付|盈|亏"
)
_OF_NOUN = (
    ("人次", re.compile(r"人次|游客|观众|客流|客运|就诊|门诊|旅客|参观|接待")),
    ("人", re.compile(r"人数|人口|人员|职工|学生|从业|教师|劳动力|工人|就业")),
    ("户", re.compile(r"户")),
    ("家", re.compile(r"企业|单位|机构|公司|商户|门?店|高企|小巨人|专精特新|单项冠军|瞪羚|独角兽")),
    ("件", re.compile(r"专利|商标|软著|著作权|授权量|申请量|案件")),
    ("平方米", re.compile(r"面积")),
    ("亩", re.compile(r"面积")),
    ("吨", re.compile(r"产量|吞吐|货运|重量|排放|处理量")),
    ("米", re.compile(r"里程|长度|水位|高度")),
    ("度", re.compile(r"电量|能量")),
    ("瓦", re.compile(r"装机|容量|功率")),
    ("标箱", re.compile(r"集装箱")),
    ("立方米", re.compile(r"水量|库容|气量|体积|方量")),
    ("个", re.compile(r"项目|个数|数量")),
)
_COUNTED_HEAD = re.compile(
    r"(?P<times>[人家户车架班艘辆列航台件条册场批]次)数?$|(?P<each>[人户家台套件辆笔宗个处座艘场所条])数$"
)
_COUNTED_NOUNS = (
    ("人", re.compile(r"(?:学生|教师|职工|员工|人员|党员|工人|老人|儿童|医师|医生|护士|居民|人口)数$")),
    ("家", re.compile(r"(?:企业|公司|机构|商户)数$")),
    ("个", re.compile(r"项目数$")),
)
_BRACKETED = re.compile(r"[(]([^()]{1,12})[)]")
_NAMES_OF_AREAS = frozenset("县区市省国镇村级期篇部届首站段大")


@dataclass(frozen=True, slots=True)
class CaptionUnits:
    """Units that stand above a table."""

    plain: tuple[str, ...] = ()
    """For all its cells; where there are several, for whichever they fit."""
    named: tuple[tuple[str, str], ...] = ()
    """For rows or columns of a name: (总产值, 亿元)."""


@lru_cache(maxsize=4096)
def unit_parts(text: str) -> tuple[str, str] | None:
    """Scale and name of a unit; None where the text is none."""
    text = _CURRENCY.sub("", text).strip() if text not in BASE_UNITS else text
    listed = _listed_parts(text)
    if listed is not None:
        return listed
    first, slash, second = text.partition("/")
    if slash and first in COUNT_UNITS and second in COUNT_UNITS:
        return "", first
    return ("", text) if _SYMBOL.fullmatch(text) else None


def _listed_parts(text: str) -> tuple[str, str] | None:
    scaled = _SCALED.fullmatch(text)
    for scale, name in (("", text), ((scaled[1] or "") if scaled else "", scaled[2] if scaled else "")):
        if name in BASE_UNITS or name in COUNT_UNITS or _RATE.fullmatch(name):
            return scale, name
    return None


def is_listed(text: str) -> bool:
    """Whether a text is a unit that the tables of units know."""
    return _listed_parts(text) is not None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that the tables of units know, or that is written like one."""
    return unit_parts(text) is not None


@lru_cache(maxsize=256)
def caption_units(caption: str) -> CaptionUnits:
    """Units named in a caption (normalised text): one, several, or by the names of rows and columns."""
    plain: list[str] = []
    named: list[tuple[str, str]] = []
    for line in _UNIT_LINE.finditer(caption):
        body = line["body"] or line["english"] or ""
        of = line["of"] or ""
        end = _END.search(body)
        body = body[: end.start()] if end else body
        units, exceptions = _units_of(_inside_its_brackets(body))
        if of in {"金额", "数量", "面积", "价格", "产量"} and units:
            named += [(of, units[0])]
        else:
            plain += units
        named += exceptions
    if not plain and not named:
        plain = [unit for unit in _BRACKETED.findall(caption) if is_listed(unit) and unit not in _NAMES_OF_AREAS][:1]
    return CaptionUnits(tuple(dict.fromkeys(plain)), tuple(named))


def unit_of_cell(units: CaptionUnits, head: str, label: str) -> str:
    """The unit that a caption gives the cell of a column and a row; empty where none certainly fits."""
    for text in (head, label):
        found = [(text.rfind(name) + len(name), len(name), unit) for name, unit in units.named if name in text]
        if found:
            return max(found)[2]
    by_kind = dict(units.named)
    if "金额" in by_kind and _MONEY_WORDS.search(head or label):
        return by_kind["金额"]
    counted = _implied(head or label)
    if len(units.plain) == 1:
        is_of_money = base_of((unit_parts(units.plain[0]) or ("", ""))[1])[0] in MONEY_UNITS
        return counted if counted and is_of_money else units.plain[0]
    return _fitting(units.plain, head or label) or counted


def _implied(head: str) -> str:
    """The measure word of a head that counts: 户数, 学生数, 就诊人次; empty where it says none."""
    counted = _COUNTED_HEAD.search(head)
    if counted:
        return counted["times"] or counted["each"]
    return next((unit for unit, pattern in _COUNTED_NOUNS if pattern.search(head)), "")


def _inside_its_brackets(body: str) -> str:
    """Up to the bracket that closes what the unit line stands in: (单位:万元)."""
    depth = 0
    for position, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return body[:position]
    return body


def _units_of(body: str) -> tuple[list[str], list[tuple[str, str]]]:
    if is_unit(body):
        return [body], []
    named: list[tuple[str, str]] = []
    for inside in re.findall(r"[(]([^()]*)[)]", body):
        for piece in re.split(r"[;,]", inside):
            if (match := _EXCEPTION.fullmatch(piece)) and is_unit(match["unit"]):
                named += [(name, match["unit"]) for name in _names(match["names"])]
    outside = re.sub(r"[(][^()]*[)]?", "", body)
    plain: list[str] = []
    run_on = [_run_on(part) for part in outside.split(";")]
    if len(run_on) > 1 and all(run_on):
        return [], [*named, *(pair for pair in run_on if pair)]
    for part in outside.split(";"):
        pieces = part.split(",") if part.count(":") > 1 else [part]
        for piece in pieces:
            match = _NAMED.fullmatch(piece) or _EXCEPTION.fullmatch(piece)
            if match and is_unit(match["unit"]) and not is_unit(match["names"]):
                named += [(name, match["unit"]) for name in _names(match["names"])]
            else:
                plain += [unit for unit in re.split(r"[、,和]", piece) if is_unit(unit)]
    return plain, named


def _run_on(text: str) -> tuple[str, str] | None:
    """Name and unit of 水位米, written without a sign between them; None where it does not end with a unit."""
    if is_unit(text):
        return None
    cuts = ((text[:end], text[end:]) for end in range(1, len(text)))
    return next((cut for cut in cuts if _RUN_ON_NAME.fullmatch(cut[0]) and is_listed(cut[1])), None)


def _names(text: str) -> list[str]:
    return [name for name in re.split(r"[、,和及]", text) if name]


def _fitting(units: tuple[str, ...], noun: str) -> str:
    """Which of several units measures what a head names."""
    bases = {unit: base_of((unit_parts(unit) or ("", unit))[1])[0] for unit in units}
    rates = [unit for unit in units if "/" in bases[unit]]
    money = [unit for unit in units if bases[unit] in MONEY_UNITS]
    counts = [unit for unit in units if bases[unit] in COUNT_UNITS]
    if "%" in bases.values() and _RATE_WORDS.search(noun):
        return next(unit for unit in units if bases[unit] == "%")
    if rates and _PRICE_WORDS.search(noun):
        return rates[0]
    if (money or rates) and _MONEY_WORDS.search(noun):
        return (money or rates)[0]
    for base, pattern in _OF_NOUN:
        if pattern.search(noun):
            fitting = [unit for unit in units if bases[unit] == base]
            if fitting:
                return fitting[0]
    named = [unit for unit in counts if unit in noun]
    return named[0] if named else counts[0] if len(counts) == 1 else ""
