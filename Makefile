# `make demo` and `make test` set up what they need, in .venv, from the package registry by name.
.PHONY: setup demo test check lint types docs bench golden lock clean
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

setup: .venv/.dev

# What running needs.
.venv/.run: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) install --require-hashes --requirement requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

# And what building needs besides.
.venv/.dev: .venv/.run requirements/dev.txt
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	touch $@

demo: .venv/.run
	$(BIN)/evenhand demo

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses 2

check: lint types docs test

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy
	$(BIN)/mypy training/linear

# Generated pages are what the code says, every documented command exists and runs.
docs: .venv/.dev
	$(BIN)/python docs/generate.py --check

bench: .venv/.dev
	for file in benchmarks/*.py; do $(BIN)/python $$file || exit 1; done

# Rewrite what people read and tests compare with; look at the diff before you commit it.
golden: .venv/.dev
	$(BIN)/python -m pytest --golden -q
	$(BIN)/python docs/generate.py

# Pin anew: hashes for every platform, no addresses. Needs the group `lock`.
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --quiet
lock: .venv/.dev
	$(COMPILE) --group build --output-file requirements/run.txt
	$(COMPILE) --group dev --output-file requirements/dev.txt
	$(COMPILE) --group training --output-file requirements/training.txt
	$(COMPILE) --extra peers --output-file requirements/peers.txt

clean:
	rm -rf .venv demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
