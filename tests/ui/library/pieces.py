"""A small corpus with its index, and the library over it as `shuzheng ui` puts it together."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from rag.settings import Settings, load_settings
from ui.library.editor import Editor
from ui.library.routes import Library, add_library_routes
from ui.session import Session, prepare

HOSTILE = "<img src=x onerror=alert(1)>&amp;\"'</span><script>alert(2)</script>"
BULLETIN = "年报/青河县2023年公报.txt"
NEWS = "报道 1.txt"
TEXTS = {
    BULLETIN: "青河县2023年统计公报\n\n2023年,青河县高新技术企业达到36家,比上年净增9家。"
    "全县地区生产总值185.6亿元,同比增长6.2%。\n相关阅读\n>> 我的订阅\n",
    NEWS: f"青河县科技创新按下加速键\n\n截至2023年底,青河县高新技术企业已有38家。备注{HOSTILE}在此,研发投入3亿元。\n",
}


def write_corpus(folder: Path) -> Path:
    """Write the texts into a folder and return it."""
    for name, text in TEXTS.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def small_settings(folder: Path) -> Settings:
    """Settings over the small corpus, without any model."""
    folders = {"corpus": write_corpus(folder / "corpus"), "index": folder / "index", "models": folder / "models"}
    return load_settings({**folders, "embedder": "hash", "llm": "none"})


def open_session(folder: Path) -> Session:
    """Index the small corpus and open it."""
    settings = small_settings(folder)
    prepare(settings)
    return Session(settings)


def library_of(session: Session, settings: Settings) -> Library:
    """The library of a session; whoever sends the header `x-manager` may manage."""

    def may_manage(request: Request) -> bool:
        return "x-manager" in request.headers

    editor = Editor(settings.corpus, session.build_index)
    return Library(lambda: session.catalogue, lambda: session.manifest, editor, may_manage)


def client_of(library: Library) -> TestClient:
    """A client of the library's routes."""
    app = FastAPI()
    add_library_routes(app, library)
    return TestClient(app)
