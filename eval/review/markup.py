"""The page's HTML; whatever came from a document, a question or a user is escaped by `Markup.format`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from eval.candidates import Candidate, Origin, Status
from eval.lint import Problem, Severity
from eval.review.desk import Shown

_ORIGINS = {
    Origin.BATCH: "批量回答",
    Origin.QUESTION: "现场提问",
    Origin.FEEDBACK: "用户反馈",
    Origin.TABLE: "导入的表格",
}
_STATUSES = {Status.PENDING: "待审", Status.ACCEPTED: "已接受", Status.REJECTED: "已拒绝"}
_CITATION = re.compile(r"\[(\d{1,3})\]")
_EMPTY = Markup("")


def masthead() -> str:
    """The head of the page."""
    return Markup(
        '<header class="masthead"><h1><span class="seal" aria-hidden="true">证</span>数证 · 审题</h1>'
        "<p>接受以后才算数</p></header>"
    )


def progress(counts: Mapping[Status, int], place: int) -> str:
    """How many candidates wait and are decided; `place` counts from 1, 0 where none is open."""
    chips = Markup("").join(
        Markup('<span class="count {}">{} <b>{}</b></span>').format(status.value, _STATUSES[status], counts[status])
        for status in Status
    )
    where = Markup('<span class="place">第 {} / {} 题</span>').format(place, counts[Status.PENDING])
    return Markup('<p class="progress">{}{}</p>').format(where if place else "", chips)


def message(text: str, kind: str) -> str:
    """What the last action did: `done`, `failed`, or nothing."""
    return Markup('<p class="message {}" role="status">{}</p>').format(kind, text) if text else ""


def about(candidate: Candidate) -> str:
    """Where the question came from, what was said before, what the product answered, what its user thought."""
    notes = Markup("").join(Markup('<p class="note">{}</p>').format(note) for note in candidate.notes)
    turns = Markup("").join(
        Markup('<p class="turn"><span>问</span>{}</p><p class="turn"><span>答</span>{}</p>').format(
            turn.question, turn.answer
        )
        for turn in candidate.draft.history
    )
    history = Markup('<details class="history" open><summary>上文</summary>{}</details>').format(turns) if turns else ""
    label = "表格里的答案" if candidate.origin is Origin.TABLE else "当时的回答"
    return Markup(
        '<section class="about"><p class="origin">{} · {:%Y-%m-%d} · 编号 {}</p>{}{}'
        '<h2 class="label">{}</h2><div class="said">{}</div>{}</section>'
    ).format(
        _ORIGINS[candidate.origin], candidate.created, candidate.id, _opinion(candidate), history, label,
        _said(candidate.said), notes,
    )  # fmt: skip


def nothing_left(counts: Mapping[Status, int]) -> str:
    """What the page says where no candidate waits."""
    if any(counts.values()):
        return Markup('<section class="about none"><p>全部审完了。</p></section>')
    return Markup(
        '<section class="about none"><p>还没有候选题。用 <code>shuzheng eval add</code> 或 '
        "<code>shuzheng eval import</code> 添加，再刷新本页。</p></section>"
    )


def source_view(doc: str, quote: str, shown: Shown | None) -> str:
    """The paragraph around a quote, the quote marked; what is wrong where it stands nowhere."""
    if not quote:
        return Markup('<p class="absent">把原文里的一句话逐字贴到上面。</p>')
    if not doc:
        return Markup('<p class="absent wrong">还没有选文档。</p>')
    if shown is None:
        return Markup('<p class="absent wrong">这份文档里没有这句话：{}</p>').format(doc)
    several = Markup('<p class="several">这句话在文档里出现 {} 次，显示第一处。</p>').format(shown.places)
    return Markup('<blockquote tabindex="0">{}{}<mark>{}</mark>{}{}</blockquote>{}').format(
        "…" if shown.cut_before else "",
        shown.text[: shown.start],
        shown.text[shown.start : shown.end],
        shown.text[shown.end :],
        "…" if shown.cut_after else "",
        several if shown.places > 1 else "",
    )


def problem_list(problems: Sequence[Problem]) -> str:
    """Errors first, then warnings; or that all is well."""
    if not problems:
        return Markup('<p class="problems fine" role="status"><b>✓</b> 可以接受：引文逐字，答案在引文里。</p>')
    ordered = sorted(problems, key=lambda problem: problem.severity is Severity.WARNING)
    rows = Markup("").join(
        Markup('<li class="{}"><b>{}</b>{}</li>').format(
            problem.severity.value, "错误" if problem.severity is Severity.ERROR else "提醒", problem.message
        )
        for problem in ordered
    )
    return Markup('<ul class="problems" role="status">{}</ul>').format(rows)


def _opinion(candidate: Candidate) -> Markup:
    if candidate.rating is None and not candidate.comment:
        return _EMPTY
    thumb = {"up": "用户认为有用", "down": "用户认为不对", None: "用户留言"}[candidate.rating]
    comment = Markup("：{}").format(candidate.comment) if candidate.comment else _EMPTY
    return Markup('<p class="opinion {}">{}{}</p>').format(candidate.rating or "", thumb, comment)


def _said(text: str) -> Markup:
    return Markup(_CITATION.sub(r'<span class="ref">\1</span>', str(escape(text))))
