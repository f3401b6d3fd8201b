# The only entry points. Whatever they need is installed into .venv, nothing outside this tree.

PYTHON ?= python3
PREFIX ?= /usr/local

VENV := .venv
OLDEST := build/oldest
MLFLOW := build/mlflow
MLFLOW_OLDEST := build/mlflow-oldest
IMPORTERS := build/importers
WANDB := build/wandb
BROWSER := build/browser
WANDB_OLDEST := build/wandb-oldest
MLFLOW_VERSION ?= 3.12
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# It installs in seconds what takes pip minutes, and reads its own settings: those of pip that say
# where packages come from hold for it too.
UV_VERSION := 0.13.9
UV_READY := $(VENV)/.uv-$(UV_VERSION)
UV := $(if $(PIP_INDEX_URL),UV_DEFAULT_INDEX='$(PIP_INDEX_URL)') \
  $(if $(PIP_FIND_LINKS),UV_FIND_LINKS='$(PIP_FIND_LINKS)') $(if $(PIP_CERT),SSL_CERT_FILE='$(PIP_CERT)') \
  $(BIN)/uv
UV_INSTALL := $(UV) pip install --quiet --python
VERSION := $(shell sed -n 's/^.define ET_VERSION "\(.*\)"/\1/p' include/experimenttracker.h)
PROGRAM := build/bin/specweave-ml
LIBRARY := build/lib/libexperimenttracker.so.$(VERSION)
WHEEL := dist/specweave_ml-$(VERSION)-*.whl
INSTALL_WHEEL := -m pip --quiet --disable-pip-version-check install --no-deps --force-reinstall \
  $(WHEEL)
INSTALLATION := tools/installation/installation.py
quoted = '$(subst ','\'',$(1))'
INSTALLATION_PLACE = --prefix $(call quoted,$(PREFIX)) --destdir $(call quoted,$(DESTDIR))
SWIFT_FLAGS := --explicit-target-dependency-import-check error
SWIFT_CODE := Package.swift Sources Tests examples/swift benchmarks/swift
PAGE_CODE := $(wildcard Sources/DashboardAssets/page/*.js)
PYTHON_CODE := src build_backend tests ../tools ../examples/python \
  ../benchmarks/run.py ../benchmarks/trackbench ../benchmarks/python
PYTEST := $(BIN)/python -m pytest -c python/pyproject.toml --rootdir=. -q
TESTS := python/tests
ABI_TESTS := $(patsubst %,$(TESTS)/_native/test_%.py,header library c_build valgrind)
MLFLOW_STORE_TESTS := $(TESTS)/mlflow $(wildcard $(TESTS)/importing/test_mlflow_*.py)
MLFLOW_TESTS := $(TESTS)/autologging/test_mlflow.py $(MLFLOW_STORE_TESTS)
IMPORTER_TESTS := $(TESTS)/importing/beside
WANDB_TESTS := $(TESTS)/wandb $(TESTS)/wandb_mirror
BROWSER_TESTS := $(TESTS)/ui
COST_TESTS := $(TESTS)/package/test_import_cost.py
OLDEST_TESTS := $(patsubst %,$(TESTS)/%.py,values/test_data reading/test_listing \
  reading/test_history_blocks plotting/test_plots_comparison) \
  $(patsubst %,$(TESTS)/model_selection/test_%.py,equality_matrix sweep_equality sweep \
  sweep_scoring sweep_resume cross_validation)
# One more than cores, since many tests wait for programs; each of them computes on one core.
SIDE_BY_SIDE := --numprocesses=$(shell expr $$(nproc) + 1) --maxprocesses=8 --dist=loadgroup
# The tests of a file share a server or an import that takes seconds.
BY_FILE := $(SIDE_BY_SIDE) --dist=loadfile
TWO_AT_A_TIME := --no-print-directory --jobs=2 --output-sync=target
ONE_CORE_EACH := OMP_NUM_THREADS=1
# What is imported is compiled once, not by each of the thousands of programs that the tests run.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help build build-tests demo test check test-swift test-abi test-python test-mlflow test-mlflow-oldest \
  test-importers test-wandb test-wandb-oldest test-browser check-aarch64 \
  test-mlflow-version test-mlflow-upstream test-oldest stress \
  sanitize-thread sanitize-address benchmarks install uninstall wheel docs format requirements clean preflight FORCE

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | \
	  awk -F'|' '{ printf "  make %-17s %s\n", $$1, $$2 }'

build: $(LIBRARY) $(PROGRAM) ## Build the library into build/lib, specweave-ml into build/bin

demo: $(VENV)/.demo $(VENV)/.package ## Train real models, track them, print their comparison
	@$(BIN)/python examples/python/demo.py

# The optimizing compiler works on one module after the other, for long on one core of several; the
# tests in Swift are compiled beside it, then what needs no library runs. Of the suites that build
# nothing two run at a time, since each waits for long; the last ones take all cores themselves.
test: ## Run everything that CI runs
	$(MAKE) $(TWO_AT_A_TIME) build build-tests check $(MLFLOW)/.created $(MLFLOW_OLDEST)/.created \
	  $(IMPORTERS)/.created $(WANDB)/.created $(WANDB_OLDEST)/.created $(BROWSER)/.created dist/.built
	status=0; $(MAKE) $(TWO_AT_A_TIME) --keep-going --old-file=build-tests test-swift test-mlflow \
	  test-importers test-mlflow-oldest test-wandb test-wandb-oldest test-browser || status=$$?; \
	$(MAKE) --no-print-directory --jobs=1 --keep-going test-abi test-python || status=$$?; \
	exit $$status

check: $(VENV)/.test ## Formats, layers, types, lints
	swift-format lint --strict --recursive $(SWIFT_CODE)
	$(PYTHON) tools/check_text.py
	$(PYTHON) tools/check_constructs.py
	$(PYTEST) tools/tests
	$(BIN)/oxfmt --check --config tools/oxfmt.json $(PAGE_CODE)
	$(BIN)/oxlint --config tools/oxlint.json $(PAGE_CODE)
	cd python && ../$(BIN)/ruff check --config pyproject.toml $(PYTHON_CODE)
	cd python && ../$(BIN)/ruff format --check --config pyproject.toml $(PYTHON_CODE)
	cd python && PYTHONPATH=src ../$(BIN)/lint-imports --no-logo --no-cache pyproject.toml
	cd python && ../$(BIN)/mypy $(PYTHON_CODE)

build-tests: preflight
	swift build --build-tests $(SWIFT_FLAGS)

test-swift: build-tests ## The Swift tests and the Swift example
	swift test --skip-build $(SWIFT_FLAGS)
	example=$$(mktemp -d) && SPECWEAVE_ROOT=$$example \
	  "$$(swift build --show-bin-path)/Quickstart" && rm -r "$$example"

test-abi: $(VENV)/.test $(VENV)/.package build ## Header, exported symbols, prototypes, C programs
	$(PYTEST) $(ABI_TESTS)

test-python: $(VENV)/.test $(VENV)/.package wheel ## The Python tests, the wheel and the examples
	$(PYTEST) $(COST_TESTS)
	$(ONE_CORE_EACH) $(PYTEST) $(SIDE_BY_SIDE) $(TESTS) \
	  $(patsubst %,--ignore=%,$(ABI_TESTS) $(MLFLOW_TESTS) $(IMPORTER_TESTS) \
	  $(WANDB_TESTS) $(BROWSER_TESTS) $(COST_TESTS))

# In an environment of its own: MLflow decides the versions of much that other tests use.
test-mlflow: $(MLFLOW)/.created dist/.built ## The tests beside MLflow
	$(MLFLOW)/bin/python $(INSTALL_WHEEL)
	$(ONE_CORE_EACH) $(MLFLOW)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(BY_FILE) $(MLFLOW_TESTS)

test-mlflow-oldest: $(MLFLOW_OLDEST)/.created dist/.built ## The tests of the stores with the oldest MLflow
	$(MLFLOW_OLDEST)/bin/python $(INSTALL_WHEEL)
	$(ONE_CORE_EACH) $(MLFLOW_OLDEST)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(BY_FILE) $(MLFLOW_STORE_TESTS)

# In an environment of its own: it takes 0.6 GB, and its tests half a minute.
test-importers: $(IMPORTERS)/.created dist/.built ## The tests beside the trackers that are imported
	$(IMPORTERS)/bin/python $(INSTALL_WHEEL)
	$(ONE_CORE_EACH) $(IMPORTERS)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(BY_FILE) $(IMPORTER_TESTS)

# In environments of their own: the other tests need to have no wandb.
test-wandb: $(WANDB)/.created dist/.built ## The tests beside Weights & Biases
	$(WANDB)/bin/python $(INSTALL_WHEEL)
	$(ONE_CORE_EACH) $(WANDB)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(SIDE_BY_SIDE) $(WANDB_TESTS)

test-wandb-oldest: $(WANDB_OLDEST)/.created dist/.built ## The tests of the mirror with the oldest Weights & Biases
	$(WANDB_OLDEST)/bin/python $(INSTALL_WHEEL)
	$(ONE_CORE_EACH) $(WANDB_OLDEST)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(SIDE_BY_SIDE) $(TESTS)/wandb_mirror $(TESTS)/wandb/test_importing.py

# In an environment of its own: the server and what drives the browser are optional.
test-browser: $(BROWSER)/.created dist/.built ## The dashboard's server, and its page in a browser
	$(BROWSER)/bin/python $(INSTALL_WHEEL)
	$(BROWSER)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q $(BROWSER_TESTS)

# With whatever goes with that version today.
test-mlflow-version: build/mlflow-$(MLFLOW_VERSION)/.created dist/.built ## The tests of the stores with MLFLOW_VERSION
	build/mlflow-$(MLFLOW_VERSION)/bin/python $(INSTALL_WHEEL)
	build/mlflow-$(MLFLOW_VERSION)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  -p no:asyncio $(MLFLOW_STORE_TESTS)

test-mlflow-upstream: build/mlflow-$(MLFLOW_VERSION)/.created dist/.built ## MLflow's own tests, of MLFLOW_SOURCE
	build/mlflow-$(MLFLOW_VERSION)/bin/python $(INSTALL_WHEEL)
	build/mlflow-$(MLFLOW_VERSION)/bin/python tools/mlflow_upstream.py $(MLFLOW_SOURCE) $(MLFLOW_FILES)

build/mlflow-$(MLFLOW_VERSION)/.created: | preflight
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip --quiet --disable-pip-version-check install \
	  'mlflow==$(MLFLOW_VERSION).*' boto3 lightgbm moto pandas polars psycopg2-binary pytest \
	  pytest-asyncio pytest-timeout requests-mock scikit-learn skops 'sqlalchemy<2.1' xgboost-cpu
	@touch $@

# Those that need nothing but what the oldest versions are pinned for.
test-oldest: $(OLDEST)/.created dist/.built ## The tests of what rests on others, with their oldest versions
	$(OLDEST)/bin/python $(INSTALL_WHEEL)
	$(OLDEST)/bin/python -m pytest -c python/pyproject.toml --rootdir=. -q \
	  $(OLDEST_TESTS)

# Beside the compilers it needs Debian's gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user.
check-aarch64: ## Everything in C compiled for aarch64, what depends on the processor run under qemu
	$(PYTHON) tools/check_aarch64.py

stress: $(VENV)/.test $(VENV)/.package ## Kill programs thousands of times and look for what is missing
	PYTHONPATH=$(TESTS) $(BIN)/python -m stress

sanitize-thread: preflight ## The Swift tests under the thread sanitizer
	SANITIZER=thread TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/thread-sanitizer.supp \
	  swift test --sanitize=thread --scratch-path .build/thread

sanitize-address: preflight ## The Swift tests under the address sanitizer
	SANITIZER=address ASAN_OPTIONS=detect_leaks=0 \
	  swift test --sanitize=address --scratch-path .build/address

benchmarks: preflight ## Compare with the peers and the machine; BENCHMARK="--only point" for a part
	$(PYTHON) benchmarks/run.py $(BENCHMARK)

install: build ## Install the C library, its documents, CMake and pkg-config files, specweave-ml, below PREFIX
	@$(PYTHON) $(INSTALLATION) install $(INSTALLATION_PLACE)

uninstall: ## Remove what `make install` with the same PREFIX and DESTDIR has put there
	@$(PYTHON) $(INSTALLATION) uninstall $(INSTALLATION_PLACE)

wheel: dist/.built ## Build the wheel into dist

docs: preflight ## Build the documentation of the Swift API into build/docs
	swift build --target ExperimentTracker $(SWIFT_FLAGS)
	$(PYTHON) tools/swift_documentation.py build/docs \
	  --modules "$$(swift build --show-bin-path)/Modules"

format: $(VENV)/.test ## Format the Swift, Python and JavaScript sources
	swift-format format --in-place --recursive $(SWIFT_CODE)
	$(BIN)/oxfmt --config tools/oxfmt.json $(PAGE_CODE)
	cd python && ../$(BIN)/ruff check --fix-only --config pyproject.toml $(PYTHON_CODE)
	cd python && ../$(BIN)/ruff format --config pyproject.toml $(PYTHON_CODE)

requirements: $(UV_READY) ## Renew the pinned versions from requirements/*.in
	cd python/requirements && for set in demo test mlflow mlflow-oldest importers wandb \
	  wandb-oldest browser; do \
	  echo "# Every package, pinned for Python 3.10 and later. Made from $$set.in by \`make requirements\`." \
	    > $$set.txt && \
	  ../../$(BIN)/uv pip compile --universal --python-version 3.10 --upgrade --quiet \
	    --no-header --no-annotate $$set.in > $$set.all || exit 1; \
	  grep -vE '^(cuda|nvidia|triton)' $$set.all >> $$set.txt; rm $$set.all; done  # tests need no GPU

clean: ## Remove everything that was built
	rm -rf .build .venv build dist demo python/build python/src/*.egg-info python/src/specweave_ml/lib

preflight:
	@tools/preflight.sh $(PYTHON)

# Decides by itself whether the library is as new as its sources.
$(LIBRARY): preflight FORCE
	@$(PYTHON) python/build_backend/library.py

$(PROGRAM): Sources/SpecweaveLauncher/main.c include/experimenttracker.h python/build_backend/launcher.py | preflight
	@$(PYTHON) python/build_backend/launcher.py $@

$(VENV)/.created: | preflight
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(UV_READY): $(VENV)/.created
	$(PIP) install uv==$(UV_VERSION)
	@touch $@

$(OLDEST)/.created $(MLFLOW)/.created $(MLFLOW_OLDEST)/.created $(IMPORTERS)/.created $(WANDB)/.created \
  $(WANDB_OLDEST)/.created $(BROWSER)/.created: build/%/.created: python/requirements/%.txt | $(UV_READY)
	$(PYTHON) -m venv --clear $(@D)
	$(UV_INSTALL) $(@D)/bin/python --requirement $<
	@touch $@

$(VENV)/.demo: python/requirements/demo.txt $(UV_READY)
	$(UV_INSTALL) $(BIN)/python --requirement $<
	@touch $@

$(VENV)/.test: python/requirements/test.txt $(UV_READY)
	$(UV_INSTALL) $(BIN)/python --requirement $<
	@touch $@ $(VENV)/.demo

# Built once, and installed into each environment.
dist/.built: $(VENV)/.created $(LIBRARY) $(shell find python/src python/build_backend \
    python/pyproject.toml -type f -not -path '*/__pycache__/*' -not -path '*/lib/*' \
    -not -path '*.egg-info/*')
	rm -f $(WHEEL)
	$(PIP) wheel --no-deps --wheel-dir dist ./python
	@touch $@

$(VENV)/.package: dist/.built
	$(BIN)/python $(INSTALL_WHEEL)
	@touch $@
