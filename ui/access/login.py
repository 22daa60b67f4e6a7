"""The login page: plain HTML without scripts. Every address in it is relative, so that it works under any sub-path."""

from __future__ import annotations

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from index.errors import UserError
from ui.access.identity import Via, identity_of
from ui.access.policy import Access
from ui.access.sessions import LOGIN_COOKIE, SESSION_COOKIE, forget
from ui.markup import escape
from ui.messages import language_in_force, language_of, say, speaking

_SAFE_NEXT = re.compile(r"(?:[\w%-][\w./%-]*)?(?:\?[\w./=&%+-]*)?", re.ASCII)
_NEXT_MAX_CHARS = 500
_WRONG = "用户名或密码不对。"
_NO_PASSWORDS = "这里不能用密码登录。"
_NO_SERVICE = "这里不能用统一登录。"
_TOO_OFTEN = "试的次数太多，请过 {seconds} 秒再试。"
SENTENCES = (_WRONG, _NO_PASSWORDS, _NO_SERVICE, _TOO_OFTEN)
"""What the form says of a login that failed."""
_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.6 "Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;display:grid;place-items:center;
min-height:100vh;margin:0;background:light-dark(#f5f3f0,#1c1917);color:light-dark(#1c1917,#f5f5f4)}
main{width:min(22rem,calc(100vw - 2rem));padding:2rem;box-sizing:border-box;border-radius:.75rem;
background:light-dark(#fff,#292524);box-shadow:0 1px 8px #0002}
h1{font-size:1.35rem;margin:0 0 1rem}label{display:block;margin:.75rem 0}
input{width:100%;margin-top:.3rem;
box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #a8a29e;border-radius:.4rem;
background:transparent;color:inherit}
button,.button{display:block;width:100%;box-sizing:border-box;margin-top:1rem;padding:.6rem;font:inherit;border:0;
border-radius:.4rem;background:#b91c1c;color:#fff;text-align:center;text-decoration:none;cursor:pointer}
[role=alert]{color:light-dark(#b91c1c,#fca5a5)}:focus-visible{outline:3px solid #2563eb;outline-offset:2px}
"""


class LoginPages:
    """`/login` and what belongs to it."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def show(self, request: Request) -> Response:
        """Show the form, or who is logged in."""
        identity = identity_of(request)
        if identity is None:
            return self._form(request)
        with speaking(language_of(request)):
            leave = f'<form method="post" action="logout"><button type="submit">{say("退出登录")}</button></form>'
            form = leave if identity.via in {Via.PASSWORD, Via.OIDC} else ""
            who = say("您是 {name}。", name=escape(identity.name))
            return self._page(f'<p>{who}</p><a class="button" href="./">{say("去提问")}</a>{form}')

    async def log_in(self, request: Request) -> Response:
        """Check name and password; a wrong one is told no sooner than a right one."""
        if "password" not in self._access.methods or self._access.cookies is None:
            return self._form(request, _NO_PASSWORDS, 403)
        async with request.form(max_files=0, max_fields=4) as form:
            name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        attempts = f"{request.client.host if request.client else ''} {name[:64]}"
        if wait := self._access.failed_logins.wait(attempts):
            return self._form(request, _TOO_OFTEN, 429, seconds=wait)
        users = self._access.users
        if not await run_in_threadpool(users.verify, name, password):
            self._access.failed_logins.take(attempts)
            return self._form(request, _WRONG, 401)
        session = {"name": name, "via": Via.PASSWORD.value, "mark": users.fingerprint(name)}
        return self._welcome(request, session, f"./{_next(request)}")

    async def log_out(self, _request: Request) -> Response:
        """Forget the session."""
        response = RedirectResponse("./login", 303)
        forget(response, SESSION_COOKIE)
        return response

    async def to_service(self, request: Request) -> Response:
        """Send the browser to the OIDC service."""
        if self._access.oidc is None or self._access.cookies is None:
            return self._form(request, _NO_SERVICE, 404)
        state: dict[str, Any] = {"next": _next(request)}
        try:
            response = await self._access.oidc.start(request, state)
        except UserError as error:
            return self._form(request, str(error), 503)
        self._access.cookies.write(response, LOGIN_COOKIE, state, secure=self._secure(request))
        return response

    async def from_service(self, request: Request) -> Response:
        """Take the browser back from the OIDC service."""
        if self._access.oidc is None or self._access.cookies is None:
            return self._form(request, _NO_SERVICE, 404)
        state = self._access.cookies.read(request.cookies, LOGIN_COOKIE)
        try:
            name = await self._access.oidc.finish(request, state)
        except UserError as error:
            return self._form(request, str(error), 401)
        session = {"name": name, "via": Via.OIDC.value}
        return self._welcome(request, session, f"../{state.get('next', '')}")

    def _welcome(self, request: Request, session: dict[str, Any], target: str) -> Response:
        assert self._access.cookies is not None
        response = RedirectResponse(target, 303)
        self._access.cookies.write(response, SESSION_COOKIE, session, secure=self._secure(request))
        forget(response, LOGIN_COOKIE)
        return response

    def _secure(self, request: Request) -> bool:
        return self._access.secure_cookies(request.url.scheme)

    def _form(self, request: Request, wrong: str = "", status: int = 200, **values: object) -> Response:
        with speaking(language_of(request)):
            return self._page(self._fields(request, say(wrong, **values)), status)

    def _fields(self, request: Request, wrong: str) -> str:
        path = request.url.path.rstrip("/").rpartition("/login")[2].strip("/")
        up = "../" if path else ""
        after = f"?next={escape(_next(request))}" if _next(request) else ""
        parts = [f'<p role="alert">{escape(wrong)}</p>' if wrong else ""]
        if "oidc" in self._access.methods:
            parts.append(f'<a class="button" href="{up}login/oidc{after}">{say("用统一登录进入")}</a>')
        if "password" in self._access.methods:
            parts.append(
                f'<form method="post" action="{up}login{after}">'
                f'<label>{say("用户名")}<input name="name" autocomplete="username" required autofocus></label>'
                f"<label>{say('密码')}"
                '<input name="password" type="password" autocomplete="current-password" required></label>'
                f'<button type="submit">{say("登录")}</button></form>'
            )
        if not self._access.login_page:
            parts.append(f"<p>{say('请从单位的门户进入；程序请用密钥。')}</p>")
        return "".join(parts)

    def _page(self, content: str, status: int = 200) -> Response:
        html = (
            f'<!doctype html><html lang="{language_in_force()}"><head><meta charset="utf-8">'
            f"<title>{say('登录')} · {say('数证')}</title>"
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<style>{_STYLE}</style></head><body><main><h1>{say('数证')}</h1>{content}</main></body></html>"
        )
        return HTMLResponse(html, status, {**self._access.headers(scripts=False), "cache-control": "no-store"})


def _next(request: Request) -> str:
    """Where to go after the login: only a path of this page, never another host."""
    wanted = request.query_params.get("next", "")
    safe = len(wanted) <= _NEXT_MAX_CHARS and _SAFE_NEXT.fullmatch(wanted) and "//" not in wanted
    return wanted if safe and ".." not in wanted else ""
