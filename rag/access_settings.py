"""The settings that say who may ask: part of `rag.settings.Settings`."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from rag.locale_text import tr

LOGIN_METHODS = ("password", "header", "oidc", "key")
_RATE = re.compile(r"[1-9]\d{0,5}/(?:second|minute|hour|day)")


def words(text: str) -> tuple[str, ...]:
    """Split a setting that holds several words, separated by commas (also Chinese ones) or blanks."""
    return tuple(part for part in re.split(r"[,，、\s]+", text) if part)


class AccessSettings(BaseSettings):
    """Who may ask, how they prove it, and what is written down about it."""

    access: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("shuzheng") / "access",
        description=tr(
            "用户、密钥、会话签名和审计记录所在的文件夹", "folder of users, keys, session secret and audit log"
        ),
    )
    login: str = Field(
        default="",
        description=tr(
            "登录方式，可写几种：password、header、oidc、key（只用密钥）；空为不用登录，只给本机用",
            "ways to log in, one or more: password, header, oidc, key (keys only); empty: no login, this machine only",
        ),
    )
    allow_anyone: bool = Field(
        default=False,
        description=tr(
            "没有登录也让别的机器提问（任何能连到这里的人都能看到原文）",
            "let other machines ask without login (whoever reaches this machine reads the documents)",
        ),
    )
    hosts: str = Field(
        default="",
        description=tr(
            "浏览器里可用的域名，逗号分开；IP 地址、localhost、本机名和 public_url 的域名总是可用",
            "host names the page answers to; addresses, localhost, this machine's name and public_url's always work",
        ),
    )
    public_url: str = Field(
        default="",
        description=tr(
            "用户在浏览器里看到的地址，如 https://qa.example.cn/shuzheng；用 oidc 时必填",
            "address users see, such as https://qa.example.cn/shuzheng; needed for oidc",
        ),
    )
    proxies: str = Field(
        default="127.0.0.1, ::1",
        description=tr(
            "可信的反向代理，IP 或网段，逗号分开；只信它们转告的来源地址和用户名",
            "trusted reverse proxies, addresses or networks; only they may tell client address and user name",
        ),
    )
    user_header: str = Field(
        default="X-Remote-User",
        pattern=r"^[A-Za-z][A-Za-z0-9-]*$",
        description=tr(
            "用 header 登录时，可信代理写用户名的请求头",
            "header in which a trusted proxy names the user",
        ),
    )
    managers: str = Field(
        default="",
        description=tr(
            "header、oidc 用户中有管理权的名字，逗号分开", "names with the manage right among header and oidc users"
        ),
    )
    oidc_issuer: str = Field(default="", description=tr("OIDC 服务的地址（issuer）", "issuer of the OIDC service"))
    oidc_client_id: str = Field(default="", description=tr("在 OIDC 服务登记的客户端编号", "client id there"))
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""),
        description=tr("客户端密钥，不会显示；公开客户端留空", "client secret, never shown; empty for a public client"),
    )
    oidc_name_claim: str = Field(
        default="preferred_username",
        min_length=1,
        description=tr("OIDC 令牌里当用户名的字段", "claim of the OIDC token that names the user"),
    )
    session_hours: float = Field(
        default=12.0,
        gt=0,
        le=24 * 31,
        description=tr("登录一次管多少小时", "hours a login lasts"),
    )
    rate_limit: str = Field(
        default="30/minute",
        description=tr(
            "每个用户最多提问的次数，如 30/minute、500/day；空为不限；只有本机能用时不限",
            "questions per user, such as 30/minute, 500/day; empty: no limit; none while only this machine can ask",
        ),
    )
    audit: bool = Field(
        default=True,
        description=tr(
            "别人也能提问时，记下谁在何时问了什么、引了哪里",
            "where others may ask: log who asked what and when",
        ),
    )
    feedback: bool = Field(
        default=True,
        description=tr(
            "网页上可以评价回答（👍、👎 和理由），记到 access 文件夹的 feedback.jsonl",
            "let readers rate answers; written to feedback.jsonl in the access folder",
        ),
    )
    audit_megabytes: int = Field(
        default=10,
        ge=1,
        le=10_000,
        description=tr(
            "审计记录和评价到多少 MB 换一个文件，各保留最近 10 个", "MB of one audit or feedback file; 10 are kept"
        ),
    )
    logs: Literal["text", "json"] = Field(
        default="text",
        description=tr(
            "运行日志：text 只写警告；json 每个请求一行，写到标准错误",
            "text: warnings only; json: a line a request",
        ),
    )
    stop_seconds: float = Field(
        default=30.0,
        ge=0,
        le=600,
        description=tr(
            "收到停止命令后，最多等多少秒让正在回答的问题答完", "longest wait for running answers when told to stop"
        ),
    )

    @field_validator("login")
    @classmethod
    def _login_is_known(cls, value: str) -> str:
        if set(words(value)) - set(LOGIN_METHODS):
            raise ValueError(f"只能是 {'、'.join(LOGIN_METHODS)} 中的一种或几种，用逗号分开")
        return value

    @field_validator("proxies")
    @classmethod
    def _proxies_are_networks(cls, value: str) -> str:
        for word in words(value):
            try:
                ip_network(word, strict=False)
            except ValueError as error:
                raise ValueError("只能是 IP 地址或网段，例如 10.0.0.5 或 10.0.0.0/24，用逗号分开") from error
        return value

    @field_validator("rate_limit")
    @classmethod
    def _rate_is_readable(cls, value: str) -> str:
        if any(not _RATE.fullmatch(word) for word in words(value)):
            raise ValueError("应写成 次数/单位，单位只能是 second、minute、hour、day，例如 30/minute")
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _is_address(cls, value: str) -> str:
        try:
            address = urlsplit(value)
            named = address.scheme in {"http", "https"} and address.hostname and "@" not in address.netloc
        except ValueError:
            named = None
        if value and not named:
            raise ValueError("只能是以 http:// 或 https:// 开头的地址，不带用户名和密码")
        return value.rstrip("/")
