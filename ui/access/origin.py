"""Requests that did not come from our own page: other host names, other sites, paths that climb."""

from __future__ import annotations

import socket
from functools import cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from rag.access_settings import words
from rag.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class HostNames:
    """The names this server answers to. Others are refused, so that no site can point its own name at us."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url)
        self._public = public.netloc.lower()
        named = {settings.host, public.hostname or "", "localhost", *words(settings.hosts), *_own_names()}
        self._names = {name.lower().rstrip(".") for name in named if name}

    def known(self, host: str) -> bool:
        """Tell whether a Host header names us; a bare address always does, since no other site can own it."""
        try:
            name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        except ValueError:
            return False
        return name in self._names or _is_address(name)

    def crosses_sites(self, headers: Headers, *, login: bool) -> bool:
        """Tell whether another site made the browser send this request.

        Args:
            headers: of a request that changes something.
            login: the browser's own login came along, so the request has to prove where it comes from; a program that
                sends neither header uses an API key.
        """
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return login
        try:
            netloc = urlsplit(origin).netloc.lower()
        except ValueError:
            return True
        ours = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower(), self._public}
        return not netloc or netloc not in ours


def climbs(path: str) -> bool:
    """Tell whether a path (decoded) tries to leave its folder or smuggle characters."""
    return ".." in path.split("/") or any(char in path for char in "\\\0\r\n")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


@cache
def _own_names() -> frozenset[str]:
    name = socket.gethostname()
    return frozenset({name, name.partition(".")[0]})
