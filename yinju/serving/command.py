"""``yinju serve``: opens the index, then lets workers answer."""

from __future__ import annotations

import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import click

from engine.engine import reporting_compilation
from engine.errors import YinjuError
from yinju.serving.access_log import AccessLog
from yinju.serving.forwarding import Network, network
from yinju.serving.gate import Gate

if TYPE_CHECKING:
    from flask import Flask

_ALL_NETWORKS = ("", "0.0.0.0", "::")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_SMALL_INDEX = 20_000  # paragraphs; one processor answers for these


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes an app; ``folder`` is a private one that all workers write to."""

    location: str
    address: str
    folder: Path
    with_tools: bool
    with_metrics: bool
    gate: Gate
    log: AccessLog | None

    def app(self) -> Flask:
        """Raises ``YinjuError`` where a package is missing."""
        from search_app import create_app
        from search_app.check.limits import MAX_CHECKS
        from yinju.serving.turns import Slots, Turn

        tempfile.tempdir = str(self.folder)  # so nothing stays, not even of a killed worker
        app = create_app(
            location=self.location,
            address=self.address,
            turn=Turn(self.folder / "opening"),
            check_slot=Slots(self.folder, MAX_CHECKS).take,
        )
        if self.with_tools:
            from yinju.assistant.command import add_tools

            add_tools(app, self.address)
        if self.with_metrics:
            from yinju.serving.metrics import add_metrics

            add_metrics(app, self.folder)
        return app


def _network(value: str) -> Network:
    try:
        return network(value)
    except ValueError as error:
        raise click.BadParameter(
            f"“{value}”不是网络：请写成 10.1.0.0/16，或一个地址，如 10.1.2.3"
        ) from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option(
    "--workers", type=click.IntRange(1, 64), help="几个进程；不写则每核一个，小索引一个。"
)
@click.option("--mcp", "with_tools", is_flag=True, help="同时在 /mcp 给人工智能助手提供工具。")
@click.option(
    "--metrics", "with_metrics", is_flag=True, help="同时在 /metrics 给 Prometheus 提供统计数字。"
)
@click.option(
    "--proxy",
    "proxies",
    metavar="CIDR",
    type=_network,
    multiple=True,
    help="反向代理的地址或网络，可重复；只有它们写的 X-Forwarded-For、-Proto、-Host 才算数。",
)
@click.option(
    "--user-header",
    metavar="NAME",
    default="",
    help="反向代理用哪个请求头写明谁登录了；须同时写 --from。",
)
@click.option(
    "--from",
    "sign_on",
    metavar="CIDR",
    type=_network,
    multiple=True,
    help="管登录的反向代理的地址或网络，可重复；别处来的请求一概不答复。",
)
@click.option(
    "--access-log", "with_log", is_flag=True, help="每个请求在标准错误上记一行 JSON；不记检索词。"
)
@click.option("--log-queries", is_flag=True, help="同上，连同网址里 ? 之后的部分，即检索词。")
def serve(
    host: str,
    port: int,
    workers: int | None,
    with_tools: bool,
    with_metrics: bool,
    with_log: bool,
    log_queries: bool,
    proxies: tuple[Network, ...],
    user_header: str,
    sign_on: tuple[Network, ...],
    location: str,
) -> None:
    """打开检索页面。"""
    from search_app import site
    from yinju.serving.workers import Server

    _check_sign_on(user_header, sign_on)
    stated_url = site.stated_url()
    listener = _listen(host, port)
    listens_at, real_port = listener.getsockname()[:2]
    own_url = f"http://{_in_url(host)}:{real_port}"
    is_alone = ip_address(listens_at).is_loopback
    gate = Gate(stated_url, own_url, is_alone, proxies, user_header.lower(), sign_on)
    log = AccessLog(log_queries) if with_log or log_queries or user_header else None
    signal.signal(signal.SIGTERM, _end)  # until Granian listens, so that the folder is removed
    with TemporaryDirectory(prefix="yinju-") as folder:
        settings = Settings(location, own_url, Path(folder), with_tools, with_metrics, gate, log)
        app = settings.app()
        paragraphs = _open(app)
        click.echo(f"引据：{own_url}　按 Ctrl-C 停止", err=True)
        if not stated_url and listens_at in _ALL_NETWORKS:
            click.echo(
                "引用里的网址只有本机能打开；请把环境变量 YINJU_URL 设为大家访问的网址，如 https://example.org",
                err=True,
            )
        load, prepare = _worker_app(settings, app)
        Server(listener, _number_of_workers(workers, paragraphs), load, prepare).run()


def _end(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)


def _listen(host: str, port: int) -> socket:
    """Raises ``UsageError`` where the place is taken or not on this machine."""
    from yinju.serving.workers import listen

    try:
        return listen(host, port)
    except OSError as error:
        raise click.UsageError(
            f"{host}:{port} 用不了（{error.strerror}）；请换一个端口，例如 --port {port + 1}"
        ) from error


def _check_sign_on(user_header: str, networks: tuple[Network, ...]) -> None:
    """Raises ``UsageError`` where the options of sign-on do not fit together."""
    if bool(user_header) != bool(networks):
        raise click.UsageError(
            "--user-header 和 --from 要一起写：谁登录了写在哪个请求头里，信哪个地址写的，"
            "例如 --user-header X-Remote-User --from 127.0.0.1"
        )
    if user_header and not _HEADER_NAME.fullmatch(user_header):
        raise click.UsageError(
            f"--user-header 的“{user_header}”不能用：请求头的名称只有字母、数字和连字符，"
            "例如 X-Remote-User"
        )


def _open(app: Flask) -> int:
    """Open the app's index, if that can be; the number of its paragraphs."""
    from search_app import warm_up
    from search_app.terminal import say_compiling

    try:
        with reporting_compilation(say_compiling):
            warm_up(app)
        return app.extensions["yinju"].engine().overview().paragraphs  # type: ignore[no-any-return]
    except YinjuError as error:
        click.echo(error, err=True)
        return 0


def _number_of_workers(wanted: int | None, paragraphs: int) -> int:
    from yinju.serving.workers import MAX_WORKERS

    if wanted is None:
        wanted = _processors() if paragraphs >= _SMALL_INDEX else 1
    return min(wanted, MAX_WORKERS)


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _worker_app(
    settings: Settings, app: Flask
) -> tuple[Callable[[], Any], Callable[[bool], object]]:
    """What each worker calls for its app, and what the parent calls before workers begin."""
    from engine.opensearch.address import is_address
    from yinju.serving.workers import CAN_FORK

    if CAN_FORK and not is_address(settings.location):
        return partial(_asgi, settings, app), partial(_prepare, settings, app)
    app.extensions["yinju"].drop()  # connections and threads are not for several processes
    return partial(_load, settings), partial(_prepare, settings, None)


def _prepare(settings: Settings, app: Flask | None, after_death: bool) -> None:
    """``after_death`` says that a worker has died, perhaps of a file that it could not read."""
    from search_app import refresh

    if app:
        with suppress(YinjuError):  # pages say what is the matter
            refresh(app, check=after_death)
    if settings.with_metrics:
        from yinju.serving.metrics import forget_dead

        forget_dead(settings.folder)


def _load(settings: Settings) -> Any:
    """The app of a worker that opens the index itself."""
    from search_app import warm_up

    app = settings.app()
    with suppress(YinjuError):
        warm_up(app)
    return _asgi(settings, app)


def _asgi(settings: Settings, app: Flask) -> Any:
    """The app as a worker serves it."""
    from search_app import max_body_bytes
    from search_app.work import is_long
    from yinju.serving.asgi import Asgi
    from yinju.serving.upkeep import keep_up

    keep_up(app)
    return Asgi(app.wsgi_app, max_body_bytes, is_long, settings.gate, settings.log)


def _in_url(host: str) -> str:
    """A host as an address names it; this machine where the server listens to every network."""
    if host in _ALL_NETWORKS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
