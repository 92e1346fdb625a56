# What there is to do here. `make setup` is part of each of the others and does nothing where nothing is missing.
.POSIX:
.PHONY: help setup demo test lint types security sbom bench bench-network screenshots requirements clean

BIN = .venv/bin
# How many tests run at once. Browsers are heavy: more than two on a small machine makes them slow, not fast.
WORKERS = 2
# For `make bench-network`. ARGS="--only 2g --seconds 10" takes a quick look and keeps nothing.
ARGS = --write
COMPILE = uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --universal

help:
	@echo "make setup        make .venv and install what is missing"
	@echo "make demo         a demo school on http://127.0.0.1:8000"
	@echo "make test         every check and every test, as CI runs them"
	@echo "make security     looks for holes: linters, headers, and scanners on a running demo"
	@echo "make sbom         what Farward is made of, as CycloneDX, in build/farward.cdx.json"
	@echo "make bench        the measurements of docs/performance.md"
	@echo "make bench-network how calls sound on bad networks, beside a plain call (root, 20 minutes)"
	@echo "make screenshots  the pictures in docs/screenshots"
	@echo "make requirements compile the pinned requirements anew"

setup:
	@sh scripts/setup.sh

demo: setup
	@$(BIN)/farward demo

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet farward

types: setup
	FARWARD_SECRET_KEY=types-only $(BIN)/mypy

test: lint types
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not alone"
	$(BIN)/pytest -m alone

# What cannot be installed is named by the script and counts as not run.
.venv-security: requirements/security.txt
	@python3 -m venv .venv-security
	@.venv-security/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/security.txt \
		|| echo "Some of the tools could not be installed."
	@touch .venv-security

security: setup .venv-security
	@$(BIN)/python -m scripts.security

sbom: setup .venv-security
	@$(BIN)/python -m scripts.sbom

bench: setup
	$(BIN)/python -m bench.journal --write
	$(BIN)/python -m bench.fanout --write
	$(BIN)/python -m bench.weight --write
	$(BIN)/python -m bench.access --write
	$(BIN)/python -m bench.figures

# The scores need a few packages more, and PESQ a C compiler: without it they are taken without PESQ.
bench-network: setup
	@$(BIN)/python -c 'import pystoi' 2>/dev/null \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check pystoi
	held=0; $(BIN)/python -m bench.network $(ARGS) || held=$$?; $(BIN)/python -m bench.figures && exit $$held

screenshots: setup
	$(BIN)/python scripts/screenshots.py

requirements: setup
	@command -v uv >/dev/null || { echo "make requirements needs uv: run 'pip install uv'"; exit 1; }
	$(COMPILE) pyproject.toml --extra rehearse -o requirements/base.txt
	$(COMPILE) requirements/dev.in -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) requirements/bench.in -c requirements/base.txt -c requirements/dev.txt -o requirements/bench.txt
	$(COMPILE:--universal=) requirements/security.in -o requirements/security.txt

clean:
	rm -rf .venv .venv-security build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache farward-demo rehearsal network-lab
