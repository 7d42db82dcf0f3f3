"""Runs the command line: ``python -m yinju``."""

from yinju.cli import main

main()
