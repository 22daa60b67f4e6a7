"""Page furniture: the spans of a text that are no content and must never answer anything.

Navigation, adverts, site marks inside sentences, comment boxes, credits, and the tail of link snippets of other
articles are recognised by how such pieces look on any page; no rule knows a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.view import View, make_view

_FURNITURE_LINE = re.compile(
    r"^(?:相关(?:链接|阅读|新闻|推荐|报道|文章)[:：].*|[•·>|\-\s]*(?:我的订阅|国内|国际|首页|返回顶部|返回首页|更多)[\s>|•·]*$"
    r"|当前位置|您?所在的?位置|您现在的位置|位置:|首页\s*[|>/]|.{0,12}>\s*.{1,16}>\s*|>>|[^|]{1,8}(?:\|[^|\d]{1,8}){3,}$"
    r"|(?:(?:登录|注册|客户端(?:下载)?|APP下载|设为首页|加入收藏|手机版|移动端|无障碍(?:阅读|浏览)?|长者模式|网站地图|联系我们|RSS|English)[\s|·]*){2,}$"
    r"|扫码|扫一扫|长按|微信扫|分享到|分享至|收藏本文|打印本页|关闭窗口|字号|字体[:大]|浏览次数|点击[数量率]|阅读[:\s]*\d|我要评论"
    r"|责任编辑|责编|编辑:|编辑\||审核:|校对:|值班|\[责任编辑|【责任编辑|\(责任编辑|\[编辑|【编辑"
    r"|(?!气温|温度|[高低]温)[\u4e00-\u9fff]{2,3}-?\d{1,2}℃[-~/ \d℃]*$|版权所有|版权声明|Copyright|©|\(c\) ?\d{4}|.{0,30}ICP[备证]|.{0,6}公网安备|本文来源|文章来源:|原文链接|信息原文地址|免责声明|声明:"
    r"|以上内容为.{0,12}(?:快照|转载|信息)|快照生成时间|本站(?:信息|快照|所有|内容)|.{0,12}不代表本站|.{0,20}侵权.{0,12}(?:删除|联系)"
    r"|\[?【?广告[\]】]?|\[推广\]|.{0,20}点击(?:抢购|购买|咨询|领取|进入)|.{0,20}咨询热线"
    r"|上一[篇页条]|下一[篇页条]|热心网友|暂时没有(?:留言|评论)|暂无(?:评论|留言)|我要留言|发表评论|评论留言|.{0,8}欢迎参与讨论|.{0,4}登录后.{0,4}评论"
    r"|页:$|\[\d{1,2}\]$|第?\d{1,3}页$|共\d+页|-?\s*\d{1,3}\s*-?$|来源:.{0,24}转载请注明|.{0,20}转载请注明出处.{0,6}$|\(?完\)?$)"
)
_TAIL_MARK = re.compile(
    r"^[\s•·■◆>【\[]*(?:相关(?:阅读|新闻|链接|推荐|文章|报道|资讯|内容)|推荐(?:阅读|文章|新闻)|延伸阅读|热门(?:文章|新闻|推荐|阅读|排行)|热点推荐"
    r"|猜你喜欢|大家都在看|看了又看|更多关于|更多(?:新闻|文章|精彩)|往期(?:回顾|推荐)|评论留言|网友评论|最新评论|全部评论|我要留言|发表评论"
    r"|信息原文地址|上一篇|下一篇|精彩推荐|编辑推荐|今日推荐|你可能(?:还)?(?:喜欢|感兴趣)|其他人还看了|为您推荐|Related)"
)
_SNIPPET_LINE = re.compile(r"^[•·\-\s]*\.\.\.|^[•·\-\s]*…|.{4,}\.\.\.(?=[^\s.].{4,})")
_TIMESTAMP_LINE = re.compile(r"^\D{0,4}\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?$")
_INLINE = re.compile(
    r"扫码(?:阅读|关注|查看|下载)\S{0,6}?(?:版|号|公众号)?(?=\s|$|】|\))|[【\[](?:扫码|扫一扫|广告|推广|点击)[^】\]]{0,30}[】\]]|分享到:.{0,30}$"
    r"|[(\[]?(?:责任编辑|编辑|责编|校对)[::]?\s?[\u4e00-\u9fff]{2,4}[)\]]?$|\([^()]{0,12}编辑[\u4e00-\u9fff\s:]{2,6}\)$"
    r"|(?:[\u4e00-\u9fff]{2}[网吧站]\s*)?(?:https?://)?(?:www\.)?[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.(?:net|com|cn|org|cc|example)(?:/[A-Za-z0-9_./?=&%#-]*)?"
    r"|,?转载请注明出处|本文来源[::]\S+"
    r"|[\u4e00-\u9fff]?ICP[备证]\s?\d+号(?:-\d+)?|[\u4e00-\u9fff]?公网安备\s?\d+号?"
    r"|</?[A-Za-z][^<>]{0,120}>|&(?:nbsp|ensp|emsp|thinsp|amp|quot|lt|gt|#\d{2,5});",
    re.IGNORECASE,
)
_COUNTER = re.compile(
    r"(?:阅读|浏览|点击|访问)(?:次数|数|量|率)?[:\s]*\d[\d.]*万?\+?次?|(?:我要)?评论\s?[(:]\s?\d+\)?|(?:点赞|收藏|转发|分享)\s?[(:]\s?\d+\)?"
)
_BYLINE = re.compile(r"\d{4}(?:-\d{1,2}-|/\d{1,2}/|年\d{1,2}月)\d{1,2}|(?:来源|作者|记者|编辑|发布\S{0,4}):")
_BYLINE_CHARACTERS = 100
_ARTICLE_LINE_CHARACTERS = 70


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text without its line break."""

    start: int
    end: int
    view: View


def lines_of(text: str) -> Iterator[Line]:
    """Lines of the text, each with its view; line breaks of every kind belong to no line."""
    for match in re.finditer(r"[^\r\n\u2028\u2029\x85\f\v]+", text):
        if not match.group().isspace():
            yield Line(match.start(), match.end(), make_view(text, match.start(), match.end()))


def furniture(text: str) -> list[tuple[int, int]]:
    """Spans of `text` to leave out, sorted and without overlap."""
    lines = list(lines_of(text))
    views = [line.view.text.strip() for line in lines]
    tail = _tail_start(views)
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        if number >= tail or _is_furniture(views, number):
            spans.append((line.start, line.end))
            continue
        for start, end in _inline(line.view.text):
            spans.append(line.view.original_span(start, end))
    return spans


def _inline(view: str) -> list[tuple[int, int]]:
    """Spans of furniture within a line that is none as a whole, sorted and without overlap."""
    is_byline = len(view) < _BYLINE_CHARACTERS and _BYLINE.search(view) and not view.rstrip().endswith("。")
    found = sorted(
        match.span() for pattern in (_INLINE, *((_COUNTER,) if is_byline else ())) for match in pattern.finditer(view)
    )
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if end > start and (not spans or start >= spans[-1][1]):
            spans.append((start, end))
    return spans


def _is_furniture(views: list[str], number: int) -> bool:
    view = views[number]
    if not re.search(r"[\u4e00-\u9fffA-Za-z0-9]", view):
        return True
    is_sentence = bool(re.search(r"\d.*。$", view)) and not re.match(r"[\[【(]|以上内容|相关|转载|本站", view)
    if len(view) < 160 and not is_sentence and _FURNITURE_LINE.match(view) and not _heads_table(views, number):
        return True
    if _is_snippet(view):
        return True
    near_snippet = any(_is_snippet(views[i]) for i in (number - 1, number + 1, number - 2) if 0 <= i < len(views))
    return near_snippet and bool(_TIMESTAMP_LINE.match(view))


def _heads_table(views: list[str], number: int) -> bool:
    """Whether a line of short words between bars stands over a row of as many cells with figures."""
    below = next((view for view in views[number + 1 : number + 3] if not re.fullmatch(r"[\s|:+-]*", view)), "")
    bars = views[number].strip("|").count("|")
    return bars > 0 and below.strip("|").count("|") == bars and bool(re.search(r"\|\s*[+-]?\d", below))


def _is_snippet(view: str) -> bool:
    return bool(_SNIPPET_LINE.match(view)) and not re.search(r"[。!?][”\"')]?$", view)


def _tail_start(views: list[str]) -> int:
    """Number of the first line of the tail: a mark such as 相关阅读 below which no article goes on."""
    for number, view in enumerate(views):
        if len(view) < 40 and _TAIL_MARK.match(view) and not any(_is_article(rest) for rest in views[number + 1 :]):
            return number
    return len(views)


def _is_article(view: str) -> bool:
    return (
        len(view) >= _ARTICLE_LINE_CHARACTERS
        and bool(re.search(r"[。!?][”\"')]?$", view))
        and not _SNIPPET_LINE.match(view)
        and not _FURNITURE_LINE.match(view)
    )
