# Every target sets up its own environment in .venv; a second call starts at once.
PYTHON ?= python3.11
ifeq (, $(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif
BIN := .venv/bin
RUNS := .venv/.runs
READY := .venv/.ready
QUESTIONS := tests/questions

# What a deployment installs; the simulator stays at home.
DEPLOYED := --extra web --extra followups --extra postgres --extra charts

.PHONY: run test lint types fix eval bench calibrate requirements licences ci clean

run: $(RUNS)
	@$(BIN)/nocrise run

test: $(READY)
	@$(BIN)/python -m pytest

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory types

types: $(READY)
	@$(BIN)/mypy bot benchmarks tools

fix: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

eval: $(READY)
	@for file in $(QUESTIONS)/*.jsonl; do echo "$$file"; $(BIN)/nocrise eval $$file; done

calibrate: $(READY)
	@$(BIN)/nocrise calibrate

bench: $(READY)
	@$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@$(BIN)/python benchmarks/matching.py

# The newest versions that fit pyproject.toml, for the Dockerfile and for platforms; the last line is the bot.
requirements: $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 $(DEPLOYED) \
		--custom-compile-command 'make requirements' --output-file requirements.txt pyproject.toml
	@echo . >> requirements.txt

# Every package that a deployment installs, with its licence.
licences: $(READY)
	@$(BIN)/python tools/licences.py > docs/dependencies.md

# What the whole bot needs, and then what its developers need.
$(RUNS): pyproject.toml
	@echo "Setting up .venv (once)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[full]'
	@touch $@

$(READY): $(RUNS)
	@echo "Setting up the development tools (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
