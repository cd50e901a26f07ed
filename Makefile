PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: setup run test test-all check bench

$(VENV)/.run-ready: requirements.txt
	@echo "Setting up $(VENV) with the pinned requirements…"
	@command -v $(PYTHON) >/dev/null 2>&1 && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)
	@$(BIN)/python -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or later is needed"'
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.test-ready: $(VENV)/.run-ready requirements-dev.txt requirements-postgres.txt requirements-oidc.txt
	@echo "Installing what the tests need…"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(VENV)/.run-ready

# Opens the app; on the first start it generates and imports the sample company, where nobody needs a password.
run: setup
	@$(BIN)/python -m services.first_start
	@if [ -e "$${RCC_WORKSPACE:-data/workspace}/sample-company" ]; then export RCC_DEMO=1; fi; \
	exec $(BIN)/streamlit run app.py --server.port $(PORT)

check: $(VENV)/.test-ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m kpi_engine check

test: check
	@sh tests/install_chromium.sh
	@$(BIN)/pytest -n 2

# Also what takes minutes: hundreds of kills, races and damages.
test-all: check
	@sh tests/install_chromium.sh
	@$(BIN)/pytest -n 2 -m ""

bench: $(VENV)/.test-ready
	@$(BIN)/python -m benchmarks
