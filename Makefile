# Every target sets up what it needs: a virtual environment in the checkout, from the locked and hashed requirements.
# Only Python 3.11+, make, git and the package registries are needed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE # where it is set, each of the many processes of the tests would compile everything again

VENV := .venv
BIN := $(VENV)/bin
MONTH ?= 2026-10
SAMPLE := out/sample
OUT ?= out/$(MONTH)
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PEERS := $(VENV)/.peers
MUTATION := $(VENV)/.mutation
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2])

.PHONY: help run flow test test-fast test-office test-matrix fuzz mutants lint format audit bench docs lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## Run the month on the sample data and say where the reports are
	@$(BIN)/bottleneck sample --out $(SAMPLE) > /dev/null
	@$(BIN)/bottleneck run --source $(SAMPLE) --month $(MONTH) --out $(OUT) --work out/work

flow: $(DEV) ## Run the parent flow on the embedded Kestra 2.0, on the sample data
	@$(BIN)/bottleneck flow provision
	@$(BIN)/bottleneck sample --out $(SAMPLE) > /dev/null
	@$(BIN)/bottleneck flow run flows/monthly_revenue.yml --input month=$(MONTH) --input source=$(CURDIR)/$(SAMPLE) \
	  --input store=$(CURDIR)/out/store --input notify=false --out out/flow

test: $(DEV) ## Run the whole test suite, the flow tests on both versions of Kestra included
	$(BIN)/bottleneck flow provision --no-archive
	@deploy/debian_command.sh chromium-headless-shell chromium-headless-shell > /dev/null
	@$(BIN)/python -m pytest tests/engine tests/flows --kestra 1.3.31 > $(VENV)/kestra-1.3.31.log 2>&1 & other=$$!; failed=0; \
	  $(BIN)/python -m pytest tests/engine tests/flows --kestra 2.0.0 || failed=1; \
	  wait $$other || failed=1; cat $(VENV)/kestra-1.3.31.log; exit $$failed
	@COVERAGE_FILE=$(VENV)/coverage.spark $(BIN)/python -m pytest tests/spark --cov --cov-report= > $(VENV)/spark.log 2>&1 & spark=$$!; failed=0; \
	  $(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/engine --ignore tests/flows --ignore tests/office --ignore tests/spark \
	    --cov --cov-report= || failed=1; \
	  wait $$spark || failed=1; cat $(VENV)/spark.log; exit $$failed
	$(BIN)/coverage combine --quiet --append $(VENV)/coverage.spark
	$(BIN)/coverage report --fail-under=95

test-office: $(DEV) ## Open both workbooks in LibreOffice, installed on the first call (about 110 MB)
	@deploy/debian_command.sh libreoffice-calc-nogui soffice > /dev/null
	$(BIN)/python -m pytest tests/office

test-fast: $(DEV) ## Run the unit and property tests, in under a minute
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/engine --ignore tests/flows --ignore tests/fuzz --ignore tests/faults \
	  --ignore tests/browser --ignore tests/spark -m "not slow"

test-matrix: $(DEV) ## Run the quick suite on the oldest and newest dependencies, on each Python to be had
	$(BIN)/python tests/release/matrix.py

fuzz: $(DEV) ## Look for faults with many more random inputs than the test suite
	BOTTLENECK_FAULTS=long $(BIN)/python -m pytest -n 2 tests/fuzz tests/faults tests/properties --hypothesis-profile=fuzz --timeout=0

mutants: $(MUTATION) ## Change the rules in one place at a time and list what no test notices (hours; a sample: docs/mutants.md)
	$(BIN)/python benchmarks/mutate.py $(MUTATE)
	$(BIN)/python docs/build.py mutants.md

lint: $(DEV) ## Check style, types, layers and docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/interrogate -q bottleneck_tasks

format: $(DEV) ## Format the code
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

audit: $(DEV) ## Look the locked versions up among the known vulnerabilities
	$(BIN)/pip-audit --disable-pip --require-hashes --strict --requirement deploy/requirements.txt

bench: $(DEV) $(PEERS) ## Measure every budget, and pandas and polars beside ours (BENCH="--products 100000")
	$(BIN)/python benchmarks/bench.py --peers $(PEERS) $(BENCH)

docs: $(DEV) ## Write the generated parts of the documents
	$(BIN)/python docs/build.py
	$(BIN)/bottleneck contracts export --out namespace_files/contracts

lock: $(DEV) ## Choose the newest versions again and lock them with their hashes
	$(BIN)/uv pip compile -q --upgrade $(LOCK) -o deploy/requirements.txt
	$(BIN)/uv pip compile -q --upgrade $(LOCK) --group dev --all-extras -o deploy/requirements-dev.txt
	$(BIN)/uv pip compile -q --upgrade --group pyproject.toml:bench $(wordlist 2,99,$(LOCK)) -o deploy/requirements-bench.txt
	$(BIN)/uv pip compile -q --upgrade --group pyproject.toml:mutation --constraint deploy/requirements-dev.txt $(wordlist 2,99,$(LOCK)) -o deploy/requirements-mutation.txt
	@bash deploy/install.sh $(VENV) deploy/requirements-dev.txt
	$(BIN)/python deploy/licences.py

clean: ## Remove what was made, the virtual environment included
	rm -rf $(VENV) out work .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

LOCK := pyproject.toml --universal --generate-hashes --python-version 3.11 --no-annotate --custom-compile-command "make lock"

$(BIN)/python:
	@for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c '$(SUPPORTED)' 2> /dev/null; then exec "$$candidate" -m venv $(VENV); fi; \
	done; echo "error: Python 3.11 or newer is needed; name one with make PYTHON=/path/to/python" >&2; exit 1

$(RUNTIME): $(BIN)/python deploy/requirements.txt pyproject.toml
	@bash deploy/install.sh $(VENV) deploy/requirements.txt
	@touch $@

$(DEV): $(BIN)/python deploy/requirements-dev.txt pyproject.toml
	@bash deploy/install.sh $(VENV) deploy/requirements-dev.txt
	@touch $@ $(RUNTIME)

$(MUTATION): $(DEV) deploy/requirements-mutation.txt
	@bash deploy/install.sh $(VENV) deploy/requirements-mutation.txt
	@touch $@

$(PEERS): $(DEV) deploy/requirements-bench.txt
	@rm -rf $@ && $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --target $@ --requirement deploy/requirements-bench.txt
