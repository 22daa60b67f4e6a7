"""Every setting of shuzheng, typed, in one place.

Order of precedence: flags of the command, environment (`SHUZHENG_<NAME>`), the file `shuzheng.toml` of the current
folder (or the file that `SHUZHENG_CONFIG` names), the default. `shuzheng settings` prints what is in force and why.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from index.errors import UserError
from rag.access_settings import AccessSettings
from rag.contract import Mode
from rag.llm_settings import LlmSettings
from rag.locale_text import tr
from rag.validation_text import allowed
from rag.web_settings import WebSettings

ENV_PREFIX = "SHUZHENG_"
CONFIG_VARIABLE = "SHUZHENG_CONFIG"
CONFIG_FILE = "shuzheng.toml"
EMBEDDED = "embedded"
NO_LLM = "none"
OTHER_VARIABLES = frozenset(
    {CONFIG_VARIABLE, "SHUZHENG_REQUIRE_MODELS", "SHUZHENG_REQUIRE_BROWSER", "SHUZHENG_REQUIRE_NETNS"}
)
"""Environment variables with our prefix that are no settings."""

_PATH_FIELDS = ("corpus", "index", "models", "access")
_SECRETS = frozenset({"llm_api_key", "oidc_client_secret"})


class Origin(StrEnum):
    """Where a setting's value comes from."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


def _home() -> Path:
    """The checkout the packages lie in, or the current folder where they were installed from a wheel."""
    checkout = Path(__file__).resolve().parent.parent
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


class Settings(WebSettings, AccessSettings, LlmSettings):
    """What a command, the page and the API work with; immutable."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_ignore_empty=True,
        env_parse_none_str=None,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
    )

    corpus: Path = Field(
        default_factory=lambda: _home() / "seeds",
        description=tr("文档所在的文件夹", "folder of the documents"),
    )
    index: Path = Field(
        default_factory=lambda: _home() / ".index",
        description=tr("索引所在的文件夹", "folder of the index"),
    )
    models: Path = Field(
        default_factory=lambda: platformdirs.user_cache_path("shuzheng"),
        description=tr("模型库所在的文件夹", "folder of the model store"),
    )
    embedder: str = Field(
        default="e5-small",
        min_length=1,
        description=tr(
            "嵌入模型：模型库里的名称、文件夹、sentence-transformers 名称，或 hash（仅供演示和测试）",
            "embedding model: a name of the model store, a folder, a sentence-transformers name, or hash (demo, tests)",
        ),
    )
    dtype: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description=tr(
            "嵌入模型的精度；auto 在处理器支持时用 bfloat16",
            "precision of the embedding model; auto takes bfloat16 where the processor has it",
        ),
    )
    mode: Mode = Field(
        default=Mode.AUTO,
        description=tr(
            "回答方式：extractive 只用原文句子，llm 由大模型组织语言，auto 有大模型就用",
            "how answers are worded: extractive in the documents' own words, llm by a model, auto by a model if any",
        ),
    )
    llm: str = Field(
        default=EMBEDDED,
        description=tr(
            "大模型：embedded（内置）、none（不用），或兼容 OpenAI 的接口地址",
            "LLM: embedded, none, or the URL of an OpenAI-compatible endpoint",
        ),
    )
    llm_artefact: str = Field(
        default="qwen2.5-coder-0.5b",
        min_length=1,
        description=tr("内置大模型在模型库里的名称", "name of the embedded LLM in the model store"),
    )
    llm_model: str = Field(
        default="",
        description=tr("接口地址所用的模型名称", "model name sent to the endpoint"),
    )
    llm_api_key: SecretStr = Field(
        default=SecretStr(""),
        description=tr("接口地址所用的密钥，不会显示", "key for the endpoint, never shown"),
    )
    question_max_chars: int = Field(
        default=2000,
        ge=1,
        le=100_000,
        description=tr("一个问题最多的字数", "longest question, in characters"),
    )
    top_k: int = Field(
        default=30,
        ge=1,
        le=1000,
        description=tr("每个问题检索的段落数", "passages retrieved for a question"),
    )
    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description=tr("网页监听的地址", "address the page listens on"),
    )
    port: int = Field(
        default=7860,
        ge=1,
        le=65_535,
        description=tr("网页监听的端口", "port the page listens on"),
    )

    @field_validator(*_PATH_FIELDS)
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return Path(os.path.abspath(value.expanduser()))

    @field_validator("llm")
    @classmethod
    def _llm_is_known(cls, value: str) -> str:
        if value in {EMBEDDED, NO_LLM}:
            return value
        try:
            address = urlsplit(value)
        except ValueError:
            address = urlsplit("")
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError(f"只能是 {EMBEDDED}、{NO_LLM} 或以 http:// 或 https:// 开头的地址")
        if "@" in address.netloc:
            raise ValueError("地址里不能带用户名和密码，密钥请写在 llm_api_key")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then environment, then the settings file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_config_file())


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as `shuzheng settings` shows it."""

    name: str
    value: str
    """As text; a secret is masked."""
    origin: Origin
    where: str
    """The variable's or the file's name; empty for a flag or a default."""
    description: str


def config_path() -> Path | None:
    """Return the settings file in force.

    Raises:
        UserError: SHUZHENG_CONFIG names a file that is not there.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise UserError(f"环境变量 {CONFIG_VARIABLE} 指定的设置文件不存在：{path}；请改正路径或取消该变量。")
        return path
    path = Path(CONFIG_FILE)
    return path if path.is_file() else None


def read_config_file() -> dict[str, Any]:
    """Return the settings file's values, relative folders resolved against the file's own folder.

    Raises:
        UserError: the file cannot be read, is no TOML, or holds a key that is no setting.
    """
    path = config_path()
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"设置文件 {path} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"设置文件 {path} 不是正确的 TOML：{error}；请按“名称 = 值”改正。") from error
    except OSError as error:
        raise UserError(f"设置文件 {path} 无法读取：{error.strerror}。") from error
    unknown = sorted(set(values) - set(Settings.model_fields))
    if unknown:
        raise UserError(f"设置文件 {path} 里没有“{unknown[0]}”这项设置；可用的有：{'、'.join(Settings.model_fields)}。")
    folder = path.resolve().parent
    return {name: _beside(folder, value) if name in _PATH_FIELDS else value for name, value in values.items()}


def _beside(folder: Path, value: object) -> object:
    return folder / Path(value).expanduser() if isinstance(value, str) else value


def load_settings(flags: Mapping[str, object] | None = None) -> Settings:
    """Return the settings in force; a flag that is None was not given.

    Raises:
        UserError: a value is refused; the text names the setting, where it comes from, the value and what is allowed.
    """
    given = _given(flags)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise UserError(_explain(error.errors()[0], given)) from error


def setting_rows(flags: Mapping[str, object] | None = None) -> list[SettingRow]:
    """Return every setting in force, with its origin.

    Raises:
        UserError: as `load_settings`.
    """
    settings = load_settings(flags)
    given = _given(flags)
    rows = []
    for name, field in Settings.model_fields.items():
        origin, where = _origin(name, given)
        rows.append(SettingRow(name, str(getattr(settings, name)), origin, where, field.description or ""))
    return rows


def unknown_variables() -> list[str]:
    """Return the environment variables that carry our prefix and mean nothing, so that a typing error is seen."""
    known = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    return sorted(name for name in os.environ if name.upper().startswith(ENV_PREFIX) and name.upper() not in known)


def _given(flags: Mapping[str, object] | None) -> dict[str, Any]:
    return {name: value for name, value in (flags or {}).items() if value is not None}


def _origin(name: str, given: Mapping[str, object]) -> tuple[Origin, str]:
    if name in given:
        return Origin.FLAG, ""
    variable = f"{ENV_PREFIX}{name.upper()}"
    if any(value for key, value in os.environ.items() if key.upper() == variable):
        return Origin.ENVIRONMENT, variable
    path = config_path()
    if path is not None and name in read_config_file():
        return Origin.FILE, str(path)
    return Origin.DEFAULT, ""


def _explain(error: ErrorDetails, given: Mapping[str, object]) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"没有“{name}”这项设置；可用的有：{'、'.join(Settings.model_fields)}。"
    origin, where = _origin(name, given)
    place = {
        Origin.FLAG: f"选项 --{name.replace('_', '-')}",
        Origin.ENVIRONMENT: f"环境变量 {where}",
        Origin.FILE: f"设置文件 {where} 里的 {name}",
        Origin.DEFAULT: f"设置 {name}",
    }[origin]
    secret = name in _SECRETS or (name == "llm" and "@" in str(error["input"]))
    value = "（不显示）" if secret else f"“{error['input']}”"
    return f"{place} 的值{value}不能用：{allowed(error)}。"
