"""The server of the tools, on the official package: what is offered, and how errors are told.

An answer is one JSON text, and the same as structured content. An error that is meant for a person
becomes an error of the tool, in Chinese; nothing else about a fault reaches a client.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from engine.errors import NotFound, QueryError, YinjuError
from search_app.holder import EngineHolder
from search_app.params import unknown_name
from yinju.assistant.shaping import NOTICE
from yinju.assistant.tools import Tools

TITLES: Mapping[str, str] = {
    "search": "检索段落",
    "fetch": "取全文",
    "count": "计数",
    "trend": "逐年趋势",
    "values": "找数值",
    "verify_quote": "核对引文",
    "cite": "引用",
}
INSTRUCTIONS = (
    "引据逐段检索中国各级政府和部门的工作报告。数目都是准确的，段落的网址是永久链接。"
    "用法：search 找段落，fetch 看全文，count 计数，trend 看逐年比例，values 找数值，"
    "verify_quote 核对引文，cite 给引用。写进回答的数目照录 total、reports；"
    "引文照录 fetch 的 text，核对过再写，并附网址。"
    f"所有工具只读。{NOTICE}"
)


class AssistantServer(MCPServer[Any]):
    """The server; its calls refuse unknown arguments, and answer compactly."""

    def __init__(self, holder: EngineHolder, root: str) -> None:
        super().__init__(
            "yinju",
            title="引据",
            instructions=INSTRUCTIONS,
            version=version("yinju"),
            log_level="WARNING",
            subscriptions=False,
        )
        self._holder = holder
        tools = Tools(holder, root)
        for name, title in TITLES.items():
            tool = getattr(tools, name)
            self.add_tool(
                tool,
                title=title,
                description=_described(tool),
                annotations=_read_only(title),
                structured_output=True,
            )

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The answer of a tool, as one JSON text and as structured content."""
        try:
            await self._refuse_unknown(name, arguments)
            result = await super().call_tool(name, arguments, context)
        except QueryError as error:
            return _failure(str(error))
        except ToolError as error:
            return self._told(error)
        assert isinstance(result, CallToolResult)
        text = json.dumps(result.structured_content, ensure_ascii=False)
        return CallToolResult(
            content=[TextContent(text=text)], structured_content=result.structured_content
        )

    async def _refuse_unknown(self, name: str, arguments: Mapping[str, object]) -> None:
        """Raise ``QueryError`` for a tool or an argument that there is not.

        The package passes over unknown arguments, and a filter that is passed over gives a wrong
        number.
        """
        schemas = {tool.name: tool.input_schema for tool in await self.list_tools()}
        if name not in schemas:
            raise QueryError(f"没有“{name[:30]}”这个工具", f"可用 {'、'.join(schemas)}")
        known = schemas[name]["properties"]
        for argument in arguments:
            if argument not in known:
                raise unknown_name(argument, tuple(known))

    def _told(self, error: ToolError) -> CallToolResult:
        """A failure as the client is told it; raises what is a fault of the program."""
        cause = error.__cause__
        if isinstance(cause, ValidationError):
            return _failure("；".join(_fault(each) for each in cause.errors()))
        if not isinstance(cause, YinjuError):
            raise error
        if not isinstance(cause, QueryError | NotFound):
            self._holder.drop()  # the next call opens the index anew
        return _failure(str(cause))


def _described(tool: Callable[..., object]) -> str:
    """The docstring of a tool, each paragraph on one line."""
    return re.sub(r"(?<!\n)\n(?!\n)", "", inspect.getdoc(tool) or "")


def _read_only(title: str) -> ToolAnnotations:
    return ToolAnnotations(
        title=title,
        read_only_hint=True,
        destructive_hint=False,
        idempotent_hint=True,
        open_world_hint=False,
    )


def _failure(message: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=message)], is_error=True)


def _fault(error: Mapping[str, Any]) -> str:
    """What is wrong with an argument."""
    name = error["loc"][0]
    if error["type"] == "missing":
        return f"缺少参数 {name}"
    return f"参数 {name} 的值不对（{error['msg']}）"
