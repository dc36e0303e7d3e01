# Everything a person needs, from a fresh clone: `make app` to paint, `make test` to check.
# Works with any Python 3.11 to 3.13; PYTHON=... picks one.

PYTHON ?= $(firstword $(foreach name,python3.12 python3.13 python3.11 python3,$(shell \
	command -v $(name) >/dev/null 2>&1 && \
	$(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet
# Exactly the versions and the files that the tests have passed with; see `make lock`.
LOCKED := $(PIP) --require-hashes
COVERAGE := --cov --cov-report=term
PARALLEL := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
# Before Python 3.12, counting lines takes half as long again, which browser tests on a busy machine do not take lightly.
CHEAP_COVERAGE = $(if $(shell $(BIN)/python -c "import sys; print(*dir(sys))" | grep -w monitoring),$(COVERAGE))
# One set of versions for every Python and every system that the program runs on.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --annotation-style line \
	--custom-compile-command "make lock" $(LOCK_ARGS)
# The libraries for a GPU come after requirements.txt and hold nothing of it.
ALL_BUT_CUDA = $$(sed -nE 's/^([a-z0-9-]+)==.*/--no-emit-package \1/p' requirements.txt)
# The program's own log lines are enough; TensorFlow's start-up chatter is not.
export TF_CPP_MIN_LOG_LEVEL ?= 2

.PHONY: app install test lint format types unit quick coverage chromium nginx sheets gallery quality screenshots tables bench bench-quick load lock hooks dist clean help

help: ## say what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort

app: $(VENV)/.app ## set up and start the page
	$(BIN)/python app.py

install: $(VENV)/.app ## set up what the app and the command line need

test: lint types unit ## set up and run every check

lint: $(VENV)/.dev ## ruff, import-linter and hadolint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

types: $(VENV)/.dev ## basedpyright
	$(BIN)/basedpyright --pythonpath $(BIN)/python

# Beside each other where they can be; those with a browser by themselves, since they wait for what happens on a page.
unit: $(VENV)/.dev chromium nginx ## unit, property, server and browser tests; PYTEST_ARGS="tests/losses -k gram" for some of them
ifdef PYTEST_ARGS
	$(BIN)/python -m pytest $(PYTEST_ARGS)
else
	$(BIN)/python -m pytest $(PARALLEL) -m "not browser" $(if $(CI),$(CHEAP_COVERAGE))
	$(BIN)/python -m pytest -m browser
endif

quick: $(VENV)/.dev ## the tests that take a moment each, without a browser: a minute or two
	$(BIN)/python -m pytest $(PARALLEL) -m "not slow and not browser" $(PYTEST_ARGS)

coverage: $(VENV)/.dev chromium nginx ## the same tests, and which lines they leave out: half as long again on Python 3.11
	$(BIN)/python -m pytest $(COVERAGE) $(PYTEST_ARGS)

format: $(VENV)/.dev ## put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gallery: $(VENV)/.dev ## paint the pictures of docs/gallery anew: some minutes
	$(BIN)/python -m benchmarks.gallery

sheets: $(VENV)/.dev ## paint the pictures of the README anew: an hour or more on two cores
	$(BIN)/python -m benchmarks.contact_sheet --size 512 --cell 390 --output docs/quality/painted.jpg \
		--contents neuschwanstein_castle red_panda astronaut_portrait coffee_cup kingfisher great_wall_of_china \
		--styles starry_night_van_gogh great_wave_hokusai composition_vii_kandinsky stained_glass_mosaic \
		adele_bloch_bauer_klimt the_sun_munch
	$(BIN)/python -m benchmarks.looks
	$(MAKE) gallery
	$(BIN)/python -m benchmarks.sizes --pairs neuschwanstein_castle:starry_night_van_gogh \
		red_panda:great_wave_hokusai great_wall_of_china:the_sun_munch

quality: $(VENV)/.dev ## compare two recipes on 36 cells: an hour or two on two cores; QUALITY_ARGS="--recipes A B" for others
	$(BIN)/python -m benchmarks.quality $(QUALITY_ARGS)

screenshots: $(VENV)/.dev chromium ## take the pictures of the page anew, into docs/page
	$(BIN)/python -m benchmarks.screenshots

tables: $(VENV)/.app ## write the tables in docs/ anew, from the rows in the code
	$(BIN)/python docs/tables.py

bench: $(VENV)/.dev ## measure everything for docs/benchmarks (several hours on two cores)
	$(BIN)/python -m benchmarks all

load: $(VENV)/.dev ## let fifty visitors use a real server for five minutes, and look at what they got and left
	$(BIN)/python -m benchmarks load

bench-quick: $(VENV)/.dev ## a small version of the benchmarks, into build/benchmarks (some minutes)
	$(BIN)/python -m benchmarks quick

# The documentation needs neither TensorFlow nor Gradio: the sources are read, not imported.
DOCS_VENV := .venv-docs

.PHONY: docs clean-docs
docs: $(DOCS_VENV)/.docs ## build the documentation into build/site and check it
	NO_COLOR=1 $(DOCS_VENV)/bin/zensical build --clean --strict
	$(DOCS_VENV)/bin/python docs/check.py build/site
	@echo "The documentation is in build/site/index.html."

$(DOCS_VENV)/.docs: requirements-docs.txt
	@test -n "$(PYTHON)" || { echo "Neural Style needs Python 3.11, 3.12 or 3.13; none was found on PATH." >&2; exit 1; }
	test -x $(DOCS_VENV)/bin/python || $(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --disable-pip-version-check --quiet --requirement requirements-docs.txt
	@touch $@

clean: clean-docs
clean-docs:
	rm -rf $(DOCS_VENV) build/site .cache

# Debian's browser, where this user may install it; without any, the browser tests say why they were left out.
chromium:
	@command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; \
	else \
		echo "No Chromium found, and this user cannot install Debian's: the browser tests will be skipped."; \
	fi

# Debian's nginx likewise, for the test of the documented proxy.
nginx:
	@command -v nginx >/dev/null 2>&1 || test -x /usr/sbin/nginx || \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nginx-light; \
	else \
		echo "No nginx found, and this user cannot install Debian's: the tests of the proxy will be skipped."; \
	fi

lock: $(VENV)/.dev ## write the locked requirements anew, as pyproject.toml wants them: LOCK_ARGS=--upgrade for the newest
	$(COMPILE) --extra all pyproject.toml --output-file requirements.txt
	$(BIN)/python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'], sep='\n')" | \
		$(COMPILE) --constraint requirements.txt - --output-file requirements-build.txt
	$(COMPILE) --constraint requirements.txt --extra cuda $(ALL_BUT_CUDA) pyproject.toml --output-file requirements-cuda.txt
	$(COMPILE) --constraint requirements.txt --group dev --output-file requirements-dev.txt
	$(COMPILE) --constraint requirements-dev.txt --group docs --output-file requirements-docs.txt

hooks: $(VENV)/.dev ## let git check what is committed, as `make lint` does
	$(BIN)/pre-commit install

dist: $(VENV)/.app ## build the package, into dist/
	$(BIN)/hatchling build --clean

clean: ## remove what this file made
	rm -rf $(VENV) dist .coverage .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Neural Style needs Python 3.11, 3.12 or 3.13; none was found on PATH." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python requirements.txt requirements-build.txt pyproject.toml
	$(LOCKED) --requirement requirements-build.txt --requirement requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.app requirements-dev.txt
	$(LOCKED) --requirement requirements-dev.txt
	@touch $@
