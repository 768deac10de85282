# The targets a newcomer needs; `make` alone lists them. Works as root and as an ordinary user, with or without a home folder.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test check kafka bench clean

BIN := .venv/bin
SERVE ?= 1
KAFKA ?= 0
KAFKA_PORT ?= 9092
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

help:
	@echo "Customer hub. What you can do here:"
	@echo
	@echo "  make demo            install what is needed, then see the hub work on sample customers and serve its API"
	@echo "  make demo SERVE=0    the same, and leave instead of serving"
	@echo "  make demo KAFKA=1    the same over a real Kafka broker (needs Java 17 and Maven, no Docker); KAFKA_PORT=9092"
	@echo
	@echo "  make setup           a development environment in .venv (Python 3.11 or newer; PYTHON=... chooses one)"
	@echo "  make test            all tests, against a real PostgreSQL and a real Kafka; ARGS='-k merge' picks some"
	@echo "  make check           style, types and the direction of imports"
	@echo "  make bench           measure speed and matching quality"
	@echo "  make kafka           a Kafka broker at localhost:9092 until Ctrl-C"
	@echo "  make clean           remove .venv and caches; data folders stay"
	@echo
	@echo "Start with 'make demo'; docs/how-to/getting-started.md goes on from there."

setup: .venv/for-development
	@echo "setup: ready. Next: make test, or make demo"

demo: .venv/for-demo
	@set -eu; options=; \
	if [ "$(SERVE)" = 0 ]; then options=--no-serve; fi; \
	if [ "$(KAFKA)" != 0 ]; then \
	  if ! deploy/kafka/broker status --port $(KAFKA_PORT); then \
	    trap 'deploy/kafka/broker stop --port $(KAFKA_PORT)' EXIT; \
	    deploy/kafka/broker start --port $(KAFKA_PORT); \
	  fi; \
	  options="$$options --kafka localhost:$(KAFKA_PORT)"; \
	fi; \
	$(BIN)/hub demo $$options $(ARGS)

test: .venv/for-development
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/for-development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

kafka:
	@deploy/kafka/broker run --port $(KAFKA_PORT)

bench: .venv/for-development
	@$(BIN)/python -m tests.benchmarks $(ARGS)

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, made again only when what it is made of has changed.
.venv/for-demo: pyproject.toml constraints.txt
	@[ .venv/for-development -nt pyproject.toml -a .venv/for-development -nt constraints.txt ] || deploy/environment .
	@touch $@

.venv/for-development: pyproject.toml constraints.txt
	@deploy/environment '.[dev]'
	@touch $@
