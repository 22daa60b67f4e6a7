"""A reply while it is written: heard piece by piece, bounded, without a reasoning model's thoughts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from rag.llm_failures import CutOffError

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_openai import ChatOpenAI

_LONGEST_REPLY = 20_000
"""Characters; a server that minds no limit would fill the memory."""
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|$)|^\s*<[think]{0,5}$", re.DOTALL)
Listener = Callable[[str], None]
"""Hears the text of a reply so far, all of it each time."""


async def streamed(
    model: ChatOpenAI, messages: Sequence[BaseMessage], body: dict[str, Any], heard: Listener
) -> str | None:
    """The whole text, heard as it grows; None where the server sent no piece of a stream.

    Raises:
        CutOffError: the stream ended early.
        ValueError: it is no chat completion, or endless.
    """
    from openai import APIConnectionError, APITimeoutError

    text = ""
    pieces = 0
    is_whole = False
    try:
        async for piece in model.astream(list(messages), extra_body=body):
            pieces += 1
            text += str(piece.text)
            is_whole = is_whole or bool(piece.response_metadata.get("finish_reason"))
            if len(text) > _LONGEST_REPLY:
                raise ValueError(f"more than {_LONGEST_REPLY} characters")
            if piece.text and (said := text_of(text)):
                heard(said)
    except APIConnectionError as error:
        if not text or isinstance(error, APITimeoutError):
            raise
        raise CutOffError(f"{error!r} after {len(text)} characters") from error
    except ValueError:
        if pieces:
            raise
        return None
    if not is_whole:
        raise CutOffError(f"no finish_reason after {len(text)} characters")
    return text_of(text)


def newest(texts: SimpleQueue[str | None]) -> Iterator[str]:
    """The newest text each time there is one, until a None ends them."""
    has_ended = False
    while not has_ended:
        waiting = [texts.get()]
        while not texts.empty():
            waiting.append(texts.get())
        has_ended = waiting[-1] is None
        yield from [text for text in waiting if text is not None][-1:]


def text_of(reply: str) -> str:
    """A reply without thoughts, also one that has just begun."""
    return _THOUGHTS.sub("", reply).strip()
