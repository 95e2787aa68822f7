# Two commands: `make demo` serves the demonstration city, `make test` proves the house.
# PORT, SCALE and DATA (the folder of all state) can be given: make demo PORT=8001 DATA=/tmp/city
PYTHON ?= python3
PORT ?= 8000
SCALE ?= 0.001
export DATA ?= $(CURDIR)/var
# Compiled modules halve every start, so they are kept even where the environment says otherwise.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BUNDLE := src/ludao/static/ludao/manifest.json

.PHONY: demo test check bench map setup frontend cluster clean soak

demo: setup frontend
	@PORT=$(PORT) SCALE=$(SCALE) $(BIN)/ludao demo

# A journey that fails is walked once more, from its log-in; the summary lists what was walked twice.
test: setup frontend browser cluster check
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not browser"
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m browser --reruns 1 -rR

check: setup
	@sh deploy/check.sh $(BIN)

bench: setup frontend cluster
	@for file in bench/*.py; do $(BIN)/ludao bench $$(basename $$file .py) --json || exit 1; done

map: setup
	@$(BIN)/ludao map

setup: $(STAMP)

$(STAMP): pyproject.toml uv.lock
	@sh deploy/setup.sh $(PYTHON) $(VENV)
	@touch $(STAMP)

# Spark and the Java it needs, from wheels: for the tests, the benches and `ludao cluster`; a demonstration does without.
cluster: $(VENV)/.cluster

$(VENV)/.cluster: $(STAMP)
	@echo "· installing Spark"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv sync --frozen --inexact --quiet --active --group cluster
	@touch $(VENV)/.cluster

frontend: $(BUNDLE)

# Pages and manifests too: the sprite holds the icons they name.
SOURCES := $(shell find frontend/src frontend/build frontend/public -type f; find src/ludao -name '*.html' -o -name '*.toml' -o -name pages.py)
$(BUNDLE): frontend/package-lock.json frontend/vite.config.js $(SOURCES)
	@sh deploy/frontend.sh $(BIN)

.PHONY: browser
browser: setup
	@sh deploy/browser.sh

clean:
	rm -rf $(VENV) frontend/node_modules src/ludao/static var
