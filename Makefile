PYTHON ?= python3
TESTS ?=
BENCH ?=
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo demo-cluster test lint mypy sample-config docs cover bench clean

help:
	@echo 'make demo    deploy the example, see it fail, resume it'
	@echo 'make demo-cluster  the same by services, one of them killed'
	@echo 'make test    all tests, or those that TESTS=regex names'
	@echo 'make lint    ruff: rules and format'
	@echo 'make mypy    types'
	@echo 'make sample-config  every option, in examples/trailmark.conf.sample'
	@echo 'make docs    documentation in doc/build/html'
	@echo 'make cover   tests with coverage'
	@echo 'make bench   all benchmarks, or those of BENCH="help engine"'
	@echo 'make clean   remove everything that these made'

$(READY): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'Python 3.11 or later is needed: make PYTHON=python3.11'; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -c constraints.txt -e '.[test,docs]'
	@touch $@

demo: $(READY)
	@examples/three-tier/demo.sh

demo-cluster: $(READY)
	@$(BIN)/python examples/three-tier/demo_cluster.py

test: $(READY)
	@$(BIN)/stestr run $(if $(TESTS),'$(TESTS)'); $(BIN)/python tests/report.py $$?

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

mypy: $(READY)
	$(BIN)/mypy

sample-config: $(READY)
	$(BIN)/oslo-config-generator --config-file conf/generator.conf

docs: $(READY)
	$(BIN)/sphinx-build -q -W -b html doc/source doc/build/html

cover: $(READY)
	@rm -f .coverage .coverage.*
	@PYTHON='$(CURDIR)/$(BIN)/coverage run' \
	    $(BIN)/stestr run $(if $(TESTS),'$(TESTS)'); ended=$$?; \
	    $(BIN)/coverage combine --quiet; $(BIN)/coverage report; \
	    $(BIN)/python tests/report.py $$ended

bench: $(READY)
	$(BIN)/python benchmarks/run_all.py $(BENCH)

clean:
	rm -rf .venv .clients .tox .stestr .demo .demo-cluster .coverage .coverage.* cover build dist \
	    doc/build .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
