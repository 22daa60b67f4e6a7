"""The settings that say under which address the page is reached and who may show it inside a page of their own."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from rag.locale_text import tr

_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_ORIGIN = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?")
"""As Content-Security-Policy writes it; nothing that could end the header's directive."""


def origins(text: str) -> tuple[str, ...]:
    """Split a setting that holds several origins, separated by commas (also Chinese ones) or blanks."""
    return tuple(part for part in re.split(r"[,，、\s]+", text) if part)


class WebSettings(BaseSettings):
    """Address behind a proxy, and embedding."""

    root_path: str = Field(
        default="",
        description=tr(
            "反向代理把本程序放在哪个子路径，如 /shuzheng；空为根路径，或 public_url 里的路径",
            "sub-path under which a reverse proxy shows this page, such as /shuzheng; empty: the path of public_url",
        ),
    )
    embed_parents: str = Field(
        default="",
        description=tr(
            "哪些网站可以把问答嵌进自己的页面，如 https://oa.example.cn，逗号分开，可写 https://*.example.cn；空为只有本站",
            "sites that may embed the page, such as https://oa.example.cn, https://*.example.cn; empty: only this one",
        ),
    )
    demo_page: bool = Field(
        default=False,
        description=tr("在 /demo 提供一个演示嵌入的内网页面", "serve an intranet page at /demo that shows embedding"),
    )

    @field_validator("root_path")
    @classmethod
    def _root_path_is_a_path(cls, value: str) -> str:
        path = value.rstrip("/")
        if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
            raise ValueError("应以 / 开头，只含字母、数字和 . _ ~ -，例如 /shuzheng")
        return path

    @field_validator("embed_parents")
    @classmethod
    def _parents_are_origins(cls, value: str) -> str:
        for word in origins(value):
            if not _ORIGIN.fullmatch(word):
                raise ValueError(f"{word} 应是协议加主机名（可带端口），例如 https://oa.example.cn，后面不带路径")
        return value


def sub_path(root_path: str, public_url: str) -> str:
    """Return the sub-path in force, without a slash at its end: the setting's own, or that of the public address."""
    return root_path or urlsplit(public_url).path.rstrip("/")
