# Lvlian 铝链. `make help` lists what there is; every target but `lock` needs only Python 3.11 or later and make.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# More than a small machine has cores: the tests of pages and processes mostly wait.
WORKERS ?= 3
OUT ?= out/demo
PORT ?= 8000
DEMO ?=
# The stamp carries the sum of the lock and of the project file: a changed lock installs again, anything else does not.
SUM := $(shell cat requirements/dev.txt pyproject.toml 2>/dev/null | cksum | tr ' ' '-')
STAMP := $(VENV)/.installed-$(SUM)
BENCH_SUM := $(shell cat requirements/bench.txt requirements/dev.txt 2>/dev/null | cksum | tr ' ' '-')
BENCH_STAMP := $(VENV)/.bench-$(BENCH_SUM)
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: help install demo test lint bench docs lock clean

help: ## what can be made here
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## .venv with everything needed to run and to test, from the hash-locked list

$(STAMP):
	@sh tools/install.sh $(VENV)
	@rm -f $(VENV)/.installed-*
	@touch $@

demo: install ## brief the sample plan and the five regions, and open the site on them (DEMO=once: fetch one page, end)
	@BIN=$(BIN) PORT=$(PORT) DEMO=$(DEMO) sh tools/demo.sh $(OUT)

test: install ## the whole suite
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses=4

lint: install ## ruff, mypy --strict, the floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BENCH_STAMP): $(STAMP)
	@$(BIN)/python -m pip -qq --disable-pip-version-check install --require-hashes -r requirements/bench.txt
	@rm -f $(VENV)/.bench-*
	@touch $@

bench: $(BENCH_STAMP) ## measure, and write the figures into docs/performance.md
	$(BIN)/python -m benchmarks

docs: install ## the site under site/, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

lock: ## renew requirements/*.txt from pyproject.toml (needs uv and the network)
	$(COMPILE) pyproject.toml --extra web --output-file requirements/base.txt
	$(COMPILE) pyproject.toml --extra web --extra dev --constraints requirements/base.txt --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --extra bench --constraints requirements/dev.txt --output-file requirements/bench.txt

clean: ## everything that was made, but not .venv
	rm -rf site out dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
