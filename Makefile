# `make demo` and `make test` set up all they need: a virtual environment in .venv, from PyPI.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= ../shared/data

.PHONY: demo test check gate docs screenshots benchmark train clean

demo: $(VENV)/installed
	rm -f demo.db demo.db-wal demo.db-shm
	$(BIN)/onrecord read examples/coverage.jsonl --record demo.db
	$(BIN)/onrecord said --record demo.db --about 'pension*'
	$(BIN)/onrecord code --codebook examples/codebook.toml --record demo.db
	$(BIN)/onrecord shifts --record demo.db
	@echo
	@echo "Try next:"
	@echo "  $(BIN)/onrecord serve --record demo.db --open             all of it in the browser"
	@echo "  $(BIN)/onrecord stands --record demo.db                   where everybody stands"
	@echo "  $(BIN)/onrecord articles --record demo.db                 what is in the record"
	@echo "  $(BIN)/onrecord actors --record demo.db                   who speaks, as what, how often"
	@echo "  $(BIN)/onrecord said --by minister --record demo.db       what ministers said"
	@echo "  $(BIN)/onrecord show austria-pensions-1 --record demo.db  an article, marked"
	@echo "  $(BIN)/onrecord export csv --record demo.db -o demo.csv   everything, for a spreadsheet"
	@echo "  $(BIN)/onrecord read YOUR-ARTICLES/ --record my.db        your own coverage"

test: check
	$(BIN)/python -m pytest

check: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Accuracy and speed of what ships, against floors; needs the data for PolNeAR, and runs on benchmark/cases without.
gate: $(VENV)/installed
	$(BIN)/python -m benchmark.gate --data $(DATA)

docs: $(VENV)/installed
	$(BIN)/python docs/write_cli.py > docs/cli.md

# Pictures of the main pages, from the demo record; needs Chromium (apt-get install chromium).
screenshots: $(VENV)/installed
	test -f demo.db || $(MAKE) demo
	$(BIN)/python tests/browser/screenshots.py demo.db

benchmark: $(VENV)/benchmark
	$(BIN)/python -m benchmark.web
	$(BIN)/python -m benchmark.speed --data $(DATA)
	$(BIN)/python -m benchmark.pages $(DATA)
	$(BIN)/python -m benchmark.copies $(DATA)
	$(BIN)/python -m benchmark.actors --data $(DATA)
	$(BIN)/python -m benchmark.positions --fit
	$(BIN)/python -m benchmark.positions --speed 10000 --concepts 100 --data $(DATA)
	$(BIN)/python -m benchmark.metonyms --data $(DATA)
	$(BIN)/python -m benchmark.register --data $(DATA)
	$(BIN)/python -m benchmark.codebook --data $(DATA)
	$(BIN)/python -m benchmark.learning --data $(DATA)
	$(BIN)/python -m benchmark.networks
	$(BIN)/python -m benchmark.review
	$(BIN)/python -m benchmark.dna

# Makes src/onrecord/weights anew: about three hours on two free cores. See training/README.md.
TRAIN := $(BIN)/python -m training.train --data $(DATA)
train: $(VENV)/train
	$(BIN)/python -m training.silver --data $(DATA)
	$(TRAIN) --out runs/first --passes 6 --stop-after 5 --hide 0.06 --seed 1
	$(TRAIN) --out runs/second --start runs/first/model.pt --fresh-pointers --passes 4 --rate 2e-4 --hide 0.08 --seed 2
	$(BIN)/python -m training.average runs/first/model.pt runs/second/model.pt --out runs/average.pt
	$(TRAIN) --out runs/third --start runs/average.pt --passes 2 --rate 1e-4 --heads-rate 4e-4 --dropout 0.1 --hide 0.12 --cases 4 --seed 3
	$(TRAIN) --out runs/fourth --start runs/third/model.pt --passes 4 --polnear 0.6 --cases 4 --rate 1.5e-4 --heads-rate 6e-4 --dropout 0.1 --hide 0.1 --seed 4
	$(BIN)/python -m training.average runs/third/model.pt runs/fourth/model.pt --pointers --shares 4 1 --actors --out runs/branched.pt
	$(TRAIN) --out runs/fifth --start runs/branched.pt --actors-only --passes 3 --polnear 0.15 --cases 5 --rate 2.5e-4 --heads-rate 6e-4 --dropout 0.1 --hide 0.1 --seed 5
	$(BIN)/python -m training.ship --data $(DATA) --run runs/fifth --logs $(foreach r,first second third fourth fifth,runs/$(r)/log.jsonl)

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "onrecord needs Python 3.11 or newer"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(VENV)/benchmark: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[benchmark]'
	touch $@

$(VENV)/train: $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train]'
	touch $@

clean:
	rm -rf $(VENV) demo.db demo.db-wal demo.db-shm
