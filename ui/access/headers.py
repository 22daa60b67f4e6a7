"""The headers that keep a browser from doing what no page of ours asks for."""

from __future__ import annotations

from collections.abc import Sequence

_PAGE = (
    "default-src 'self'",
    # Gradio puts its configuration and start-up into the page as inline scripts and styles, and turns the template of
    # every gr.HTML into a function (without 'unsafe-eval' the conversation stays empty).
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
_PLAIN = (
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)


def security_headers(frame_ancestors: Sequence[str] = (), *, scripts: bool = True) -> dict[str, str]:
    """Return the headers of a response.

    Args:
        frame_ancestors: origins, besides our own, whose pages may show ours in a frame.
        scripts: False for a page without any, such as the login page.
    """
    policy = "; ".join([*(_PAGE if scripts else _PLAIN), " ".join(["frame-ancestors 'self'", *frame_ancestors])])
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
    if not frame_ancestors:
        headers["x-frame-options"] = "SAMEORIGIN"
    return headers
