"""Showing the page inside other pages: the script that puts a bubble on a page, and a page that shows how."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse

_ASSETS = Path(__file__).parent / "assets"
_REVALIDATE = {"Cache-Control": "no-cache"}
"""A browser asks each time whether its copy is still good, so that an update reaches every page at once."""


def add_embedding_routes(api: FastAPI, *, demo_page: bool = False) -> None:
    """Serve `/embed.js`, and `/demo` where asked for; before the chat page is mounted, which takes what is left."""

    @api.get("/embed.js", include_in_schema=False)
    def embed_script() -> FileResponse:
        return FileResponse(_ASSETS / "embed.js", media_type="text/javascript", headers=_REVALIDATE)

    if demo_page:

        @api.get("/demo", include_in_schema=False)
        def demo() -> FileResponse:
            return FileResponse(_ASSETS / "intranet.html", media_type="text/html; charset=utf-8", headers=_REVALIDATE)
