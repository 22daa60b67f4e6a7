"""The settings that say how long the LLM is waited for and when it is left alone: part of `rag.settings.Settings`."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings

from rag.locale_text import tr


class LlmSettings(BaseSettings):
    """Patience with the LLM."""

    llm_timeout_seconds: float = Field(
        default=60.0,
        gt=0,
        le=3600,
        description=tr(
            "一个问题等待大模型的最长秒数，重试和改写都算在内",
            "longest wait for the LLM per question, in seconds, retries and the repair included",
        ),
    )
    llm_connect_seconds: float = Field(
        default=5.0,
        gt=0,
        le=300,
        description=tr("连接大模型接口的最长秒数", "longest wait for a connection to the LLM, in seconds"),
    )
    llm_retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description=tr(
            "大模型接口连不上、限流或出错时再试几次",
            "how often a call is repeated where the LLM is out of reach, limits or fails",
        ),
    )
    llm_breaker_failures: int = Field(
        default=3,
        ge=1,
        le=1000,
        description=tr("大模型连续失败几个问题后暂停使用", "questions in a row that fail before the LLM is left alone"),
    )
    llm_breaker_seconds: float = Field(
        default=60.0,
        gt=0,
        le=86_400,
        description=tr("暂停使用大模型的秒数", "how long the LLM is left alone, in seconds"),
    )
    llm_idle_seconds: int = Field(
        default=900,
        ge=0,
        le=86_400,
        description=tr(
            "内置大模型闲置多少秒后让出内存，下次提问再装入；0 为不让出",
            "idle seconds after which the embedded LLM gives its memory back, until the next question; 0 for never",
        ),
    )
