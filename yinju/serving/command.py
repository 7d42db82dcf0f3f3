"""``yinju serve``: opens the index, then lets workers answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from engine.engine import reporting_compilation
from engine.errors import YinjuError

if TYPE_CHECKING:
    from flask import Flask

_ALL_NETWORKS = ("", "0.0.0.0", "::")
_SMALL_INDEX = 20_000  # paragraphs; one processor answers for these


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes an app; ``folder`` is a private one that all workers write to."""

    location: str
    address: str
    folder: Path
    with_tools: bool
    with_metrics: bool

    def app(self) -> Flask:
        """Raises ``YinjuError`` where a package is missing."""
        from search_app import create_app
        from yinju.serving.turns import Turn

        turn = Turn(self.folder / "opening")
        app = create_app(location=self.location, address=self.address, turn=turn)
        if self.with_tools:
            from yinju.assistant.command import add_tools

            add_tools(app, self.address)
        if self.with_metrics:
            from yinju.serving.metrics import add_metrics

            add_metrics(app, self.folder)
        return app


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
def serve(
    host: str, port: int, workers: int | None, with_tools: bool, with_metrics: bool, location: str
) -> None:
    """打开检索页面。"""
    from search_app import site
    from yinju.serving.workers import Server, listen

    stated_url = site.stated_url()
    try:
        listener = listen(host, port)
    except OSError as error:
        raise click.UsageError(
            f"{host}:{port} 用不了（{error.strerror}）；请换一个端口，例如 --port {port + 1}"
        ) from error
    own_url = f"http://{_in_url(host)}:{listener.getsockname()[1]}"
    with TemporaryDirectory(prefix="yinju-") as folder:
        settings = Settings(location, own_url, Path(folder), with_tools, with_metrics)
        app = settings.app()
        paragraphs = _open(app)
        click.echo(f"引据：{own_url}　按 Ctrl-C 停止", err=True)
        if not stated_url and listener.getsockname()[0] in _ALL_NETWORKS:
            click.echo(
                "引用里的网址只有本机能打开；请把环境变量 YINJU_URL 设为大家访问的网址，如 https://example.org",
                err=True,
            )
        load, prepare = _worker_app(settings, app)
        Server(listener, _number_of_workers(workers, paragraphs), load, prepare).run()


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


def _worker_app(settings: Settings, app: Flask) -> tuple[Callable[[], Any], Callable[[], object]]:
    """What each worker calls for its app, and what the parent calls before workers begin."""
    from engine.opensearch.address import is_address
    from yinju.serving.workers import CAN_FORK

    if CAN_FORK and not is_address(settings.location):
        return partial(_asgi, app), partial(_prepare, settings, app)
    app.extensions["yinju"].drop()  # connections and threads are not for several processes
    return partial(_load, settings), partial(_prepare, settings, None)


def _prepare(settings: Settings, app: Flask | None) -> None:
    from search_app import refresh

    if app:
        with suppress(YinjuError):  # pages say what is the matter
            refresh(app)
    if settings.with_metrics:
        from yinju.serving.metrics import forget_dead

        forget_dead(settings.folder)


def _load(settings: Settings) -> Any:
    """The app of a worker that opens the index itself."""
    from search_app import warm_up

    app = settings.app()
    with suppress(YinjuError):
        warm_up(app)
    return _asgi(app)


def _asgi(app: Flask) -> Any:
    from search_app import max_body_bytes
    from search_app.work import is_long
    from yinju.serving.asgi import Asgi

    return Asgi(app.wsgi_app, max_body_bytes, is_long)


def _in_url(host: str) -> str:
    """A host as an address names it; this machine where the server listens to every network."""
    if host in _ALL_NETWORKS:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
