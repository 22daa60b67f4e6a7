"""What pydantic says about a refused value, in Chinese."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails


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
        case "int_parsing" | "int_type" | "int_from_float":
            return "应是整数"
        case "float_parsing" | "float_type" | "finite_number":
            return "应是数字"
        case "string_too_short":
            return "不能为空"
        case "string_type" | "path_type":
            return "应是文字"
    return str(error["msg"])
