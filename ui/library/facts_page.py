"""The page of figures: filters, a chart where one is wanted, and the table, one page of it at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import gradio as gr

from index.catalogue import Catalogue, FactOrder
from index.errors import ShuzhengError
from ui.chat_pieces import html
from ui.library.fact_chart import render_chart
from ui.library.fact_table import render_facts
from ui.library.routes import Library
from ui.library.view import (
    ALL_ROLES,
    PAGE_ROWS,
    ROLE_TITLES,
    STATUS_TITLES,
    ChartBy,
    FactView,
    choice,
    clean,
    page_number,
    parse_view,
    role_value,
)
from ui.markup import escape
from ui.masthead import masthead
from ui.messages import language_of, say, speaking

SUGGESTIONS: Final = 300
"""Choices a filter offers; any other text can be typed."""
_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}
PICKED: Final = """
let picked = null;
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-sort],[data-page],[data-kind],[data-remove]');
  if (!button || button.dataset.remove !== undefined) return;
  const { sort = '', page = '', kind = '' } = button.dataset;
  picked = sort ? `[data-sort="${sort}"]` : kind ? `[data-kind="${CSS.escape(kind)}"]` : '[data-page]:not([disabled])';
  if (page) element.scrollIntoView({ block: 'start' });
  trigger('click', { sort, page, kind });
});
watch('value', () => {
  if (picked) element.querySelector(picked)?.focus({ preventScroll: true });
  picked = null;
  const results = element.querySelector('[data-query]');
  if (!results) return;
  const wanted = new URLSearchParams(results.dataset.query);
  const theme = new URLSearchParams(location.search).get('__theme');
  if (theme) wanted.set('__theme', theme);
  history.replaceState(history.state, '', location.pathname + (wanted.size ? `?${wanted}` : ''));
});
"""
"""Hands clicks on heads, pages and kinds to the server, keeps the focus where it was, and the view in the address."""

Shown = tuple[str, str, FactView]
"""Chart, table and what both show."""


def add_facts_page(pages: gr.Blocks, library: Library) -> None:
    """Add `/facts` to the pages."""
    with pages.route("数字", "/facts", show_in_navbar=False):
        head = html(masthead("facts"), "masthead")
        title = gr.HTML(_title(), apply_default_css=False, js_on_load=None)
        state = gr.State(FactView())
        filters = _filters()
        chart = gr.HTML("", elem_id="fact-chart", apply_default_css=False, js_on_load=PICKED)
        results = gr.HTML("", elem_id="fact-results", apply_default_css=False, js_on_load=PICKED)
        shown = [chart, results, state]

        def arrive(request: gr.Request) -> tuple[Any, ...]:
            with speaking(language_of(request)):
                return (masthead("facts"), _title(), *_arrive(library, parse_view(dict(request.query_params))))

        def filtered(request: gr.Request, view: FactView, *texts: str | None) -> Shown:
            with speaking(language_of(request)):
                return show(library, _filtered(view, texts))

        def turned(view: FactView, event: gr.EventData, request: gr.Request) -> Shown:
            with speaking(language_of(request)):
                return show(library, _turned(view, event._data))

        pages.load(arrive, outputs=[head, title, *filters, *shown], **_QUIET)
        search, indicator, place, period, doc, *fixed = filters
        triggers = [search.submit, *(one.input for one in (indicator, place, period, doc, *fixed))]
        gr.on(triggers, filtered, [state, *filters], shown, trigger_mode="always_last", **_QUIET)
        gr.on([chart.click, results.click], turned, [state], shown, trigger_mode="always_last", **_QUIET)


def show(library: Library, view: FactView) -> Shown:
    """Return chart and table of a view; a page beyond the last one becomes the last."""
    try:
        catalogue = library.catalogue()
        total = catalogue.count_facts(view.wanted)
        view = replace(view, page=min(view.page, max(1, -(-total // PAGE_ROWS))))
        entries = list(
            catalogue.facts(view.wanted, view.order, descending=view.descending, limit=PAGE_ROWS, offset=view.offset)
        )
        return render_chart(catalogue, view), render_facts(entries, total, view), view
    except ShuzhengError as error:
        return "", f'<p class="problem" role="alert">{escape(say(str(error)))}</p>', view


def _arrive(library: Library, view: FactView) -> tuple[Any, ...]:
    """Fill the filters with what the corpus has and what the address asks for."""
    wanted = view.wanted
    try:
        choices = _choices(library.catalogue())
    except ShuzhengError:
        choices = [[], [], [], []]
    texts = (wanted.indicator, wanted.place, wanted.period, wanted.doc)
    search = gr.update(value=wanted.search, label=say("搜索"), placeholder=_hint())
    labels = (say("指标"), say("地区"), say("时间"), say("文档"))
    suggested = [
        gr.update(choices=offered, value=text or None, label=label)
        for offered, text, label in zip(choices, texts, labels, strict=True)
    ]
    fixed = [
        gr.update(choices=_statuses(), value=str(wanted.status or ""), label=say("状态")),
        gr.update(choices=_roles(), value=role_value(wanted), label=say("类别")),
        gr.update(choices=_charts(), value=str(view.chart or ""), label=say("图")),
    ]
    return (search, *suggested, *fixed, *show(library, view))


def _title() -> str:
    return f'<h2 class="page-title">{say("文档里的数字")}</h2>'


def _hint() -> str:
    return say("任意几个词，用空格隔开，按回车")


def _statuses() -> list[tuple[str, str]]:
    return [(say("全部"), ""), *((say(title), kind.value) for kind, title in STATUS_TITLES.items())]


def _roles() -> list[tuple[str, str]]:
    roles = [(say(title), kind.value) for kind, title in ROLE_TITLES.items()]
    return [(say("日期以外"), ""), (say("全部"), ALL_ROLES), *roles]


def _charts() -> list[tuple[str, str]]:
    return [(say("不画图"), ""), (say("各地区"), ChartBy.PLACE.value), (say("各时期"), ChartBy.PERIOD.value)]


def _choices(catalogue: Catalogue) -> list[list[tuple[str, str]]]:
    columns = (FactOrder.INDICATOR, FactOrder.PLACE, FactOrder.PERIOD)
    counted = [
        [(f"{text}（{count}）", text) for text, count in catalogue.values(column, SUGGESTIONS)] for column in columns
    ]
    return [*counted, [(entry.title, entry.path) for entry in catalogue.documents(limit=SUGGESTIONS)]]


def _filtered(view: FactView, texts: tuple[str | None, ...]) -> FactView:
    """The first page of what the filters ask for, sorted as before."""
    search, indicator, place, period, doc, status, role, chart = texts
    given = {
        "search": search, "indicator": indicator, "place": place, "period": period, "doc": doc,
        "status": status, "role": role, "chart": chart,
    }  # fmt: skip
    asked = parse_view(given)
    kind = view.kind if asked.wanted.indicator == view.wanted.indicator else ""
    return replace(asked, order=view.order, descending=view.descending, kind=kind)


def _turned(view: FactView, clicked: Any) -> FactView:  # noqa: ANN401 - whatever a browser sends
    """The view after a click on a head, a page or a kind of figure."""
    data = clicked if isinstance(clicked, dict) else {}
    if order := choice(FactOrder, data.get("sort")):
        return view.sorted_by(order)
    if kind := clean(data.get("kind")):
        return replace(view, kind=kind)
    return replace(view, page=page_number(data.get("page")))


def _filters() -> list[Any]:
    with gr.Column(elem_id="fact-filters", elem_classes="filters"):
        with gr.Row():
            search = gr.Textbox(label=say("搜索"), placeholder=_hint(), lines=1, max_lines=1, scale=3, min_width=240)
            indicator = _suggested(say("指标"), scale=3)
        with gr.Row():
            place, period = _suggested(say("地区")), _suggested(say("时间"))
            doc = _suggested(say("文档"), scale=2)
        with gr.Row():
            status, role = _fixed(say("状态"), _statuses()), _fixed(say("类别"), _roles())
            chart = gr.Radio(_charts(), value="", label=say("图"), scale=2, min_width=240)
    return [search, indicator, place, period, doc, status, role, chart]


def _suggested(label: str, scale: int = 1) -> gr.Dropdown:
    return gr.Dropdown(
        [], value=None, label=label, allow_custom_value=True, filterable=True, scale=scale, min_width=150
    )


def _fixed(label: str, choices: list[tuple[str, str]]) -> gr.Dropdown:
    return gr.Dropdown(choices, value="", label=label, filterable=False, min_width=150)
