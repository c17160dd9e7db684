# Visit Desk. `make run` starts it, `make test` tests it, `make check` is what CI runs.
# Only Python 3.11 or newer, make and sh are needed; everything else comes from the Python package index, as locked.

PY = .venv/bin/python
SOURCES = tui backend_client backend tests benchmarks scripts
LOCK = $(PY) -m uv --quiet --no-config pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
# one more than there are processors: many tests wait, for a terminal, a clock or a disk
PYTEST = -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal -q
TORTURE = tests/torture tests/simulation tests/backend/visits/test_machine.py tests/backend/visits/test_listed.py tests/backend/money/test_machine.py

unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE
export PYTHONNOUSERSITE = 1

.PHONY: guards help run setup venv dev test race torture test-system check lint format types contracts docs seed sentences pictures lock bench-start bench-booking bench-openings bench-finding bench-transactions clean

help:
	@echo 'make run          start Visit Desk on demonstration data'
	@echo 'make test         run all tests'
	@echo 'make race         let 50 terminals ask for the last place, then count the rows (PLANT=name: with a fault planted)'
	@echo 'make torture      the tests that aim to break it, for ten minutes (PLANT=name: with a fault planted)'
	@echo 'make test-system  the tests that need programs of Debian: watches the disk; as root, installs what it needs'
	@echo 'make check        style, types, import contracts, documents, and all tests'
	@echo 'make format       put the style right'
	@echo 'make pictures     take the pictures of the documents anew, by walking the seed'
	@echo 'make seed         write docs/seed.md'
	@echo 'make sentences    write the template for translators'
	@echo 'make bench-start  how quickly it starts, against its limits'
	@echo 'make guards       remove every guard of the server once, and see a test fail for each (an hour; then what changed)'
	@echo 'make bench-booking  how quickly visits are booked, against what disk and engine allow; then bench-openings'
	@echo 'make bench-openings how long the openings of a month take, with a million visits behind them'
	@echo 'make bench-finding how long support takes to find one of 100,000 customers'
	@echo 'make bench-transactions  Transaction Details with 100 lines and with 100,000: first rows, page down, memory'
	@echo 'make lock         renew the lock files from pyproject.toml (make lock UPGRADE=1: to the newest versions)'
	@echo 'make clean        remove everything that was made here'

run:
	@sh scripts/setup run && exec $(PY) -m tui --demo

setup venv:
	@sh scripts/setup run

dev:
	@sh scripts/setup dev

test: dev
	$(PY) -m pytest $(PYTEST)

race: dev
	$(PY) -m tests.torture.race $(if $(PLANT),--plant $(PLANT))

torture: dev
	VISITDESK_TORTURE=1 $(PY) -m pytest $(PYTEST) -m 'not system' $(TORTURE) $(if $(PLANT),--plant $(PLANT))

test-system: dev
	@sh scripts/test_system

check: lint types contracts docs test

lint: dev
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m ruff format --check $(SOURCES)

format: dev
	$(PY) -m ruff check --fix $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

types: dev
	$(PY) -m mypy

contracts: dev
	.venv/bin/lint-imports

docs: dev
	$(PY) scripts/seed_page.py --check
	$(PY) scripts/sentences.py --check

seed: dev
	$(PY) scripts/seed_page.py

sentences: dev
	$(PY) scripts/sentences.py

pictures: dev
	VISITDESK_PICTURES=1 $(PY) -m pytest -q tests/e2e/test_seed.py

lock: dev
	$(LOCK) $(if $(UPGRADE),--upgrade) --group setup -o requirements.lock pyproject.toml
	$(LOCK) --extra postgres -c requirements.lock -o requirements-postgres.lock pyproject.toml
	$(LOCK) --extra printer -c requirements.lock -o requirements-printer.lock pyproject.toml
	$(LOCK) --extra stripe -c requirements.lock -o requirements-stripe.lock pyproject.toml
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra postgres --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml

guards: dev
	PYTHONDONTWRITEBYTECODE=1 $(PY) -m scripts.guards --write

bench-start: dev
	$(PY) -m benchmarks.start

bench-booking: dev
	$(PY) -m benchmarks.booking
	$(PY) -m benchmarks.openings

bench-openings: dev
	$(PY) -m benchmarks.openings

bench-finding: dev
	$(PY) -m benchmarks.finding

bench-transactions: dev
	$(PY) -m benchmarks.transactions

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist snapshot_report.html
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
