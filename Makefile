# Every target sets up what it needs in $(VENV). All it asks of the machine is Python 3.11 or newer with pip and venv.
VENV ?= .venv
WORKERS ?= 2
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && exit; done; echo python3)
endif

BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := $(shell find src -not -path '*__pycache__*') pyproject.toml README.md LICENSE
SAY := @echo "--"
# For what reads the source tree; compiled files there would look like changed sources.
FROM_SOURCE := PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=src

# The tests are to see what is installed, and nothing that a shell happens to point at.
unexport PYTHONPATH

.PHONY: help demo test test-long test-sqlalchemy check bench mutants mutation docs clean
.DELETE_ON_ERROR:

help:
	@echo "make demo       work a year of fictional complaints; leaves demo-output/report/report.html"
	@echo "make test       run the tests with small numbers"
	@echo "make test-long  run the tests with large numbers"
	@echo "make mutants    spoil 100,000 policy files; ends with 1 where loading one is slow, large or ends badly"
	@echo "make mutation   put 1,000 small faults into the policy engine; ends with 1 where the tests notice too few"
	@echo "make check      lint, types, import lines, documentation"
	@echo "make bench      measure the speed beside other libraries"
	@echo "make docs       build the documentation; leaves docs/_build/html"
	@echo "make clean      remove everything that was made"

demo: $(STAMPS)/demo
	$(BIN)/complaintkit demo --into demo-output

test: $(STAMPS)/all $(STAMPS)/group-test
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

# Property tests belong here too: their profile is what makes the numbers large. Exit code 5 says that nothing was selected.
test-long: $(STAMPS)/all $(STAMPS)/group-test test-sqlalchemy
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n $(WORKERS) -m "long or hypothesis" $(ARGS) || test $$? -eq 5

# The other tests use the newest SQLAlchemy; these use the oldest minor version that is promised.
test-sqlalchemy: $(STAMPS)/all $(STAMPS)/group-test $(STAMPS)/sqlalchemy
	PYTHONPATH=$(VENV)/sqlalchemy-2.0 $(BIN)/python -m pytest -n $(WORKERS) \
		tests/adapters/test_sql.py tests/adapters/test_contracts.py -k "sql and not TestSqlite"

check: $(STAMPS)/all $(STAMPS)/group-lint docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(FROM_SOURCE) $(BIN)/lint-imports --no-logo

docs: $(STAMPS)/all $(STAMPS)/group-docs
	$(FROM_SOURCE) $(BIN)/python -m sphinx -W --keep-going -n -q -b html docs docs/_build/html

bench: $(STAMPS)/all $(STAMPS)/group-bench
	$(BIN)/python -m tests.bench $(ARGS)

# What does not fit into the tests: many minutes each.
mutants: $(STAMPS)/all $(STAMPS)/group-test
	$(BIN)/python -m tests.policy.spoilt $(ARGS)

mutation: $(STAMPS)/all $(STAMPS)/group-test
	$(BIN)/python -m tests.policy.mutation --workers $(WORKERS) $(ARGS)

clean:
	rm -rf $(VENV) build dist demo-output docs/_build docs/reference/api .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache

# A wheel is built when a source has changed, and installed as a user would install it.
$(STAMPS)/wheel: $(STAMPS)/pip $(SOURCES)
	$(SAY) building the wheel
	@rm -rf dist build
	@$(PIP) wheel --no-deps --wheel-dir dist .
	@$(PIP) install --force-reinstall --no-deps dist/complaintkit-*.whl
	@touch $@

$(STAMPS)/demo: $(STAMPS)/wheel
	$(SAY) installing what the demonstration needs
	@$(PIP) install "$$(echo dist/complaintkit-*.whl)[learn,languages,cli]"
	@touch $@

$(STAMPS)/all: $(STAMPS)/wheel
	$(SAY) installing complaintkit with all extras
	@$(PIP) install "$$(echo dist/complaintkit-*.whl)[all]"
	@touch $@

$(STAMPS)/group-%: $(STAMPS)/pip pyproject.toml
	$(SAY) installing the tools of "'$*'"
	@$(PIP) install --group $*
	@touch $@

$(STAMPS)/sqlalchemy: $(STAMPS)/pip
	$(SAY) installing SQLAlchemy 2.0 beside the newest
	@$(PIP) install --target $(VENV)/sqlalchemy-2.0 'sqlalchemy==2.0.*'
	@touch $@

# pip before 25.1 knows no dependency groups.
$(STAMPS)/pip:
	@command -v "$(PYTHON)" >/dev/null || { echo "complaintkit needs Python 3.11 or newer, and there is no '$(PYTHON)' here. \
	Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "complaintkit needs Python 3.11 or newer, \
	and '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1). Install a newer one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' lacks the venv module. \
	Install it (Debian and Ubuntu: apt install python3-venv) and try again."; exit 1; }
	$(SAY) setting up $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.1'
	@mkdir -p $(STAMPS) && touch $@
