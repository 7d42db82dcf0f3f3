# Two commands for people, the rest for those who work on yinju:
#
#   make serve           install, index corpus/, open the page     (PORT=9000 for another port)
#   make test            install what the tests need, run them
#
# Needs make and Python 3.10 or newer (PYTHON=python3.12 names one), nothing else.

PYTHON = python3
PORT = 8000

BIN = .venv/bin
METADATA = setup.cfg pyproject.toml
QUIET_PIP = PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq

.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help serve index port test test-shared test-oracle test-browser test-citing test-cluster test-faults check bench bench-cluster screenshots clean

help:
	@sed -n 's/^#   //p' Makefile

# What would end in pages of traceback is one line here, before anything is installed.
# (The last command keeps the status from being 127, at which make prints by itself.)
PYTHON_SAYS = $(shell { $(PYTHON) -c '$(ABOUT)'; } 2>&1 || true)
ABOUT = import sys; print("old" if sys.version_info < (3, 10) else "new"); import ensurepip, venv
NEED_NEW = 需要 Python 3.10 或更新的版本，$(PYTHON) 不是或没有；请安装，或写明 make PYTHON=python3.12 \
	(needs Python 3.10 or newer)
NEED_VENV = $(PYTHON) 缺少 venv；请安装后再试，Debian 和 Ubuntu 上是 apt install python3-venv \
	($(PYTHON) has no venv)
need_python = $(call need_these,$(PYTHON_SAYS))
need_these = $(if $(filter new,$1),$(if $(filter ImportError: ModuleNotFoundError:,$1),$(error $(NEED_VENV))),$(error $(NEED_NEW)))

PORT_SAYS = $(shell { $(PYTHON) -c '$(BIND)' && echo free; } 2>/dev/null || true)
BIND = import socket; s = socket.socket(); \
	s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", int("$(PORT)")))
NEED_PORT = 端口 $(PORT) 用不了，多半已被占用；请换一个，例如 make serve PORT=8080 (port $(PORT) is not free)
need_port = $(if $(filter free,$(PORT_SAYS)),,$(error $(NEED_PORT)))

# The stamps tell what is installed, so that a second run starts at once.
.venv/.installed: $(METADATA)
	$(need_python)
	@echo '正在安装到 .venv，约需一分钟 (installing into .venv) …'
	@$(PYTHON) -m venv .venv
	@$(QUIET_PIP) --editable .
	@touch $@

.venv/.dev: .venv/.installed
	@echo '正在安装测试所需 (installing what the tests need) …'
	@$(QUIET_PIP) --editable '.[dev]'
	@touch $@

serve: port index
	@$(BIN)/yinju serve --port $(PORT)

# Status 3: some files could not be read. Each was named; the others are indexed.
index: .venv/.installed
	@$(BIN)/yinju index || test $$? -eq 3

port:
	$(need_python)
	$(need_port)

# As many processes as processors; what a file's tests share is made in one of them. Files of few
# tests are no shorter than others, so they are not kept for the end.
PARALLEL = --numprocesses auto --dist loadscope --no-loadscope-reorder

test: .venv/.dev
	@$(BIN)/python -m pytest -q $(PARALLEL) -m 'not shared and not browser and not oracle'

# What reads the real reports of ../shared; all skipped where these are not.
test-shared: .venv/.dev
	@if [ ! -d ../shared ]; then echo '../shared is not here: the tests marked "shared" are skipped'; fi
	@$(BIN)/python -m pytest -q $(PARALLEL) -m 'shared and not browser and not oracle'

# Stock Whoosh and columns over 20,000 paragraphs of ../shared/reports; some minutes.
test-oracle: .venv/.dev
	@$(BIN)/python -m pytest -q -m oracle

# Needs chromium (Debian: apt install chromium fonts-noto-cjk), or CHROMIUM=/path/of/one.
test-browser: .venv/.dev
	@$(BIN)/python -m pytest -q -m browser

# What pandoc makes of references, and Zotero, where ZOTERO_SERVER is the address of its
# translation-server. CSL_STYLES may name a folder of styles newer than those that are installed.
test-citing: .venv/.dev
	@$(QUIET_PIP) --editable '.[citing]'
	@$(BIN)/python -m pytest -q -rs -m citing

# Three OpenSearch nodes on this machine. Needs Maven (Debian: apt install maven), which fetches
# them the first time, and a JDK 21 or newer: JAVA_HOME, or the newest there is.
test-cluster: .venv/.dev
	@$(BIN)/python -m pytest -q -m cluster

# What is done to an index and its server when things go wrong; under ten minutes where nothing else
# runs. Ends with status 1 where a count is not 0. SEED=1 repeats a run, as it said its seed.
test-faults: .venv/.dev
	@PYTHONPATH=tests $(BIN)/python -m faults $(if $(SEED),--seed $(SEED))

# The gate; CI calls the same.
check: .venv/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory test test-shared

# Over ../shared/reports; each engine is asked the same and must answer the same. Lucene takes part
# where Maven and a JDK 21 or newer are installed (see test-cluster).
bench: .venv/.dev
	@$(QUIET_PIP) --editable '.[bench]'
	@$(BIN)/python -m benchmarks.run --size 10000 --size 100000 --size 0 --size 1000000

# The same on a disk and on the cluster of test-cluster.
bench-cluster: .venv/.dev
	@$(BIN)/python tests/nodes.py $(BIN)/python -m benchmarks.run --part cluster \
		--peer columns --peer ours --peer opensearch --size 0 --size 1000000

screenshots: .venv/.dev
	@$(BIN)/python docs/screenshots.py

clean:
	@rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find index -type f ! -name README.md -exec rm -f {} +
