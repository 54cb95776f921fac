# Everything runs in .venv, which is made on first use from requirements.lock.
PYTHON ?= python3
ARGS ?=
SOAK ?= 20000
SEED ?= 1
TRUST ?= 1000
VMLINUX_ARCH ?= ppc64le

BIN := .venv/bin
STAMP := .venv/.stamp
DEMO := examples/linux/powerpc/module_stub.tramp examples/linux/powerpc/module_stub_2016.tramp

# Settings for some other Python must not reach the one in .venv.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV

.DELETE_ON_ERROR:
.PHONY: help bootstrap demo test soak sweep trust lint bench bench-decoder bench-elf mutate prebuilt kernel-objects kernel-vmlinux kernel-test wheel lock clean distclean

help: ## print this list (the default)
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  %-16s %s\n' "$$name" "$$text"; done
	@echo "Variables: PYTHON=$(PYTHON) makes .venv; ARGS= goes to pytest (make test) or uv (make lock)."

bootstrap: $(STAMP) ## make .venv (the other targets do it by themselves)

$(STAMP): requirements.lock pyproject.toml .ci/bootstrap
	@PYTHON='$(PYTHON)' .ci/bootstrap

demo: $(STAMP) ## build the powerpc module stubs and show the annotated listing
	$(BIN)/trampgen build -o build --emit header,blob,json,listing $(DEMO)
	@cat build/module_stub.lst

test: $(STAMP) ## run the tests (ARGS="-k name" to choose)
	@.ci/toolchain
	$(BIN)/python -m pytest $(ARGS)

soak: $(STAMP) ## compile 20,000 damaged and made-up specs (SOAK=number, SEED=number)
	TRAMPGEN_SOAK=$(SOAK) TRAMPGEN_SOAK_SEED=$(SEED) $(BIN)/python -m pytest -s tests/soak $(ARGS)

sweep: $(STAMP) ## x86 rewrites and their decoder on whole binaries: every instruction, and a million random ones
	TRAMPGEN_SWEEP=1 $(BIN)/python -m pytest -s tests/unit/test_x86_decode.py tests/run/test_c_rewrites.py tests/execute/test_rewrites.py \
	  tests/kernel/test_x86_decoder.py $(ARGS)

trust: $(STAMP) ## try every kind of instruction that proofs meet from 1,000 random states against processors (TRUST=number)
	TRAMPGEN_TRUST=$(TRUST) $(BIN)/python -m pytest -s tests/prove $(ARGS)

lint: $(STAMP) ## ruff check, ruff format --check, mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP) ## measure against peers and write docs/performance.md; fails where a bar is missed
	$(BIN)/python -m bench

bench-decoder: $(STAMP) ## decoders against QEMU's decodetree.py (QEMU=its source); fails where a bar is missed
	$(BIN)/python -m bench.decoder --qemu '$(QEMU)' $(ARGS)

bench-elf: $(STAMP) ## what is read from kernels, against peers (VMLINUX=one of ppc64le); fails where a bar is missed
	$(BIN)/python -m bench.elf --vmlinux '$(VMLINUX)' $(ARGS)

mutate: $(STAMP) ## put every fault into every example's templates; fails where more survives than is known
	TRAMPGEN_MUTATE=1 $(BIN)/python -m pytest -s tests/prove/test_mutate_examples.py $(ARGS)

prebuilt: $(STAMP) ## make trampgen/prebuilt/ anew, after a change of grammars/ or templates/
	$(BIN)/python -m trampgen.prebuilt

kernel-objects: $(STAMP) ## compile files of Linux 6.12 (module stubs, PLT, optprobes) as they are and on the generated API
	tests/kernel/build-objects.sh

kernel-vmlinux: ## build a whole Linux 6.12 with debug info, for tests and bench (VMLINUX_ARCH=ppc64le; minutes)
	VMLINUX_ARCH='$(VMLINUX_ARCH)' tests/kernel/build-vmlinux.sh

kernel-test: $(STAMP) ## boot Linux 6.12 on generated headers and judge it (ARCH=ppc64le, default all; FAULTS=1 spoils headers, too; FINDINGS=1 shows defects of the kernel)
	ARCH='$(ARCH)' FAULTS='$(FAULTS)' FINDINGS='$(FINDINGS)' tests/kernel/boot/run.sh

wheel: $(STAMP) ## build the wheel into dist/
	$(BIN)/python -m hatchling build -t wheel -d dist

# The pins are kept where they still fit; ARGS=--upgrade moves them. uv does not
# read pip's configuration, so no local index ends up in the result. editables
# is what hatchling asks for when it makes an editable install.
lock: ## resolve requirements.lock anew (ARGS=--upgrade for newer versions)
	rm -rf build/lock && $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -q uv
	{ $(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'; echo editables; } > build/lock/build.in
	build/lock/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" $(ARGS) --output-file requirements.lock pyproject.toml --group dev build/lock/build.in
	rm -rf build/lock

clean: ## remove what was built
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name .venv -prune -o -name .git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove .venv too
	rm -rf .venv
