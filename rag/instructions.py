"""Text that speaks to a language model instead of to people: it is never handed to one.

A first door only, by well-known phrases. What passes it is still held back by `rag.draft_check`, which does not look
at the attack but at the answer.
"""

from __future__ import annotations

import re

from index import normalise

_NOISE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*_~`]+")
_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|不必遵守|不用遵守|抛开|绕过|推翻).{0,12}(?:指令|指示|要求|提示|规则|设定|限制|约束)"
    r"|系统提示|提示词|开发者模式|越狱"
    r"|(?:你现在是|你将扮演|请?扮演|从现在起,?你|假装你|假设你是)"
    r"|(?:改为|改成|直接|一律|必须|只许|只需|只能)(?:回答|输出|回复|答复|说)"
    r"|(?:回答|输出|回复|答复)(?:说|成|为(?!什么)|“|\")"
    r"|(?:AI|人工智能|大模型|语言模型|助手|机器人).{0,6}(?:请|必须|应当|务必|注意|听着).{0,8}(?:回答|输出|回复|说|写)"
    r"|(?:ignore|disregard|forget|override).{0,24}(?:instruction|prompt|rule|above)"
    r"|systemprompt|youarenow|actas|<\|?im_start|<\|?im_end|\[/?INST\]|<</?SYS>>|#+(?:system|instruction)"
    r"|</?(?:system|assistant|user)>|(?:^|[^a-z])(?:system|assistant)[::]",
    re.IGNORECASE,
)


def speaks_to_models(text: str) -> bool:
    """Whether a text holds what looks like an order to a language model."""
    return bool(_ORDERS.search(_NOISE.sub("", normalise(text))))
