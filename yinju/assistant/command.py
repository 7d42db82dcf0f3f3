"""``yinju mcp``: the tools for assistants on the standard streams; ``serve --mcp`` adds a route."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from engine.errors import YinjuError

if TYPE_CHECKING:
    from flask import Flask

    from search_app.holder import EngineHolder
    from yinju.assistant.server import AssistantServer


def make_server(holder: EngineHolder, root: str) -> AssistantServer:
    """The server of the tools; raises ``YinjuError`` where its package is not installed."""
    try:
        from yinju.assistant.server import AssistantServer
    except ModuleNotFoundError as error:
        message = "给助手用的工具还缺一个程序包；请运行：pip install 'yinju[mcp]'"
        raise YinjuError(message) from error
    return AssistantServer(holder, root)


def add_tools(app: Flask, address: str) -> None:
    """Offer the tools beside the pages of an app, whose server listens at ``address``.

    Raises ``YinjuError`` where their package is not installed.
    """
    from search_app import site

    root = site.stated_url() or address
    server = make_server(app.extensions["yinju"], root)
    from yinju.assistant.route import add_route  # after it is known that the package is there

    add_route(app, server, (root, address))


@click.command("mcp")
def mcp(location: str) -> None:
    """给人工智能助手提供检索、计数、核对、引用等工具（MCP，标准输入输出）。

    由助手的程序启动，不必自己运行；要经网络提供，用 yinju serve --mcp。
    """
    from engine.engine import reporting_compilation, warm_up
    from search_app import site
    from search_app.holder import EngineHolder
    from search_app.terminal import say_compiling

    root = site.stated_url() or site.DEFAULT_URL
    server = make_server(EngineHolder(None, location, warm_up), root)
    if sys.stdin.isatty():
        click.echo("等助手的程序从标准输入发来请求；按 Ctrl-C 停止", err=True)
    with reporting_compilation(say_compiling):
        server.run("stdio")
