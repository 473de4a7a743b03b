# Một Cửa. `make run` serves the demo, `make test` proves the whole; `make` alone lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help setup run test test-all storm coverage bench lint assets browser token clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## environment with the command .venv/bin/motcua
assets: web/static/dist/.built ## style sheets, fonts and scripts for the browser

run: setup assets ## the demo: sample province, server and worker
	$(BIN)/motcua demo

bench: setup ## steps a second on SQLite, for birth registration
	$(BIN)/motcua bench --database sqlite:///var/bench.db --model bpmn/procedures/dang-ky-khai-sinh/dang-ky-khai-sinh.bpmn --instances 200 --clients 4

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy engine procedures web
	$(BIN)/lint-imports

test: $(VENV)/.installed-dev assets browser token lint ## everything: rules of the house, units, contracts, browser, faults
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

test-all: $(VENV)/.installed-dev assets browser token lint ## the slower tier too
	$(BIN)/python -m pytest -n 2 --dist worksteal

storm: $(VENV)/.installed-dev ## five storms of ten minutes: kills, cuts, restarts; STORM="--seed 7 --minutes 1" for others
	$(BIN)/python -m tests.faults.storm $(or $(STORM),--seeds 5)

coverage: $(VENV)/.installed-dev assets ## lines and branches that the tests without a browser run
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not browser" --cov --cov-report=term tests/engine tests/procedures tests/web

browser: ## Debian's chromium, where none is there
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { echo "Chromium is not there: installing Debian's package"; \
	    if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
	    $$S apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$S apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

token: ## Debian's tools that tests hold ours against: a PKCS#11 token in software, judges of signatures, a reader of scans; tests say which is missing
	@missing=$$(for pair in softhsm2-util:softhsm2 xmlsec1:xmlsec1 pdfsig:poppler-utils tesseract:tesseract-ocr-vie; do \
	  command -v $${pair%%:*} >/dev/null || echo $${pair##*:}; done); \
	[ -z "$$missing" ] || { echo "Not there, installing Debian's packages:" $$missing; \
	    if [ "$$(id -u)" = 0 ]; then S=; else S=sudo; fi; \
	    $$S apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$S apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } || \
	  echo "Could not be installed: what needs them is not tested here"

clean: ## takes away what was built, keeps var/
	rm -rf $(VENV) node_modules web/static/dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Một Cửa needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python setup.cfg constraints.txt requirements.lock
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

web/static/dist/.built: node_modules/.installed $(wildcard web/assets/* web/assets/*/* web/translations/*/*/*.po)
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent build
	@touch $@
