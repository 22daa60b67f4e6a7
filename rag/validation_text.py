"""What pydantic says about a refused value, in Chinese."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

_PHRASES = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "应是整数"),
    **dict.fromkeys(("float_parsing", "float_type", "finite_number"), "应是数字"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "应是 true 或 false"),
    **dict.fromkeys(("string_type", "path_type"), "应是文字"),
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "含有不能用的字符",
    "extra_forbidden": "不是可用的名称",
}


def allowed(error: ErrorDetails) -> str:
    """Return what would be accepted where pydantic refused a value, as a Chinese phrase without full stop."""
    context: dict[str, Any] = error.get("ctx") or {}
    match error["type"]:
        case "value_error":
            return str(context["error"])
        case "literal_error" | "enum":
            return "只能是 " + str(context["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign = {"gt": "大于", "ge": "不小于", "lt": "小于", "le": "不大于"}
            return "、".join(f"应{sign[key]} {limit}" for key, limit in context.items() if key in sign)
    return _PHRASES.get(error["type"], str(error["msg"]))
