# Needs Python 3.11 or newer with pip, and make. Everything else goes into .venv, at the versions of constraints.txt.
#   make eval PYTHON=python3.12      another interpreter
#   make test ARGS="-k abc -x"       arguments for pytest

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.installed-base
AUDIO := $(VENV)/.installed-audio
DEV := $(VENV)/.installed-dev
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
# Only the model in its wheel is used, by onnxruntime: what its metadata demands would be TensorFlow.
BASIC_PITCH := $(PIP_INSTALL) --no-deps basic-pitch

.DEFAULT_GOAL := help
MODEL = build/model-$(LICENSE)
LICENSE ?= any

.PHONY: help eval test audio check format bench model clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

eval: $(BASE) ## key and time-signature accuracy of the language model and every classical method
	$(BIN)/symbolic-eval --task key --task time-signature --model default --model 'baseline:*'

audio: $(AUDIO) ## what symbolic-transcribe needs for recordings

test: $(DEV) ## the test suite
	$(BIN)/python -m pytest $(ARGS)

check: $(DEV) ## ruff, mypy strict, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

format: $(DEV) ## rewrites the sources as `make check` wants them
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## the side-by-side measurements in tests/benchmarks (minutes)
	@set -e; for file in tests/benchmarks/[a-z]*.py; do \
	  [ -e "$$file" ] || continue; \
	  module=$$(basename "$$file" .py); \
	  echo "== $$module"; \
	  $(BIN)/python -m tests.benchmarks.$$module; \
	done

# Each step goes on where it was stopped, or is skipped where it is done.
FIRST = --set pretrain.schedule=constant_with_warmup --set pretrain.epochs=0.635
SECOND = --set pretrain.schedule=linear --set pretrain.epochs=1 --set pretrain.answer_weight=2 --set 'pretrain.mix=["*:0.08", \
  "key:0.6", "time-signature:0.8", "theory:1.2", "score:0.2", "phrases:0.2", "structure:0.5", "chords:0.5"]'
THIRD = --set pretrain.schedule=linear --set pretrain.epochs=0.9 --set pretrain.answer_weight=2 --set pretrain.row=1024 \
  --set pretrain.batch=8 --set pretrain.optimizer=muon --set 'pretrain.mix=["*:0.05", "key:0.6", "time-signature:2", "phrases:2", \
  "theory:0.3", "score:0.15", "structure:0.5", "chords:0.5", "sections:0.3"]'
LAST = --set finetune.epochs=0.02 --set finetune.learning_rate=5e-4
THEORY = --preset mini-theory
model: $(DEV) ## trains the models in data/models/default and theory anew (five hours); LICENSE=commercial: from free sources only
	set -e; for name in mini mini-questions mini-notated mini-theory mini-theory-drawn; do \
	  $(BIN)/symbolic-data build --out $(MODEL)/$$name --config training/corpus/presets/$$name.toml --license $(LICENSE) || [ $$? = 1 ]; \
	done
	[ -e $(MODEL)/tokenizer ] || $(BIN)/symbolic-train tokenizer --corpus $(MODEL)/mini --out $(MODEL)/tokenizer
	$(BIN)/symbolic-train pretrain --corpus $(MODEL)/mini --tokenizer $(MODEL)/tokenizer --out $(MODEL)/first $(FIRST)
	$(BIN)/symbolic-train pretrain --corpus $(MODEL)/mini-questions --base $(MODEL)/first --out $(MODEL)/second $(SECOND)
	$(BIN)/symbolic-train pretrain --corpus $(MODEL)/mini-notated --base $(MODEL)/second --out $(MODEL)/base $(THIRD)
	$(BIN)/symbolic-train finetune --corpus $(MODEL)/mini-questions --model $(MODEL)/base --out $(MODEL)/adapter $(LAST)
	[ -e $(MODEL)/default ] || $(BIN)/symbolic-train merge $(MODEL)/base $(MODEL)/adapter --out $(MODEL)/default
	$(BIN)/python -m eval.models.notate.fit $(MODEL)/default --questions $(MODEL)/mini/questions/dev.jsonl
	[ -e $(MODEL)/theory-tokenizer ] || $(BIN)/symbolic-train tokenizer --corpus $(MODEL)/mini-theory --out $(MODEL)/theory-tokenizer $(THEORY)
	$(BIN)/symbolic-train pretrain --corpus $(MODEL)/mini-theory --tokenizer $(MODEL)/theory-tokenizer --out $(MODEL)/theory-first $(THEORY) \
	  --set pretrain.schedule=constant_with_warmup --set pretrain.epochs=0.89
	$(BIN)/symbolic-train pretrain --corpus $(MODEL)/mini-theory-drawn --base $(MODEL)/theory-first --out $(MODEL)/theory $(THEORY)
	@echo "$(MODEL)/default and theory are ready: symbolic-eval --task key --model hf:$(MODEL)/default"

clean: ## removes the environment, builds and caches
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A Python without ensurepip (Debian's, without python3-venv) makes the environment without pip and installs pip from outside.
$(BIN)/python:
	@echo "Making $(VENV) with $(PYTHON)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  $(PYTHON) -m venv --clear --without-pip $(VENV) && \
	  $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet pip; }

$(BASE): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the project into $(VENV) (once)"
	@$(PIP_INSTALL) -e .
	@touch $@

$(AUDIO): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the project and what recordings need into $(VENV) (once)"
	@$(PIP_INSTALL) -e ".[audio]"
	@$(BASIC_PITCH)
	@touch $(BASE) $@

$(DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the project and its development tools into $(VENV) (once)"
	@$(PIP_INSTALL) -e ".[dev]"
	@$(BASIC_PITCH)
	@touch $(BASE) $(AUDIO) $@
