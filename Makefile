# Everything that a person or a machine runs here; `make` alone says what there is.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
INSTALLED := $(VENV)/installed
# Tests wait for servers as long as they compute: two for each core keep it busy.
BUSY := --numprocesses=$$((2 * $$(nproc))) --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help setup browser demo test prove chaos fuzz bench grammar check format lint types contracts coverage lock clean

help: ## Say what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv with the locked dependencies and .venv/bin/ecto-fix

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ecto-fix needs Python 3.11 or newer; name one with PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(RUN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(RUN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

browser: ## Install Debian's Chromium, which opens the pages in the tests, where there is none
	@command -v chromium >/dev/null || { \
		echo "installing chromium with apt-get …"; \
		if [ "$$(id -u)" = 0 ]; then apt=apt-get; else apt="sudo -n apt-get"; fi; \
		$$apt -qq update && DEBIAN_FRONTEND=noninteractive $$apt -qq install -y --no-install-recommends chromium >/dev/null; }

demo: setup ## Show a review from webhook to green check, on this machine alone (ONCE=1: and exit)
	$(RUN)/python -m deploy.demo $(if $(ONCE),--once)

test: setup browser ## Run every test, against a real Redis, PostgreSQL, git and browser
	$(RUN)/pytest $(BUSY)

prove: setup browser ## Run the long proofs, which take minutes each: storms, faults, a hundred rehearsals
	$(RUN)/pytest -m prove --timeout=3600

chaos: setup ## Break everything for a minute, with twenty seeds (SEEDS=1 SEED=7: the plan of one run again)
	$(RUN)/python -m tests.reliability.chaos --seeds $(or $(SEEDS),20) $(if $(SEED),--seed $(SEED))

fuzz: setup ## Feed a reader what our own inputs turn into (TARGET=elixir, RUNS=100000)
	$(RUN)/python -m tests.fuzz $(or $(TARGET),elixir) --runs $(or $(RUNS),100000)

bench: setup ## Measure what costs how much, beside what it is compared with
	$(RUN)/python -m deploy.bench

grammar: setup ## Compile the grammars of Elixir and of sentences into the tables beside them
	$(RUN)/python -m deploy.grammar

check: setup browser format lint types contracts coverage ## Format, lint, types, import contracts, tests with coverage

format:
	$(RUN)/ruff format --check .

lint:
	$(RUN)/ruff check .

types:
	$(RUN)/mypy

contracts:
	$(RUN)/lint-imports

coverage:
	$(RUN)/coverage erase
	PYTHONDEVMODE=1 $(RUN)/coverage run -m pytest --quiet $(BUSY)
	$(RUN)/coverage combine --quiet
	$(RUN)/coverage report --fail-under=95

lock: ## Lock the newest dependencies that pyproject.toml allows, for development and for the image
	$(RUN)/pip install --quiet uv
	$(RUN)/uv pip compile pyproject.toml --group dev --upgrade --generate-hashes --no-header --no-emit-index-url \
		--no-emit-find-links --python-version 3.11 --quiet --output-file requirements.lock
	$(RUN)/uv pip compile pyproject.toml --constraint requirements.lock --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --no-annotate --python-version 3.11 --quiet \
		--output-file deploy/requirements.lock

clean: ## Remove what was built
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
