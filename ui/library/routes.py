"""What the library serves beside its pages: documents, exports of facts, and the changes of whoever may manage."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from index.catalogue import Catalogue
from index.errors import ShuzhengError, UserError
from index.manifest import Manifest
from index.reading import MAX_FILE_BYTES
from ui.library.document_view import render_document, render_missing
from ui.library.editor import DocumentExistsError, Editor, too_large
from ui.library.fact_export import EXCEL_ROWS_MAX, csv_pieces, write_xlsx
from ui.library.view import parse_view
from ui.messages import language_of, speaking

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ONE_EXCEL: Final = threading.Lock()
"""Writing one keeps a processor busy; the others wait, so that questions are still answered."""
NOT_INDEXED: Final = "索引里没有这个文档，它可能已被删除或改名。"
NOT_ALLOWED: Final = "没有管理文档的权限；请用有管理权的账号登录。"

MayManage = Callable[[Request], bool]


@dataclass(frozen=True, slots=True)
class Library:
    """What the pages of facts and documents need."""

    catalogue: Callable[[], Catalogue]
    """The newest generation's; raises ShuzhengError where there is none."""
    manifest: Callable[[], Manifest]
    editor: Editor
    may_manage: MayManage


def add_library_routes(app: FastAPI, library: Library) -> None:
    """Add `/documents/<path>`, `/facts.csv`, `/facts.xlsx`, and the changes under `/api/documents` and `/api/index`.

    Changes are PUT and DELETE, which no other site's page can send without being allowed to by this one.
    """
    _add_reading(app, library)
    _add_changes(app, library)


def _add_reading(app: FastAPI, library: Library) -> None:
    @app.get("/documents/{path:path}", include_in_schema=False)
    def document(path: str, request: Request) -> Response:
        with speaking(language_of(request)):
            return _document(library, path, request)

    @app.get("/facts.csv", include_in_schema=False)
    def facts_csv(request: Request) -> Response:
        view = parse_view(request.query_params)
        entries = library.catalogue().facts(view.wanted, view.order, descending=view.descending)
        return StreamingResponse(csv_pieces(entries), media_type="text/csv; charset=utf-8", headers=_as_file("csv"))

    @app.get("/facts.xlsx", include_in_schema=False)
    def facts_xlsx(request: Request) -> Response:
        return _xlsx(library, request)

    @app.get("/api/index", summary="后台建索引的进度")
    def progress() -> Response:
        return JSONResponse(asdict(library.editor.job))


def _add_changes(app: FastAPI, library: Library) -> None:
    @app.put("/api/documents/{path:path}", summary="上传一个文档（正文就是文件内容），需要管理权")
    async def upload(path: str, request: Request, replace: bool = False) -> Response:
        if not library.may_manage(request):
            return _refused(403, NOT_ALLOWED)
        return await _upload(library.editor, path, request, replace=replace)

    @app.delete("/api/documents/{path:path}", summary="删除一个文档，需要管理权")
    def remove(path: str, request: Request) -> Response:
        if not library.may_manage(request):
            return _refused(403, NOT_ALLOWED)
        try:
            library.editor.remove(path)
        except ShuzhengError as error:
            return _refused(400, str(error))
        return JSONResponse({"path": path})

    @app.put("/api/index", summary="按文档文件夹现在的样子更新索引，需要管理权")
    def update(request: Request) -> Response:
        if not library.may_manage(request):
            return _refused(403, NOT_ALLOWED)
        library.editor.update_index()
        return JSONResponse(asdict(library.editor.job))


def _document(library: Library, path: str, request: Request) -> Response:
    root = "../" * (path.count("/") + 1)
    if not path:
        return RedirectResponse("../documents")
    given = request.query_params
    start, end, part = (_number(given.get(name)) for name in ("start", "end", "part"))
    quote = None if start is None or end is None else (start, end)
    try:
        page, status = render_document(library.catalogue(), path, quote, part, root), 200
    except KeyError:
        page, status = render_missing(NOT_INDEXED, root), 404
    except ShuzhengError as error:
        page, status = render_missing(str(error), root), 503
    return HTMLResponse(page, status, headers={"Cache-Control": "no-cache"})


def _xlsx(library: Library, request: Request) -> Response:
    view = parse_view(request.query_params)
    catalogue = library.catalogue()
    if catalogue.count_facts(view.wanted) > EXCEL_ROWS_MAX:
        return _refused(400, f"Excel 一次最多导出 {EXCEL_ROWS_MAX:,} 个数字，请加上筛选条件，或导出 CSV。")
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as draft:
        file = Path(draft.name)
    try:
        with _ONE_EXCEL:
            write_xlsx(catalogue.facts(view.wanted, view.order, descending=view.descending), file)
    except BaseException:
        file.unlink()
        raise
    return FileResponse(file, media_type=_EXCEL, headers=_as_file("xlsx"), background=BackgroundTask(file.unlink))


async def _upload(editor: Editor, path: str, request: Request, *, replace: bool) -> Response:
    try:
        editor.check(path, replace=replace)
        data = bytearray()
        async for chunk in request.stream():
            data += chunk
            if len(data) > MAX_FILE_BYTES:
                return _refused(413, too_large(path))
        await run_in_threadpool(editor.save, path, bytes(data), replace=replace)
    except DocumentExistsError as error:
        return _refused(409, str(error))
    except UserError as error:
        return _refused(400, str(error))
    return JSONResponse({"path": path}, 201)


def _as_file(suffix: str) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename=\"facts.{suffix}\"; filename*=UTF-8''%E6%95%B0%E5%AD%97.{suffix}",
        "Cache-Control": "no-store",
    }


def _refused(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"detail": sentence}, status)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 12 else None
