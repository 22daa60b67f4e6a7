"""Who may ask, worked out from the settings before the port is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import UserError
from rag.access_settings import LOGIN_METHODS, words
from rag.settings import Settings
from rag.web_settings import origins
from ui.access.audit import Audit
from ui.access.feedback import Feedback
from ui.access.headers import security_headers
from ui.access.identity import Identity, Right, Via
from ui.access.keys import Keys
from ui.access.origin import HostNames
from ui.access.private_files import session_secret
from ui.access.rates import Rates
from ui.access.sessions import Cookies
from ui.access.users import Users
from ui.server import is_loopback

if TYPE_CHECKING:
    from ui.access.oidc import OidcLogin

FAILED_LOGINS = "10/minute"
"""For one user name from one address."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the gate and the login page work with."""

    settings: Settings
    methods: frozenset[str]
    """Ways to log in; empty where nobody has to."""
    hosts: HostNames
    users: Users
    keys: Keys
    cookies: Cookies | None
    """None where nobody logs in by browser."""
    oidc: OidcLogin | None
    rates: Rates
    failed_logins: Rates
    audit: Audit | None
    feedback: Feedback | None

    @property
    def login_page(self) -> bool:
        """Whether a browser can log in here."""
        return bool(self.methods & {"password", "oidc"})

    def headers(self, *, scripts: bool = True) -> dict[str, str]:
        """Return the security headers of a response."""
        return security_headers(origins(self.settings.embed_parents), scripts=scripts)

    def secure_cookies(self, scheme: str) -> bool:
        """Tell whether cookies are for https only."""
        return scheme in {"https", "wss"} or self.settings.public_url.startswith("https://")

    def named(self, name: str, via: Via) -> Identity:
        """Return a user whose name another service vouches for."""
        manages = name in words(self.settings.managers)
        return Identity(name, via, frozenset(Right) if manages else frozenset({Right.ASK}))

    def without_login(self, client: str) -> Identity | None:
        """Return who asks where nobody logs in: this machine may do all, others ask where everybody may."""
        if self.methods:
            return None
        if self.settings.allow_anyone:
            return Identity(client, Via.OPEN, frozenset({Right.ASK}))
        return Identity(client, Via.OPEN, frozenset(Right)) if client and is_loopback(client) else None


def open_access(settings: Settings) -> Access:
    """Check that nobody can ask who should not, and open what the login needs.

    Raises:
        UserError: others could reach the page without login, or a way to log in lacks something.
    """
    methods = frozenset(words(settings.login))
    users, keys = Users(settings.access), Keys(settings.access)
    _check(settings, methods, users, keys)
    shared = bool(methods) or settings.allow_anyone
    by_browser = bool(methods & {"password", "oidc"})
    return Access(
        settings=settings,
        methods=methods,
        hosts=HostNames(settings),
        users=users,
        keys=keys,
        cookies=Cookies(session_secret(settings.access), settings.session_hours * 3600) if by_browser else None,
        oidc=_open_oidc(settings) if "oidc" in methods else None,
        rates=Rates(settings.rate_limit if shared else ""),
        failed_logins=Rates(FAILED_LOGINS),
        audit=Audit(settings.access, settings.audit_megabytes) if shared and settings.audit else None,
        feedback=Feedback(settings.access, settings.audit_megabytes) if settings.feedback else None,
    )


def _open_oidc(settings: Settings) -> OidcLogin:
    from ui.access.oidc import OidcLogin

    return OidcLogin(settings)


def _check(settings: Settings, methods: frozenset[str], users: Users, keys: Keys) -> None:
    if not methods and not is_loopback(settings.host) and not settings.allow_anyone:
        raise UserError(
            f"监听 {settings.host} 会让别的机器也能提问，请先用设置 login 选定登录方式（{'、'.join(LOGIN_METHODS)}），"
            "确实不要登录就加 --allow-anyone。"
        )
    if "password" in methods and not users.all():
        raise UserError("登录方式是 password，但还没有用户；请先运行 shuzheng users add 名字。")
    if methods == {"key"} and not keys.all():
        raise UserError("登录方式是 key，但还没有密钥；请先运行 shuzheng keys add 名字 --scope ask。")
    if "header" in methods and ("proxies" not in settings.model_fields_set or not words(settings.proxies)):
        raise UserError("登录方式是 header，请用设置 proxies 写明反向代理的地址；只有它们写的用户名才可信。")
    missing = [name for name in ("oidc_issuer", "oidc_client_id", "public_url") if not getattr(settings, name)]
    if "oidc" in methods and missing:
        raise UserError(f"登录方式是 oidc，还缺设置 {'、'.join(missing)}。")
