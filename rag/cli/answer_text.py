"""An answer as `shuzheng ask` prints it."""

from __future__ import annotations

from rag.cli.shell import printable
from rag.contract import Answer, Citation, Conflict, Figure
from rag.locale_text import tr


def render_answer(answer: Answer) -> str:
    """Return the answer, its figures, its quotes and the figures that differ, safe to show on a terminal."""
    parts = [
        [answer.answer],
        _section(tr("数字", "Figures"), [_figure(figure) for figure in answer.figures]),
        _section(tr("另有不同的数字", "Differing figures"), [_conflict(conflict) for conflict in answer.conflicts]),
        _section(tr("原文", "Quotes"), [_citation(citation) for citation in answer.citations]),
    ]
    return printable("\n\n".join("\n".join(lines) for lines in parts if lines))


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"{title}{tr('：', ':')}", *lines] if lines else []


def _figure(figure: Figure) -> str:
    mark = "✓" if figure.verified else "✗"
    source = f"[{figure.citation}]" if figure.citation else tr("（由所引数字算出）", "(computed from the quotes)")
    return f"  {mark} {figure.text}  {_about(figure)}  {source}"


def _conflict(conflict: Conflict) -> str:
    return f"  ! {conflict.text}  {_about(conflict)}  [{conflict.citation}]"


def _about(figure: Figure | Conflict) -> str:
    return " · ".join(part for part in (figure.indicator, figure.place, figure.period) if part)


def _citation(citation: Citation) -> str:
    title = " / ".join(part for part in (citation.title, citation.section) if part)
    dated = f"（{citation.published}）" if citation.published else ""
    quote = " ".join(citation.quote.split())
    return f"  [{citation.n}] {title}{dated}\n      {citation.doc}:{citation.start}-{citation.end}\n      “{quote}”"
