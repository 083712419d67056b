# Everything a newcomer needs: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export RUNTIME__DLTHUB_TELEMETRY := false
# one process per core runs the tests: threads of their own only wait for each other
unit prove simulate: export POLARS_MAX_THREADS := 1
# thousands of short-lived ledgers and servers: in memory where there is a file system for it
unit prove simulate: export TMPDIR := $(shell test -d /dev/shm && test -w /dev/shm && echo /dev/shm)

.PHONY: help env demo test check lint types rules sql unit e2e conformance simulate kill-tryton bench lock clean chromium postgresql
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: env ## close one month of the sample firm, from nothing
	$(BIN)/tieout demo

test: env chromium postgresql check unit ## the whole test suite

env: .venv/.ready .venv-tryton/.ready ## the environments, from the locks

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || apt-get install -y python3-venv
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

# Tryton is GPL: it runs as a process of its own, from an environment of its own.
.venv-tryton/.ready: requirements-tryton.lock | .venv/.ready
	test -x .venv-tryton/bin/python || $(PYTHON) -m venv .venv-tryton
	$(UV) pip install --quiet --python .venv-tryton/bin/python --compile-bytecode --require-hashes -r requirements-tryton.lock
	touch $@

chromium: ## the browser that opens the report in tests
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "skipped: chromium (install it to run the browser test)"

postgresql: ## the database server that tests of the posting ledger start
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; } || echo "skipped: postgresql (install it to test the ledger on PostgreSQL)"

check: env ## lint, types, import laws, SQL and dbt house rules
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types rules sql

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/codespell tieout pipelines assets expectations dbt_project/models docs README.md CONTRIBUTING.md

types: env
	$(BIN)/basedpyright --level error

rules: env
	$(BIN)/python -m assets.manifest
	$(BIN)/dbt-bouncer run

sql: env
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models

unit: env ## all tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not conformance and not long"

conformance: env ## connectors against npm's Prism mock of the vendors' specifications
	$(BIN)/python -m pytest -m conformance tests/conformance

prove: env postgresql ## the long proofs: simulations, kill runs, 1,000 random firms, mutation of the money SQL
	$(BIN)/python -m pytest -m long
	SAMPLE_KILLS=10 $(BIN)/python -m pytest tests/integration/test_sample_firm.py
	$(BIN)/python -m tests.proof.mutate

SEEDS ?= 5000
simulate: env ## post in SEEDS=5000 simulated firms with faults, on all cores
	$(BIN)/python -m tests.simulation --seeds $(SEEDS)

KILLS ?= 200
kill-tryton: env postgresql ## SIGKILL KILLS=200 posting runs at a real Tryton on PostgreSQL
	KILLS=$(KILLS) $(BIN)/python -m pytest -s -n 0 -m long tests/simulation/test_tryton_kills.py

bench: env ## benchmarks, as ratios measured side by side
	for file in benchmarks/bench_*.py; do $(BIN)/python $$file; done

lock: .venv/.ready ## compile requirements.lock again; holds no address
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group dev pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 requirements-tryton.in -o requirements-tryton.lock

clean: ## remove the environments and the demo's state
	rm -rf .venv .venv-tryton .tieout .cache
