"""The page of documents: what is indexed and what is not, and, for whoever may, adding and removing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import gradio as gr

from index.catalogue import DocumentEntry, DocumentOrder
from index.errors import ShuzhengError
from index.manifest import FailedFile, Manifest
from index.reading import MAX_FILE_BYTES, SUFFIXES
from ui.chat_pieces import html
from ui.library.editor import Job, JobStage
from ui.library.facts_page import PICKED
from ui.library.routes import Library
from ui.library.table import Column, Sorting, render_pager, render_table
from ui.library.view import PAGE_ROWS, choice, clean, document_link, facts_link, page_number
from ui.markup import escape
from ui.masthead import masthead
from ui.messages import language_of, say, speaking

_POLL_SECONDS: Final = 1.0
_FAILED_MAX: Final = 100
_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}
COLUMNS: Final = (
    Column("标题", "title"),
    Column("发布", "published"),
    Column("地区"),
    Column("字数"),
    Column("数字", "facts"),
    Column("文件", "path"),
)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One page of the list of documents."""

    search: str = ""
    order: DocumentOrder = DocumentOrder.PATH
    descending: bool = False
    page: int = 1


def add_documents_page(pages: gr.Blocks, library: Library) -> None:
    """Add `/documents` to the pages."""
    with pages.route("文档", "/documents", show_in_navbar=False):
        head = html(masthead("documents"), "masthead")
        summary = _html("", "library-summary")
        manage = _html("", "library-manage")
        job = _html("", "library-job")
        state = gr.State(DocumentView())
        timer = gr.Timer(_POLL_SECONDS, active=False)
        with gr.Column(elem_classes="filters"):
            search = gr.Textbox(label=say("搜索"), placeholder=_hint(), lines=1, max_lines=1)
        results = gr.HTML("", elem_id="document-results", apply_default_css=False, js_on_load=PICKED)
        refresh = gr.Button(say("刷新"), elem_id="library-refresh", elem_classes="sr-only")
        listed = [summary, results, state]

        def show(view: DocumentView, request: gr.Request) -> tuple[Any, ...]:
            with speaking(language_of(request)):
                return _shown(library, view, may_manage=_may_manage(library, request))

        def arrive(request: gr.Request) -> tuple[Any, ...]:
            with speaking(language_of(request)):
                manage = render_manage(library.editor.refusal) if _may_manage(library, request) else ""
                box = gr.update(label=say("搜索"), placeholder=_hint())
                told = (masthead("documents"), manage, box, *_told(library))
            return (*told, *show(DocumentView(), request))

        def searched(view: DocumentView, text: str, request: gr.Request) -> tuple[Any, ...]:
            return show(replace(view, search=clean(text), page=1), request)

        def turned(view: DocumentView, request: gr.Request, event: gr.EventData) -> tuple[Any, ...]:
            return show(_turned(view, event._data), request)

        def follow(view: DocumentView, request: gr.Request) -> tuple[Any, ...]:
            with speaking(language_of(request)):
                told = _told(library)
            return (*told, *show(view, request))

        pages.load(arrive, outputs=[head, manage, search, job, timer, *listed], **_QUIET)
        search.submit(searched, [state, search], listed, **_QUIET)
        results.click(turned, [state], listed, **_QUIET)
        gr.on([refresh.click, timer.tick], follow, [state], [job, timer, *listed], **_QUIET)


def _shown(library: Library, view: DocumentView, *, may_manage: bool) -> tuple[str, str, DocumentView]:
    """Summary, list and the view that they show."""
    try:
        catalogue, manifest = library.catalogue(), library.manifest()
        total = catalogue.count_documents(view.search)
        view = replace(view, page=min(view.page, max(1, -(-total // PAGE_ROWS))))
        entries = catalogue.documents(
            view.search, view.order, descending=view.descending, limit=PAGE_ROWS, offset=(view.page - 1) * PAGE_ROWS
        )
    except ShuzhengError as error:
        return "", f'<p class="problem" role="alert">{escape(say(str(error)))}</p>', view
    removable = may_manage and not library.editor.refusal
    return render_summary(manifest), render_documents(entries, total, view, removable=removable), view


def render_summary(manifest: Manifest) -> str:
    """Return how much the index holds and since when, with the files that it does not hold."""
    counts = manifest.counts
    held = say(
        "{documents} 个文档，{passages} 个段落，{facts} 个数字；索引建于 {built}。",
        documents=f"{counts.documents:,}",
        passages=f"{counts.passages:,}",
        facts=f"{counts.facts:,}",
        built=f"{manifest.created.astimezone():%Y-%m-%d %H:%M}",
    )
    return (
        f'<h2 class="page-title">{say("文档")}</h2><p class="lead">{held}'
        f"{say('点标题看全文：认出的数字有下划线，清理掉的导航、广告是灰色的。')}</p>{_failed(manifest.failed)}"
    )


def render_documents(entries: Sequence[DocumentEntry], total: int, view: DocumentView, *, removable: bool) -> str:
    """Return one page of the list; with buttons to remove where that is allowed."""
    if not entries:
        return f'<p class="nothing">{say("没有符合条件的文档。")}</p>'
    columns = (*COLUMNS, Column("管理")) if removable else COLUMNS
    rows = [(*_row(entry), _remove_button(entry)) if removable else _row(entry) for entry in entries]
    sorting = Sorting(view.order, view.descending)
    pager = render_pager(view.page, PAGE_ROWS, total)
    return render_table(say("收入索引的文档"), "documents", columns, rows, sorting) + pager


def render_manage(refusal: str) -> str:
    """Return the place to add documents, or the sentence that says why there is none."""
    if refusal:
        return f'<p class="notice">{escape(say(refusal))}</p>'
    kinds = ",".join(sorted(SUFFIXES))
    shown, limit = kinds.replace(",", say("、")), MAX_FILE_BYTES // 1024**2
    where = say("或把文件拖到这里。可以传 {kinds}，每个不超过 {limit} MB；", kinds=shown, limit=limit)
    words = "".join(f' data-{name}="{escape(text)}"' for name, text in _words(shown).items())
    return (
        f'<section class="upload" aria-label="{say("上传文档")}" data-limit="{MAX_FILE_BYTES}" data-kinds="{kinds}"'
        f'{words}><p><label class="pick"><input type="file" multiple accept="{kinds}">'
        f"<span>{say('选择文件')}</span></label>{where}{say('传完自动更新索引，更新时照常可以提问。')}"
        f'<button type="button" class="link" data-update>{say("重新检查文档文件夹")}</button></p>'
        '<ul class="uploads" aria-live="polite"></ul></section>'
    )


def _words(kinds: str) -> dict[str, str]:
    """Return what the page's script (`library.js`) says, by the names that it has there."""
    return {
        "sending": say("上传中 {share}"),
        "sent": say("已上传"),
        "replace": say("替换"),
        "kind": say("类型不支持；请上传 {kinds} 文件，其他格式请先转成文本。", kinds=kinds),
        "large": say("超过大小上限，请拆成几个文件。"),
        "empty": say("是空的，请补上内容后再传。"),
        "refused": say("服务器没有接受这个请求。"),
        "away": say("连不上服务器，请检查网络后再试。"),
        "remove": say("删除"),
        "sure": say("确定删除？"),
        "removed": say("已删除"),
    }


def _hint() -> str:
    return say("标题或文件名里的词，按回车")


def render_job(job: Job) -> str:
    """Return how far the index has followed the documents; empty where nothing was changed."""
    if job.stage is JobStage.IDLE:
        return ""
    if job.stage is not JobStage.RUNNING:
        return f'<p class="job {job.stage}" role="status">{escape(say(job.text))}</p>'
    step, share = say(job.text), f"{job.done:,} / {job.total:,}" if job.total else ""
    bar = f'<progress max="{max(job.total, 1)}" value="{job.done}" aria-label="{escape(step)}"></progress>'
    said = escape(say("正在更新索引：{step}", step=step))
    return f'<div class="job running"><span role="status">{said} {share}</span>{bar}</div>'


def _failed(failed: Sequence[FailedFile]) -> str:
    if not failed:
        return ""
    items = "".join(f"<li>{escape(file.reason)}</li>" for file in failed[:_FAILED_MAX])
    more = f"<li>{say('还有 {count} 个。', count=len(failed) - _FAILED_MAX)}</li>" if len(failed) > _FAILED_MAX else ""
    said = say("{count} 个文件没有收入索引", count=len(failed))
    return f'<details class="failed"><summary>{said}</summary><ul>{items}{more}</ul></details>'


def _row(entry: DocumentEntry) -> tuple[str, ...]:
    facts = (
        f'<a href="{escape(facts_link(entry.path))}">{say("{count} 个", count=f"{entry.facts:,}")}</a>'
        if entry.facts
        else say("没有")
    )
    return (
        f'<a class="title" href="{escape(document_link(entry.path))}">{escape(entry.title)}</a>',
        escape(entry.published or "—"),
        escape("、".join(entry.places)) or "—",
        f"{entry.characters:,}",
        facts,
        f'<span class="path">{escape(entry.path)}</span>',
    )


def _remove_button(entry: DocumentEntry) -> str:
    name = escape(entry.path)
    label = f"{say('删除')} {name}"
    return f'<button type="button" class="remove" data-remove="{name}" aria-label="{label}">{say("删除")}</button>'


def _told(library: Library) -> tuple[str, Any]:
    """The progress, and the clock that asks again while something runs."""
    job = library.editor.job
    return render_job(job), gr.update(active=job.stage is JobStage.RUNNING)


def _turned(view: DocumentView, clicked: Any) -> DocumentView:  # noqa: ANN401 - whatever a browser sends
    data = clicked if isinstance(clicked, dict) else {}
    order = choice(DocumentOrder, data.get("sort"))
    if order is None:
        return replace(view, page=page_number(data.get("page")))
    return replace(view, order=order, descending=order is view.order and not view.descending, page=1)


def _may_manage(library: Library, request: gr.Request) -> bool:
    return request.request is not None and library.may_manage(request.request)


def _html(content: str, name: str) -> gr.HTML:
    return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=None)
