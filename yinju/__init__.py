"""yinju 引据: searches Chinese government work reports and cites them, paragraph by paragraph.

``yinju.open()`` opens an index; docs/python.md shows what can be asked. The names are those of
``yinju.public``, loaded when the first of them is used: a command starts sooner without them, and
can tell of a Ctrl-C.
"""

from importlib import import_module

TYPE_CHECKING = False  # True for type checkers; the module ``typing`` takes time to load

if TYPE_CHECKING:
    from yinju.public import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        public = import_module("yinju.public")
        if name != "__all__" and name not in public.__all__:
            raise AttributeError(f"module 'yinju' has no attribute {name!r}")
        return getattr(public, name)


def __dir__() -> list[str]:
    return list(import_module("yinju.public").__all__)
