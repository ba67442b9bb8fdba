# The development commands; `make` prints them. PYTHON picks the interpreter (3.10 to 3.13) for the
# virtual environment, ARGS goes to the command of the target: make unit ARGS='-k pipeline'.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
ARGS ?=

CODE := morello_mlir dialect passes tools test bench examples

.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types unit lit bench sizes clean

help: ## Print this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; \
	  do printf '%-14s %s\n' "$$target" "$$text"; done

demo: $(INSTALLED) ## Compile a matmul under a written schedule, run it, compare it with numpy
	$(BIN)/python examples/demo/demo.py $(ARGS)

test: $(INSTALLED) ## Run everything that must pass: formatting, lint and every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: lint types unit lit ## Run what to run before each commit: all but the slow tests

format: $(INSTALLED) ## Format the code and repair what lint can repair
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(INSTALLED) ## Check formatting and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(INSTALLED) ## Check the types of every file (mypy --strict)
	$(BIN)/python -m pytest -q test/unit/test_types.py $(ARGS)

unit: $(INSTALLED) ## Run the unit, property and golden tests
	$(BIN)/python -m pytest -q -n 2 -m 'not slow' \
	  --deselect test/unit/test_types.py test/unit test/property test/golden $(ARGS)

lit: $(INSTALLED) ## Run the tests of passes and tools (lit and FileCheck)
	$(BIN)/python -m pytest -q -n 2 test/lit $(ARGS)

bench: $(INSTALLED) ## Measure against the peers
	$(BIN)/python -m bench $(ARGS)

sizes: ## List the largest Python files, with the median of all
	@find $(CODE) -name '*.py' -exec wc -l {} + | grep -v ' total$$' | sort -rn | \
	  awk '{ line[NR] = $$0; size[NR] = $$1 } NR <= 10 { print } \
	       END { printf "%d files, median %d lines\n", NR, size[int((NR + 1) / 2)] }'

clean: ## Remove what make and the tools made, the virtual environment included
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once and brought up to date when pyproject.toml changes.
$(INSTALLED): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "make: $(PYTHON) cannot make a virtual environment (Debian: apt install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench,dev]'
	@touch $@
