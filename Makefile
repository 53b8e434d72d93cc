# The human's entry points. Everything is installed into .venv; settings come from the environment (see README.md).
# It runs under GNU Make 3.81, which macOS has, and with the tools of Linux and macOS.
# The first of these that can run Visage is taken; requirements/usable.py says which can.
PYTHON ?= python3.13 python3.12 python3.11 python3
BIN := .venv/bin
FACES ?=
ERRATA ?=
N ?= 100000
export TF_CPP_MIN_LOG_LEVEL ?= 3
# macOS ends forked processes that use its Objective-C libraries, unless this is set.
export OBJC_DISABLE_INITIALIZE_FORK_SAFETY ?= YES

.DEFAULT_GOAL := help
.PHONY: help run demo wheel test test-all photographs screenshots lint audit psql index doctor bench eval eval-pad fuzz soak lock clean

help: ## Print these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: .venv/installed-run ## Install what is missing and serve Visage on localhost
	@# The first time, the networks are converted while the widget is bundled and the database is created.
	@[ -f web/dist/visage.js ] || { $(BIN)/visage prepare > /dev/null & }; \
		$(MAKE) --no-print-directory web/dist/visage.js
	@$(BIN)/visage serve

demo: .venv/installed-run web/dist/visage.js ## Try Visage with a sample account; Ctrl-C deletes everything
	@$(BIN)/visage demo

wheel: .venv/installed-run ## Build a wheel, to install without a checkout, into dist/, with the lock beside it
	@rm -rf dist
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@rm -rf build && cp requirements/run.lock requirements/overrides.txt dist && ls dist/*

test: .venv/installed-dev chromium nginx ## Run the tests
	$(BIN)/python -m tests.photographs
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

test-all: .venv/installed-dev chromium firefox webkit nginx apache ## Run the tests, those that take minutes too
	$(BIN)/python -m tests.photographs
	$(BIN)/python -m pytest -n 2 --dist loadfile

photographs: .venv/installed-run ## Fetch three photographs of one person, and one of another, into photographs/
	@$(BIN)/python -m service.demo.photographs photographs

screenshots: .venv/installed-dev chromium ## Keep a picture of every state of the pages in .cache/screenshots
	rm -rf .cache/screenshots
	$(BIN)/python -m pytest -n 2 tests/browser/test_states.py

lint: .venv/installed-dev ## Check style, types and what is known to be unsafe
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin --python-version 3.13
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive benchmarks clients db embeddings migrations service web

audit: .venv/installed-dev ## Ask PyPI which of the pinned packages have known vulnerabilities
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements/run.lock

psql: .venv/installed-run ## Open psql on the database
	@$(BIN)/visage psql

index: .venv/installed-run ## Show the vector index and what searches find in it
	@$(BIN)/visage index status

doctor: .venv/installed-run ## Show whether the service is healthy, and how far it can be trusted
	@$(BIN)/visage doctor

bench: .venv/installed-dev chromium ## Measure speed: each stage, guidance, the widget, logins with up to N people enrolled
	$(BIN)/python -m benchmarks.speed.pipeline
	$(BIN)/python -m benchmarks.speed.guidance
	$(BIN)/python -m benchmarks.speed.widget
	$(BIN)/python -m benchmarks.speed.scale --people $(N)

eval: .venv/installed-dev ## Measure accuracy on FACES=<folders of person/photo>, the first one large; ERRATA=<csv>
	$(BIN)/python -m benchmarks.accuracy $(addprefix --faces ,$(FACES)) $(addprefix --errata ,$(ERRATA))
	$(BIN)/python -m benchmarks.accuracy.over_http --faces $(firstword $(FACES)) $(addprefix --errata ,$(ERRATA))

eval-pad: .venv/installed-dev ## Measure the liveness checks on attacks drawn from photographs (FACES), or recorded (FOOTAGE)
	$(BIN)/python -m tests.photographs
	$(BIN)/python -m benchmarks.pad $(addprefix --faces ,$(FACES)) $(addprefix --footage ,$(FOOTAGE))

fuzz: .venv/installed-dev ## Feed everything that strangers can send with mutated input for FUZZ_SECONDS (600)
	$(BIN)/python -m tests.fuzz

soak: .venv/installed-dev ## Send twice the load that the service can serve for SOAK_SECONDS (600), and check that nothing is lost
	$(BIN)/python -m tests.photographs
	$(BIN)/python -m benchmarks.soak

lock: .venv/installed-dev ## Pin the newest allowed packages into requirements/*.lock
	$(COMPILE) -o requirements/run.lock
	$(COMPILE) --extra dev -c requirements/run.lock -o requirements/dev.lock

# For every platform and Python version; tests/test_lock.py checks that each package has a wheel for those we name.
COMPILE := $(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--overrides requirements/overrides.txt --upgrade

clean: ## Remove the environment and caches; your data in var/ stays
	rm -rf .venv .cache web/dist

.venv/bin/python:
	@for python in $(PYTHON); do \
		if "$$python" requirements/usable.py 2>/dev/null; then exec "$$python" -m venv .venv; fi; \
	done; \
	echo "Visage needs Python 3.11, 3.12 or 3.13 with its module venv, on Linux (x86-64 or arm64) or macOS (Apple silicon):" \
		"install one, or name one by 'make run PYTHON=/path/to/python3'." >&2; exit 1

.venv/installed-run: requirements/run.lock pyproject.toml | .venv/bin/python
	@echo "Installing the packages into .venv: up to a minute the first time ..."
	@date +%s > .venv/.started
	@$(BIN)/python requirements/install.py requirements/run.lock
	@echo "Installing the packages took $$(( $$(date +%s) - $$(cat .venv/.started) )) s."
	@touch $@

.venv/installed-dev: requirements/dev.lock .venv/installed-run
	$(BIN)/python requirements/install.py requirements/dev.lock
	@touch $@

# Folders are among the sources, as nothing else is newer than the bundle once a file of theirs is gone.
BUNDLED := $(shell find web -mindepth 1 \( -path web/dist -o -name __pycache__ \) -prune -o \( -type d -o -name '*.[jt]s' -o -name '*.css' \) -print)
web/dist/visage.js: $(BUNDLED) $(wildcard web/*.py web/package*.json) | .venv/installed-run
	@echo "Bundling the widget and the API viewer, with esbuild, which npm fetches the first time ..."
	-@$(BIN)/python -m web.build.bundle

# Installs packages as root on Debian, and fails elsewhere.
APT_INSTALL := [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { $(APT_INSTALL) chromium; } || \
		{ echo "The browser tests need a program named chromium or google-chrome:" \
		"on Debian run 'sudo apt-get install chromium', elsewhere put a link to it on the PATH."; exit 1; }

.PHONY: firefox
firefox:
	@command -v firefox-esr >/dev/null || { $(APT_INSTALL) firefox-esr; } || \
		echo "The tests in Firefox are skipped: they need 'sudo apt-get install firefox-esr'."

# Without GStreamer's plugin for OpenGL, a video of WebKit shows its first frame for ever.
WEBKIT := webkit2gtk-driver gstreamer1.0-gl xvfb
.PHONY: webkit
webkit:
	@dpkg-query -W $(WEBKIT) >/dev/null 2>&1 || { $(APT_INSTALL) $(WEBKIT); } || \
		echo "The tests in WebKit are skipped: they need 'sudo apt-get install $(WEBKIT)'."

# Unpacked and not installed, as an installed nginx starts to serve.
.PHONY: nginx
nginx:
	@command -v nginx >/dev/null || [ -x .cache/nginx/usr/sbin/nginx ] || { command -v apt-get >/dev/null && \
		mkdir -p .cache/nginx && cd .cache/nginx && \
		{ [ "$$(id -u)" != 0 ] || apt-get update -qq; } && apt-get download -qq -o APT::Sandbox::User=root nginx && dpkg -x nginx_*.deb . ; } || \
		echo "The tests of a proxy are skipped: they need nginx; on Debian run 'sudo apt-get install nginx'."

# Unpacked like nginx, with the libraries that the two packages name, except those that every Debian has.
APACHE := apache2-bin libapache2-mod-auth-openidc
.PHONY: apache
apache:
	@[ -f /usr/lib/apache2/modules/mod_auth_openidc.so ] || [ -f .cache/apache/usr/lib/apache2/modules/mod_auth_openidc.so ] || \
		{ command -v apt-get >/dev/null && mkdir -p .cache/apache && cd .cache/apache && \
		{ [ "$$(id -u)" != 0 ] || apt-get update -qq; } && apt-get download -qq -o APT::Sandbox::User=root $(APACHE) \
		$$(apt-cache depends $(APACHE) | sed -n 's/^  Depends: \(lib[a-z].*\)/\1/p' | grep -vxE 'libc6|libcrypt1' | sort -u) && \
		for package in *.deb; do dpkg -x $$package .; done; } || \
		echo "The test of Apache is skipped: it needs mod_auth_openidc; on Debian run 'sudo apt-get install $(APACHE)'."
