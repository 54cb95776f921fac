#!/bin/bash
# SPDX-License-Identifier: MIT
# Linux 6.12 on generated headers: built, booted under qemu, judged by what it says. `make kernel-test` calls it.
#
#   ARCH            targets of targets.py (all of them)
#   FAULTS          1: then spoil the headers, a word at a time; each of these kernels has to fail. Or the name of one fault.
#   FINDINGS        1: instead of that, show known defects of the kernel as it is. Or the name of one.
#   PYTHON          a Python that has trampgen (.venv/bin/python)
#   TRAMPGEN_CACHE  where the source and the build trees live (${XDG_CACHE_HOME:-~/.cache}/trampgen)
cd "$(dirname "$0")/../../.."
. tests/kernel/lib.sh
. tests/kernel/whole.sh

readonly bootable="ppc64le ppc64be-elfv1 ppc32 arm x86-64"
python=$(command -v "${PYTHON:-.venv/bin/python}") || die "there is no ${PYTHON:-.venv/bin/python}: make bootstrap makes it"

# What it takes to boot, beside what it takes to build.
emulator() { # TARGET
	case $1 in
	ppc*) echo qemu-system-ppc ;;
	arm*) echo qemu-system-arm ;;
	x86*) echo qemu-system-x86 ;;
	esac
}
libc() { # TARGET
	case $1 in
	ppc64le) echo libc6-dev-ppc64el-cross ;;
	ppc64be*) echo libc6-dev-ppc64-cross ;;
	ppc32) echo libc6-dev-powerpc-cross ;;
	arm) echo libc6-dev-armel-cross ;;
	x86-64) [ "$(dpkg --print-architecture)" = amd64 ] && echo libc6-dev || echo libc6-dev-amd64-cross ;;
	esac
}
more_packages() { # TARGET...
	for target; do
		need "dpkg -s $(emulator "$target")" "$(emulator "$target")"
		need "dpkg -s $(libc "$target")" "$(libc "$target")"
	done
}

one() { # TARGET
	local asked=() what=boot
	case ${FAULTS-} in
	'' | 0) ;;
	1) asked=(--faults) ;;
	*) asked=("--faults=$FAULTS") ;;
	esac
	case ${FINDINGS-} in
	'' | 0) ;;
	1) what=findings ;;
	*) what=findings asked=("--findings=$FINDINGS") ;;
	esac
	whole_kernel "$1"
	PYTHONPATH=$PWD "$python" -m "tests.kernel.$what" "$1" "${src%/source}" "$(source_of)" "${asked[@]}" -- \
		make -C "$src" O="$out" ARCH="$(arch "$1")" CROSS_COMPILE="$(cross "$1")" -s -j"$(nproc)" "${pinned[@]}"
}

main() {
	local failed= targets=$bootable
	ARCH=${ARCH//_/-} # x86_64 is what uname says
	[ "${FINDINGS:-0}" = 0 ] || targets="ppc64le arm" # which show some
	for target in ${ARCH:-$targets}; do
		case " $bootable " in *" $target "*) ;; *) die "unknown target $target: one of $bootable" ;; esac
	done
	for target in ${ARCH:-$targets}; do "$here/boot/run.sh" --one "$target" || failed="$failed $target"; done
	[ -z "$failed" ] || die "failed:$failed"
}

case ${1-} in
--one) one "$2" ;;
*) main ;;
esac
exit # so an edit of the file is nothing to a run of it
