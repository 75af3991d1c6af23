# Everything a developer runs. Each target sets up what it needs in .venv; a second call finds it ready.

WORKERS ?= 2
BIN := .venv/bin
SOURCES := config.py wsgi.py deploy eventsapp tests benchmarks

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test lint stress bench look pictures translations clean chromium libical

help:
	@echo "make run      start eventsapp on this machine: web server, worker and local mailbox (Ctrl-C ends all)"
	@echo "make test     lint, then every test on SQLite and PostgreSQL, with small numbers"
	@echo "make stress   the tests about races and crashes, with full numbers"
	@echo "make bench    what our pages, letters and lists cost, against limits measured beside them; a quarter of an hour"
	@echo "make look     every page in every look, language and zoom; Lighthouse and weight behind nginx"
	@echo "make pictures take the README's pictures and those of every page anew"
	@echo "make lint     ruff, mypy and the template lint alone"
	@echo "make translations  take new messages into the catalogues; fails while a translation is missing or wrong"
	@echo "make clean    remove .venv and caches; instance/ with your data stays"

run: .venv/.runtime
	@exec $(BIN)/python -m eventsapp.serve

test: lint chromium libical
	$(BIN)/python -m pytest -n $(WORKERS) --timeout 120

stress: .venv/.development chromium
	EVENTSAPP_TEST_STRESS=1 EVENTSAPP_TEST_POSTGRESQL=18 $(BIN)/python -m pytest -m stress --timeout 1800

bench: .venv/.development
	$(BIN)/python -m benchmarks

look: .venv/.development chromium
	@deploy/setup.sh nginx
	@deploy/setup.sh lighthouse
	$(BIN)/python -m tests.look

pictures: .venv/.development chromium
	$(BIN)/python -m tests.pictures

lint: .venv/.development
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/djlint templates --lint --quiet

translations: .venv/.development
	$(BIN)/python -m eventsapp.translations update

chromium:
	@deploy/setup.sh chromium

libical: .venv/.development
	@deploy/setup.sh libical

.venv/.runtime: requirements.txt
	@deploy/setup.sh packages requirements.txt
	@touch $@

.venv/.development: requirements.txt requirements-dev.txt
	@deploy/setup.sh packages requirements-dev.txt
	@touch .venv/.runtime $@

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/.artifacts
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "instance/ (database, secret key, mail) is untouched; remove it by hand to start anew"
