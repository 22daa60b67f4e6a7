"""Question in, verified answer out."""

from typing import TYPE_CHECKING

from index.errors import ShuzhengError, UserError
from rag.contract import Answer, Citation, Conflict, Figure, Mode, RefusalReason, Turn
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.pipeline import Engine, open_engine

__all__ = [
    "Answer",
    "Citation",
    "Conflict",
    "Engine",
    "Figure",
    "Mode",
    "RefusalReason",
    "Settings",
    "ShuzhengError",
    "Turn",
    "UserError",
    "load_settings",
    "open_engine",
]


def __getattr__(name: str) -> object:
    """Load the engine, with its large libraries, only when it is first asked for."""
    if name in {"Engine", "open_engine"}:
        from rag import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
