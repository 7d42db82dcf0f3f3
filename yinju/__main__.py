"""The entry of the command line, also as ``python -m yinju``.

It loads nothing before it can tell of a Ctrl-C.
"""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from yinju.cli import main as run

        run()
    except KeyboardInterrupt:  # while the modules are loaded
        sys.stderr.write("已中断\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
