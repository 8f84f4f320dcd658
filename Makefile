# Two commands do everything: `make demo` shows it, `make test` proves it.
# Only Python 3.11, git and make are needed beforehand; `make tools` gets the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Tests start hundreds of processes: without its bytecode each would compile the source anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help tools demo screenshots test lint bench torture build lock clean

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "truegreen needs Python 3.11 or newer: make PYTHON=python3.11 …" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

tools: ## install Prometheus, Alertmanager, Chromium and PostgreSQL, or say what to install
	@sh .ci/tools

demo: $(READY) tools ## run the example company end to end (FOR=4m ends by itself)
	$(BIN)/truegreen demo --dir build/demo --report build/report.html $(if $(FOR),--for $(FOR))

screenshots: $(READY) tools ## run the example company for 6 minutes, and take a picture of every board
	$(BIN)/truegreen demo --for 6m --pictures build/pictures

# Three workers for two cores: tests of real servers mostly wait, and one of them for minutes.
test: $(READY) tools lint ## run every check and test
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

lint: $(READY) ## ruff, mypy strict and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## measure, as ratios against a named peer in the same run
	@for bench in tests/bench/bench_*.py; do $(BIN)/python $$bench || exit 1; done

torture: $(READY) tools ## long campaigns: broken definitions, planted faults, many histories
	@for campaign in tests/torture/torture_*.py; do $(BIN)/python $$campaign || exit 1; done

build: $(READY) ## compile the example company and refresh what is committed of it
	$(BIN)/truegreen schema > definitions/truegreen.schema.json
	$(BIN)/truegreen schema --format markdown > definitions/REFERENCE.md
	$(BIN)/python -m truegreen_definitions.manual > definitions/CHECKS.md
	$(BIN)/truegreen build definitions/acme -o build
	cp build/grafana/*.json dashboards/generated/
	cp build/prometheus/rules/*.yml dashboards/generated/

lock: ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade -o requirements.lock

clean: ## remove what the other targets made
	rm -rf build dist $(VENV)
