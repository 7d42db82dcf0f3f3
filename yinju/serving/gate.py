"""Decides before anything of a request is read whether it comes in.

A page of another site must not reach the server under a name of its own that it makes lead here
(DNS rebinding): where the address of the site is stated, no other host is answered; else, where
only this machine can connect, no name that somebody could have registered. Where a proxy signs
people on, only this proxy is answered, and only for somebody whom it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from yinju.serving.forwarding import (
    Address,
    Environment,
    Network,
    address,
    believe_proxies,
    is_in,
)

RawHeaders = Iterable[tuple[bytes, bytes]]

WRONG_HOST, NOT_SIGNED_ON = 421, 403  # statuses of refusals
METRICS = "/metrics"
_HEALTH = ("/healthz", "/readyz")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+?)\.?(?::([0-9]{1,5}))?")
# Numbers, names without a dot, or none at all: nobody can register these.
_LOCAL_HOST = re.compile(r"(?:\[[0-9a-f:.]+\]|[0-9.]*|[a-z0-9_-]+\.?)(?::[0-9]{1,5})?")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Gate:
    """``site`` is the stated address of the site or empty, ``own`` where the server listens.

    ``is_alone`` says that only this machine can connect. ``user_header`` in lower case, or empty,
    is believed from ``sign_on`` alone, and forwarded headers from ``proxies`` alone.
    """

    site: str = ""
    own: str = ""
    is_alone: bool = False
    proxies: tuple[Network, ...] = ()
    user_header: str = ""
    sign_on: tuple[Network, ...] = ()

    def admit(self, environment: Environment, headers: RawHeaders) -> int | None:
        """The status to refuse a request with, if it is refused.

        Its environment is made to say what is believed: ``REMOTE_ADDR`` the client,
        ``REMOTE_USER`` who signed on, the host, and the scheme that the client used.
        """
        peer = address(environment["REMOTE_ADDR"])
        believe_proxies(environment, self.proxies)
        if self.site:
            environment["wsgi.url_scheme"] = urlsplit(self.site).scheme
        if user := self._user(headers, peer):
            environment["REMOTE_USER"] = user
        if not self._is_own_host(environment, peer):
            environment.pop("HTTP_HOST", None)  # so that no answer can repeat it
            return WRONG_HOST
        if self.user_header and not user and not _needs_no_user(environment):
            return NOT_SIGNED_ON
        return None

    def _user(self, headers: RawHeaders, peer: Address | None) -> str:
        """Who signed on, as Latin-1; empty unless the proxy that does this names exactly one."""
        if not self.user_header or not is_in(peer, self.sign_on):
            return ""
        name = self.user_header.encode()
        users = [value.decode("latin-1").strip() for key, value in headers if key.lower() == name]
        return users[0] if len(users) == 1 else ""

    def _is_own_host(self, environment: Environment, peer: Address | None) -> bool:
        host = environment.get("HTTP_HOST", "").lower()
        is_local = _LOCAL_HOST.fullmatch(host) is not None
        if is_local and environment["PATH_INFO"] in (*_HEALTH, METRICS):
            return True
        if self.site:
            return _is_host_of(host, self.site)
        if not self.is_alone or is_in(peer, self.proxies):
            return True
        return is_local or _is_host_of(host, self.own)


def _needs_no_user(environment: Environment) -> bool:
    """Whether health is asked for, or figures from this machine."""
    path, client = environment["PATH_INFO"], address(environment["REMOTE_ADDR"])
    return path in _HEALTH or (path == METRICS and client is not None and client.is_loopback)


def _is_host_of(host: str, url: str) -> bool:
    parts = urlsplit(url)
    default = _PORTS[parts.scheme]
    return _name_and_port(host, default) == _name_and_port(parts.netloc.lower(), default)


def _name_and_port(host: str, default: int) -> tuple[str, int] | None:
    match = _HOST.fullmatch(host)
    return (match[1], int(match[2] or default)) if match else None
