# 数证 shuzheng. `make help` lists the targets. / `make help` 列出所有目标。
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install install-dev run test lint check bench bench-page screenshots docs constraints clean

PYTHON ?= python3
VENV   ?= .venv
LLM    ?=
ARGS   ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WITH_LLM := $(if $(LLM),SHUZHENG_LLM=$(LLM))

help: ## 显示本说明 / show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.installed ## 建立 .venv 并安装 / create .venv and install

install-dev: $(VENV)/.installed-dev ## 再装开发工具 / add the development tools

run: install ## 安装、取模型、建索引、打开网页（LLM=none 不用大模型） / install, fetch models, index, serve the page
	@$(WITH_LLM) $(BIN)/shuzheng ui $(ARGS)

test: install-dev ## 全部测试 / the whole test suite
	$(BIN)/python -m pytest -m "" $(ARGS)

lint: install-dev ## 风格与类型 / style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint ## 提交前检查：风格、类型、快速测试和文档 / before a commit: style, types, fast tests, docs
	$(BIN)/python -m pytest -m "not slow and not needs_models and not browser" $(ARGS)

bench: install ## 测速 / benchmarks
	$(BIN)/python -m eval.bench $(ARGS)

bench-page: install-dev ## 测对话页：首次绘制、首个核对过的数字、20 人同时用（ARGS="--users 20 --seconds 600"） / measure the page in a browser and under load
	$(BIN)/python -m ui.load --start --chromium "$$(command -v chromium || command -v google-chrome)" $(ARGS)

screenshots: install-dev ## 每一页的截图放进 screenshots/ / pictures of every page
	SHUZHENG_SCREENSHOTS=screenshots $(BIN)/python -m pytest -q -m "" tests/ui/test_every_page.py

docs: install ## 重新生成 docs/cli.md / regenerate docs/cli.md
	$(BIN)/python docs/generate_cli.py

constraints: install-dev ## 记下本机测试过的版本 / write down the versions tested here
	$(PIP) freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==' | sed 's/+.*//' | sort -f > constraints.tmp
	mv constraints.tmp constraints.txt

clean: ## 删除 .venv 和缓存（不动索引和模型） / remove .venv and caches, not index or models
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build ./*.egg-info

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "需要 Python 3.11 或更新的版本，而 $(PYTHON) 不是；请安装后用 make PYTHON=python3.11 指定。"; \
	  echo "Python 3.11 or newer is needed and $(PYTHON) is not; name one with make PYTHON=python3.11."; exit 1; } >&2
	@# Debian ships venv without ensurepip: its own pip then puts one into the new environment.
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { $(PYTHON) -m venv --clear --without-pip $(VENV) \
	  && $(PYTHON) -m pip --python $(VENV)/bin/python install -q pip; }
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/.created
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt $(VENV)/.installed
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@
