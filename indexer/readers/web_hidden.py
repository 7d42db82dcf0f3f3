"""Which elements of a web page a reader does not see.

Pages carry second copies for telephones, texts for the share button and remarks of their
editors, which a style hides. Attributes, inline styles and the simple rules of ``<style>``
are heeded; rules for print or for narrow screens are not, nor what a script does later.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from lxml.html import HtmlElement

_HIDING = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all)",
    re.IGNORECASE,
)
_SHOWING = re.compile(r"(?:^|[;\s])(?:display\s*:(?!\s*none)|visibility\s*:\s*visible)", re.I)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_STRUCK_TAGS = ("del", "s", "strike")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SIMPLE_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)

_MAX_OF_A_NAME = 20  # selectors that name the same class or id

_Selector = tuple[str, frozenset[str], frozenset[str]]  # tag or "", ids, classes


def hidden_test(page: HtmlElement, heed_aria: bool = True) -> Callable[[HtmlElement], bool]:
    """A function that tells whether an element is hidden or struck out by itself.

    ``heed_aria``: ``aria-hidden`` counts. Screen readers skip such an element; it mostly holds
    a copy, but a page that was saved while a dialog was open bears it on its whole text.
    """
    css = "\n".join(style.text or "" for style in page.iter("style"))
    hiding, showing = _Selectors(), _Selectors()
    for selectors, declarations in _rules(_CSS_COMMENT.sub("", css)):
        if _HIDING.search(declarations):
            hiding.add(selectors)
        elif _SHOWING.search(declarations):
            showing.add(selectors)

    def is_hidden(element: HtmlElement) -> bool:
        style = element.get("style") or ""
        return (
            is_struck_out(element)
            or element.get("hidden") is not None
            or (heed_aria and element.get("aria-hidden") == "true")
            or (style != "" and _HIDING.search(style) is not None)
            or (hiding.match(element) and not showing.match(element))
        )

    return is_hidden


def is_struck_out(element: HtmlElement) -> bool:
    """Whether an element is text that was taken back, and still shows how it was."""
    return element.tag in _STRUCK_TAGS or _STRUCK.search(element.get("style") or "") is not None


def _rules(css: str) -> Iterator[tuple[list[_Selector], str]]:
    """The rules outside ``@`` blocks, with those of their selectors that are simple."""
    selectors, depth = "", 0  # depth: of blocks inside an @ block
    pieces = re.split(r"([{}])", css)
    for text, brace in zip(pieces[::2], pieces[1::2], strict=False):
        if brace == "}":
            if depth:
                depth -= 1
            else:
                yield list(_simple(selectors)), text
        elif depth or text.rpartition(";")[2].strip(" \t\r\n<!->").startswith("@"):
            depth += 1
        else:
            selectors = text.rpartition(";")[2].strip(" \t\r\n<!->")


def _simple(selectors: str) -> Iterator[_Selector]:
    for selector in selectors.split(","):
        match = _SIMPLE_SELECTOR.fullmatch(selector.strip())
        if match and match[2]:
            names = re.findall(r"[.#][\w-]+", match[2])
            ids = frozenset(name[1:] for name in names if name[0] == "#")
            classes = frozenset(name[1:] for name in names if name[0] == ".")
            yield (match[1] or "").lower(), ids, classes


class _Selectors:
    """Selectors by one of their names, so that an element is compared with few of them.

    Of those with the same name the first ``_MAX_OF_A_NAME`` count: no page has more, and a page
    of a stranger could let each of its elements be compared with as many as it likes.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, dict[_Selector, None]] = {}

    def add(self, selectors: Iterable[_Selector]) -> None:
        for selector in selectors:
            _, ids, classes = selector
            names = [*(f"#{name}" for name in ids), *(f".{name}" for name in classes)]
            rarest = min(names, key=lambda name: len(self._by_name.get(name, ())))
            others = self._by_name.setdefault(rarest, {})
            if len(others) < _MAX_OF_A_NAME:
                others[selector] = None

    def match(self, element: HtmlElement) -> bool:
        """Whether one of the selectors is true of an element."""
        if not self._by_name:
            return False
        classes = set((element.get("class") or "").split())
        name = element.get("id")
        return any(
            tag in ("", element.tag) and ids <= {name} and wanted <= classes
            for key in (f"#{name}", *(f".{each}" for each in classes))
            for tag, ids, wanted in self._by_name.get(key, ())
        )
