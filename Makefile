# Everything a person does with Landbridge. `make run` and `make test` are enough to begin with.
# TERMINAL_VAR: where everything is written (default: var). PORT: where the web answers (default: 8000).
SHELL := /bin/sh
PYTHON_OF_VENV = "$${LANDBRIDGE_VENV:-$${TERMINAL_VAR:-var}/venv}/bin/python"
MANAGE = $(PYTHON_OF_VENV) manage.py
WORKERS ?= 2
CLIENT ?= clients/python/landbridge_client
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench week lock backup restore demo-fill demo-clear messages client openapi clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | awk -F ':.*## ' '{ printf "make %-12s %s\n", $$1, $$2 }'

setup: ## create the Python environment
	@config/venv.sh run

setup-dev:
	@config/venv.sh dev

run: setup ## start everything; Ctrl-C stops it
	@exec $(PYTHON_OF_VENV) -m config.supervisor

test: setup-dev ## the whole test suite, e.g. make test ARGS="tests/yard -x"
	@$(PYTHON_OF_VENV) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-dev ## style, types, architecture, migrations, production settings, API description, translations
	@PYTHON=$(PYTHON_OF_VENV) config/check.sh

bench: setup-dev ## measure, e.g. make bench ARGS="tracking"
	@$(PYTHON_OF_VENV) -m benchmarks $(ARGS)

lock: setup-dev ## pin what requirements/*.in allow
	@for name in run dev; do \
	  (cd requirements && ../config/lock.sh $$name) || exit 1; done

backup: setup ## make backup FILE=landbridge.tar: database, attachments and secrets
	@$(PYTHON_OF_VENV) -m config.backup save "$(FILE)"

restore: setup ## make restore FILE=landbridge.tar, while nothing runs
	@$(PYTHON_OF_VENV) -m config.backup restore "$(FILE)"

week: setup ## a week passes in minutes, in a folder of its own, e.g. make week ARGS="--days 3"
	@TERMINAL_VAR=$${TERMINAL_VAR:-var/week} LANDBRIDGE_DEMO=1 $(PYTHON_OF_VENV) -m config.week $(ARGS)

demo-fill: setup ## push the demo's yard over 85 %, so that the alert comes
	@$(MANAGE) demo fill

demo-clear: setup ## bring it back, so that the alert goes
	@$(MANAGE) demo clear

messages: setup-dev ## collect translatable strings (needs gettext)
	@$(MANAGE) makemessages --all --no-obsolete --no-wrap --add-location file \
	  --ignore var --ignore tests --ignore benchmarks --ignore docs
	@$(PYTHON_OF_VENV) -m config.translations --tidy

client: setup-dev ## make the Python client from the API's description, see clients/README.md
	@$(PYTHON_OF_VENV) -m openapi_python_client generate --path docs/openapi.yaml --meta none --overwrite \
	  --config clients/python/generator.yaml --output-path $(CLIENT)

openapi: setup-dev ## write docs/openapi.yaml
	@$(MANAGE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

clean: ## remove caches (never data)
	@find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
