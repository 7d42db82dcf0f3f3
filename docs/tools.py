"""Writes the list of tools into docs/assistants.md, from the tools themselves.

Run it after a change of the tools: ``python docs/tools.py``. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio

from engine.engine import warm_up
from search_app import site
from search_app.holder import EngineHolder
from yinju.assistant.server import AssistantServer

PAGE = Path(__file__).parent / "assistants.md"
_MARK = "<!-- Made by docs/tools.py from the tools themselves. -->\n"


def page(text: str) -> str:
    """The text of the page with the present list of tools at its end."""
    server = AssistantServer(EngineHolder(None, "index", warm_up), site.DEFAULT_URL)
    tools = anyio.run(server.list_tools)
    return text[: text.index(_MARK)] + _MARK + "".join(map(_section, tools))


def _section(tool: Any) -> str:
    lines = [f"\n### `{tool.name}` {tool.title}\n", tool.description, ""]
    lines += ["| argument | | |", "|---|---|---|"]
    required = tool.input_schema["required"]
    for name, schema in tool.input_schema["properties"].items():
        need = "required" if name in required else _default(schema["default"])
        lines.append(f"| `{name}` | {_type(schema)}, {need} | {_cell(schema['description'])} |")
    lines += ["", f"Answers with {_keys(tool.output_schema)}.", ""]
    return "\n".join(lines)


def _default(value: object) -> str:
    return f"`{value}` unless told" if value not in ("", False) else "optional"


def _type(schema: Mapping[str, Any]) -> str:
    """The type of an argument: ``string or array of string``."""
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if schema["type"] == "array":
        items = _type(schema["items"])
        return f"array of ({items})" if " or " in items else f"array of {items}"
    return str(schema["type"])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _keys(schema: Mapping[str, Any]) -> str:
    """The keys of an answer; those of the objects in a list stand in brackets."""
    parts = schema.get("$defs", {})
    return ", ".join(_key(name, each, parts) for name, each in schema["properties"].items())


def _key(name: str, schema: Mapping[str, Any], parts: Mapping[str, Any]) -> str:
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    if not reference:
        return f"`{name}`"
    inside = parts[reference.rpartition("/")[2]]["properties"]
    return f"`{name}` ({', '.join(_key(key, each, parts) for key, each in inside.items())})"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
