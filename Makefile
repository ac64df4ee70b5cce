# Every command a person runs is what CI runs. Needs Python >= 3.11, git and make; no root.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
MODEL ?= qwen2.5-coder-1.5b

.PHONY: help setup demo test check lint types contracts unit clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP)  ## Make .venv with everything a developer needs

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; install it (Debian: apt install python3-venv)." >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: setup  ## See it work: fetch the local model, carry a spec to a judged commit
	$(BIN)/journeyman model pull $(MODEL)
	$(BIN)/journeyman demo --model local:$(MODEL)

test: check unit  ## Lint, types, architecture contracts and the whole suite

check: lint types contracts

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contracts: setup
	$(BIN)/lint-imports --no-logo

unit: setup
	$(BIN)/journeyman model pull qwen2.5-coder-0.5b
	$(BIN)/pytest -n 2

clean:  ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
