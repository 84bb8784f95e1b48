# Needs Python 3.11 or newer, pip and make. Everything else comes from the hashed lock files.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN = $(CURDIR)/.venv/bin

.PHONY: help install install-test run test soak teeth check format bench bench-compare shots growth docs locks clean

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

install: ## .venv from the locked, hashed dependencies; the ioc command is in .venv/bin
	@PYTHON="$(PYTHON)" deploy/install requirements.lock

install-test: # the same, with the test dependencies
	@PYTHON="$(PYTHON)" deploy/install requirements-test.lock

run: install ## embedded database, demo city, dashboard on http://127.0.0.1:8050
	@exec "$(BIN)/ioc" serve --demo

test: install-test ## the whole test suite
	@"$(BIN)/python" -m pytest -n auto --dist loadscope --no-loadscope-reorder $(ARGS)

soak: install-test ## what takes long: a day on the wall, many screens, replicas, a failover
	@"$(BIN)/python" -m pytest -m soak -rs $(ARGS)

teeth: install-test ## every fault's test has to fail when its defence is taken out
	@"$(BIN)/python" -m pytest -m teeth -rs -v tests/faults/test_teeth.py $(ARGS)

check: install-test ## format, lint, types
	@"$(BIN)/ruff" format --check .
	@"$(BIN)/ruff" check .
	@"$(BIN)/mypy"

format: install-test ## bring the code into its format
	@"$(BIN)/ruff" check --fix --quiet . ; "$(BIN)/ruff" format .

bench: install-test ## performance, as ratios measured side by side in one run
	@"$(BIN)/python" -m bench $(ARGS)

bench-compare: install-test ## the same of another commit, BASE=<rev>, and of this tree, in turn
	@test -n "$(BASE)" || { echo "which commit? make bench-compare BASE=<rev>"; exit 2; }
	@"$(BIN)/python" -m bench.compare $(BASE) $(ARGS)

growth: install-test ## 1, 10 and 100 million observations, and a country instead of a city
	@"$(BIN)/python" -m bench.growth $(ARGS)

shots: install-test ## pictures of every page on every screen, to look at, in results/shots (ARGS="overview --screens phone")
	@"$(BIN)/python" -m tests.shots $(ARGS)

docs: install ## write docs/indicators.md from the registry
	@"$(BIN)/python" -m docs.catalogue

locks: ## compile the lock files again (needs uv on the path; ARGS=--upgrade for newer versions)
	uv pip compile --quiet $(ARGS) --generate-hashes --no-emit-index-url --python-version 3.11 \
		pyproject.toml -o requirements.lock
	uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --extra test \
		-c requirements.lock pyproject.toml -o requirements-test.lock

clean: ## remove the environment and caches, never var/
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .hypothesis
