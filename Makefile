# One command for each thing one does here. Every target does its own set-up and says in one sentence what stands in the way.
PYTHON ?= python3
PY := .venv/bin/python
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help run stop reset test test-fast soak lint format bench lock vendor messages ready ready-dev database corpora

help: ## what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT, HOST, DEMO, DATABASE_URL and the other variables: see README.md"

run: ready ## set up what is missing, then open the product on http://localhost:8000 (PORT=8001 make run)
	@$(PY) manage.py serve

stop: ## end what `make run` started, and the private database
	@$(PYTHON) -m geoportal.processes stop
	@if [ -z "$$DATABASE_URL" ]; then $(PYTHON) -m geoportal.cluster stop; fi

reset: ## delete the private database and start anew (asks; FORCE=1 does not)
	@$(PYTHON) bin/reset

test: database corpora ## all tests but the long ones: Python, JavaScript, browser
	@node --test --test-reporter=spec tests/js/*.test.mjs
	@$(PY) -m pytest -n 2 --dist loadgroup $(ARGS)

test-fast: database corpora ## the tests without browser, on the part you name: make test-fast ARGS="tests/test_query.py"
	@$(PY) -m pytest -m "not browser and not soak" $(ARGS)

soak: database corpora ## the long proofs
	@$(PY) -m pytest -m soak $(ARGS)

lint: ready-dev ## style, migrations, declarations, translations, vendored files
	@$(PY) bin/lint

format: ready-dev ## lay the code out as `make lint` wants it
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

bench: database ## measure what is claimed, against peers: writes RESULTS.md in bench/, bench/growth/ and bench/exports/
	@$(PY) -m bench $(ARGS)
	@$(PY) -m bench.growth
	@$(PY) -m bench.exports

lock: ## resolve requirements*.in into the hashed locks (needs uv)
	@$(PYTHON) bin/lock

vendor: ## fetch the pinned front-end parts (needs npm)
	@$(PYTHON) bin/vendor

messages: ready-dev ## collect new texts for translation
	@$(PYTHON) bin/messages collect

ready:
	@$(PYTHON) bin/packages run
	@$(PYTHON) bin/venv

ready-dev:
	@$(PYTHON) bin/packages run
	@$(PYTHON) bin/packages test
	@$(PYTHON) bin/venv dev

database: ready-dev
	@$(PY) bin/messages compile
	@if [ -z "$$DATABASE_URL" ]; then $(PYTHON) -m geoportal.cluster start; fi

corpora: ready-dev
	@$(PYTHON) bin/corpora
