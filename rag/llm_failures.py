"""What goes wrong with an LLM's endpoint: what may pass by itself, and how each failure is told to the user."""

from __future__ import annotations

import re

from tenacity import RetryCallState

_LONGEST_HINT_SECONDS = 10.0
"""What of a server's `Retry-After` is believed."""
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What a client stumbles over in a reply that is no chat completion."""


class CutOffError(OSError):
    """A stream ended before the server said that the reply is whole."""


def failures() -> tuple[type[Exception], ...]:
    """All that a call may raise where the endpoint is at fault."""
    from openai import OpenAIError

    return (OpenAIError, OSError, *_MALFORMED)


def may_pass(error: BaseException) -> bool:
    """Whether the same call may succeed a little later."""
    from openai import APIConnectionError, APITimeoutError, InternalServerError, RateLimitError

    if isinstance(error, APITimeoutError):
        return False
    return isinstance(error, (RateLimitError, InternalServerError, APIConnectionError, CutOffError))


def server_hint(state: RetryCallState) -> float:
    """Seconds the server asks to wait for."""
    from openai import APIStatusError

    error = state.outcome.exception() if state.outcome else None
    hint = error.response.headers.get("retry-after", "") if isinstance(error, APIStatusError) else ""
    return min(float(hint), _LONGEST_HINT_SECONDS) if re.fullmatch(r"\d{1,6}(?:\.\d+)?", hint) else 0.0


def reason(error: Exception, seconds: float) -> str:
    """What went wrong, for the user."""
    import openai

    if isinstance(error, (openai.APITimeoutError, TimeoutError)):
        return f"大模型没有在 {seconds:.3g} 秒内答完"
    if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
        return "大模型接口不接受这个密钥，请检查设置 llm_api_key"
    if isinstance(error, openai.RateLimitError):
        return "大模型接口限制了调用次数（HTTP 429），请稍后再试"
    if isinstance(error, openai.InternalServerError):
        return f"大模型接口出错（HTTP {error.status_code}）"
    if isinstance(error, openai.APIStatusError):
        return f"大模型接口不接受请求（HTTP {error.status_code}），请检查设置 llm 和 llm_model"
    if isinstance(error, CutOffError):
        return "大模型的应答中途断了"
    if isinstance(error, (openai.APIConnectionError, OSError)):
        return "大模型接口连不上，请检查设置 llm 的地址和网络"
    if isinstance(error, openai.APIError):
        return "大模型接口在应答中报错"
    return "大模型接口的应答无法读懂"
