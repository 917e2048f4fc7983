# Everything a contributor runs; `make` alone lists it. A target that needs the virtual environment makes it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PIP    := python -m pip install --quiet --quiet --disable-pip-version-check
UV     := uv==0.13.9
ARGS   ?=
SEED   ?= 1
PACK   ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test thorough check bench snapshot wheel-test lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## build the embedded snapshot and write begat-report.html here
	@$(BIN)/begat demo

test: $(STAMP) ## run the tests, in one process more than cores; ARGS="-k lineage" passes options to pytest
	@$(BIN)/pytest -q -n $$($(BIN)/python -c "import os; print(os.cpu_count() + 1)") --dist loadfile --randomly-seed=$(SEED) $(ARGS)

thorough: export HYPOTHESIS_PROFILE = thorough
thorough: SEED = $(shell od -An -N4 -tu4 /dev/urandom | tr -d " ")
thorough: test ## the same with new values each time, a thousand for a law, in another order, and the costly tests in full

check: $(STAMP) ## style, types, import direction, generated vocabulary
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy --strict src
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/make_vocab.py --check
	@$(BIN)/python tools/make_commands.py --check
	@$(BIN)/python tools/make_queries.py --check

bench: $(STAMP) ## run every benchmarks/bench_*.py
	@set -e; for file in benchmarks/bench_*.py; do \
	  test -e "$$file" || { echo "bench: benchmarks/ holds no bench_*.py" >&2; exit 1; }; \
	  echo "== $$file"; $(BIN)/python "$$file"; \
	done

# Asks for the folder first: without one, nothing is installed.
snapshot: $(if $(and $(PACK),$(wildcard $(PACK)/.)),$(STAMP)) ## rebuild data/snapshot from a data pack: PACK=DIR
	@test -n "$(PACK)" || { \
	  echo "snapshot: needs a data pack, a folder laid out like ../shared/data:" >&2; \
	  echo "          make snapshot PACK=../shared/data" >&2; exit 2; }
	@test -d "$(PACK)" || { echo "snapshot: no folder at $(PACK)" >&2; exit 2; }
	@rm -rf build/snapshot
	@$(BIN)/begat import pack "$(PACK)" --output build/snapshot
	@rm -rf build/before && { test ! -e data/snapshot || mv data/snapshot build/before; }
	@mv build/snapshot data/snapshot && rm -rf build/before

# The wheel is built from the sdist and installed with its own declared dependencies only, so a file or
# a dependency that is missing from either shows. The pins carry no hashes here because pip accepts none
# for packages that it finds by resolving; the same files passed `--require-hashes` for $(VENV).
wheel-test: $(STAMP) ## install the built wheel into a fresh environment and run the demo there
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; trap 'exit 130' INT TERM; \
	echo "wheel-test: building"; \
	$(BIN)/python -m hatchling build -t sdist -d "$$tmp" > "$$tmp/log" 2>&1 || { cat "$$tmp/log"; exit 1; }; \
	$(BIN)/python -m pip wheel --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  --wheel-dir "$$tmp" "$$tmp"/begat-*.tar.gz; \
	sed -e 's/ *\\$$//' -e '/--hash=/d' constraints.txt > "$$tmp/pins.txt"; \
	echo "wheel-test: installing $$(basename "$$tmp"/*.whl)"; \
	$(BIN)/python -m venv "$$tmp/venv"; \
	"$$tmp/venv/bin/"$(PIP) -c "$$tmp/pins.txt" "$$tmp"/*.whl; \
	mkdir "$$tmp/home" "$$tmp/here"; cd "$$tmp/here"; \
	echo "wheel-test: begat demo in an empty folder"; \
	env -u PYTHONPATH BEGAT_HOME="$$tmp/home" "$$tmp/venv/bin/begat" demo > "$$tmp/log" 2>&1 \
	  || { cat "$$tmp/log"; exit 1; }; \
	test -s begat-report.html || { echo "wheel-test: the demo wrote no begat-report.html" >&2; exit 1; }; \
	echo "wheel-test: passed"

lock: ## resolve constraints.txt anew, changing as little as needed; ARGS=--upgrade takes newer releases
	@set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; trap 'exit 130' INT TERM; \
	$(PYTHON) -m venv "$$tmp/venv"; "$$tmp/venv/bin/"$(PIP) $(UV); \
	test ! -e constraints.txt || cp constraints.txt "$$tmp/locked.txt"; \
	echo hatchling | "$$tmp/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 \
	  --fork-strategy fewest --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra test $(ARGS) -o "$$tmp/locked.txt" pyproject.toml -; \
	{ echo "# Exact versions and hashes for running, testing and building begat. Written by \`make lock\`."; \
	  cat "$$tmp/locked.txt"; } > "$$tmp/constraints.txt"; \
	cp "$$tmp/constraints.txt" constraints.txt; \
	echo "lock: $$(grep -c == constraints.txt) pins in constraints.txt"

clean: ## remove caches, builds and reports (.venv stays)
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache begat-report.html
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "begat needs Python 3.11 or newer, for example: make PYTHON=python3.12" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the locked packages into $(VENV)"
	@$(BIN)/$(PIP) --require-hashes -r constraints.txt
	@$(BIN)/$(PIP) --no-deps --no-build-isolation -e .
	@touch $@
