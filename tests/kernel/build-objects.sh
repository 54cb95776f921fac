#!/bin/bash
# SPDX-License-Identifier: MIT
# Compile files of Linux 6.12 as they are and rewritten to use generated headers: module stubs, PLTs, optimised kprobes;
# hold tables of opcodes against those of the source.
#
#   TRAMPGEN        the compiler to run from the root of the clone (.venv/bin/trampgen)
#   TRAMPGEN_CACHE  where the source and the prepared build trees live (${XDG_CACHE_HOME:-~/.cache}/trampgen)
#   KERNEL_OBJECTS  which of ppc64le, ppc64le-pcrel, ppc64be-elfv1, ppc32, arm, arm64,
#                   x86-64, x86-64-fp and x86-32 to build (all)
set -euo pipefail
cd "$(dirname "$0")/../.."
unset MAKEFLAGS MFLAGS MAKELEVEL KBUILD_OUTPUT KCFLAGS LLVM # of the make that called us, or of another kernel
export LC_ALL=C

readonly here=tests/kernel
readonly tarball=/usr/src/linux-source-6.12.tar.xz
readonly cache=${TRAMPGEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trampgen}/linux-6.12

readonly known="ppc64le ppc64le-pcrel ppc64be-elfv1 ppc32 arm arm64 x86-64 x86-64-fp x86-32"
targets=${KERNEL_OBJECTS:-$known}
trampgen=${TRAMPGEN:-.venv/bin/trampgen}

die() { echo "kernel-objects: $*" >&2; exit 1; }

# The cross compiler, architecture and configuration of one target.
cross() {
	case $1 in
	ppc64be*) echo powerpc64-linux-gnu- ;;
	ppc64le*) echo powerpc64le-linux-gnu- ;;
	ppc32) echo powerpc-linux-gnu- ;;
	arm) echo arm-linux-gnueabi- ;;
	arm64) echo aarch64-linux-gnu- ;;
	x86-64*) echo x86_64-linux-gnu- ;;
	x86-32) echo i686-linux-gnu- ;;
	esac
}
arch() {
	case $1 in
	arm | arm64) echo "$1" ;;
	x86-64*) echo x86_64 ;;
	x86-32) echo i386 ;;
	*) echo powerpc ;;
	esac
}
fragment() {
	case $1 in # there are no optimised probes on arm64
	arm64) grep -v OPTPROBES $here/common.config ;;
	*) cat $here/common.config ;;
	esac
	case $1 in ppc64*) cat $here/ppc64.config ;; esac
	case $1 in
	ppc64le) printf 'CONFIG_%s=y\n' CPU_LITTLE_ENDIAN MPROFILE_KERNEL LIVEPATCH ;;
	ppc64le-pcrel) printf 'CONFIG_%s=y\n' CPU_LITTLE_ENDIAN MPROFILE_KERNEL LIVEPATCH POWER10_CPU PPC_KERNEL_PCREL ;;
	ppc64be-elfv1) printf 'CONFIG_%s\n' CPU_BIG_ENDIAN=y EXPERT=y PPC64_BIG_ENDIAN_ELF_ABI_V2=n PPC64_ELF_ABI_V1=y ;;
	ppc32) printf 'CONFIG_%s=y\n' PPC_BOOK3S_32 PPC_WERROR ;;
	arm) printf 'CONFIG_%s=y\n' MMU ARCH_MULTI_V7 ARCH_VIRT AEABI WERROR ;;
	arm64) printf 'CONFIG_%s=y\n' ARM64_ERRATUM_843419 WERROR ;;
	x86-64) printf 'CONFIG_%s=y\n' 64BIT SMP FTRACE FUNCTION_TRACER DYNAMIC_FTRACE UNWINDER_ORC WERROR ;;
	x86-64-fp) printf 'CONFIG_%s=y\n' 64BIT SMP FTRACE FUNCTION_TRACER DYNAMIC_FTRACE UNWINDER_FRAME_POINTER WERROR ;;
	x86-32) printf 'CONFIG_%s=y\n' M686 UNWINDER_FRAME_POINTER WERROR ;;
	*) die "unknown target $1: one of $known" ;;
	esac
}

# What is rewritten for a target: source, specification, and how, an ed script of this folder.
files() {
	case $1 in ppc64*) echo arch/powerpc/kernel/module_64.c powerpc/module_stub module_64.ed ;; esac
	case $1 in
	arm) echo arch/arm/probes/kprobes/opt-arm.c arm/optprobe opt-arm.ed ;;
	arm64) echo arch/arm64/kernel/module-plts.c arm64/module_plt module-plts.ed ;;
	x86*) echo arch/x86/kernel/kprobes/opt.c x86/optprobe opt-x86.ed ;;
	*) echo arch/powerpc/kernel/optprobes.c powerpc/optprobe optprobes.ed ;;
	esac
}

# Install what is missing if we may, else name it.
packages() {
	local missing=() t gcc
	need() { eval "$1" >/dev/null 2>&1 || missing+=("$2"); }
	for t in make gcc flex bison bc ed perl; do need "command -v $t" $t; done
	need "command -v xz" xz-utils
	need "command -v flock" util-linux
	need "test -e /usr/include/stdlib.h" libc6-dev
	need "test -e /usr/include/gelf.h" libelf-dev
	need "test -e $tarball" linux-source-6.12
	for t in $targets; do
		fragment "$t" >/dev/null
		gcc=$(cross "$t")gcc
		gcc=${gcc%-gcc}
		need "command -v $gcc-gcc" "gcc-${gcc//_/-}"
		[ "$t" != arm64 ] || need "command -v qemu-aarch64" qemu-user
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		export DEBIAN_FRONTEND=noninteractive
		{ apt-get update -qq; apt-get install -qq -y --no-install-recommends "${missing[@]}"; } >/dev/null && return
	fi
	die "missing packages: ${missing[*]}"
}

# The part of the source that these objects need, and every Kconfig.
readonly parts=(
	Makefile Kbuild '*Kconfig*' include scripts arch/powerpc arch/arm arch/arm64 arch/x86
	kernel/bounds.c kernel/time/timeconst.bc lib/vdso
	tools/Makefile tools/arch tools/build tools/include tools/lib tools/objtool tools/scripts
)
unpack() {
	[ ! -d "$src" ] || return 0
	rm -rf "$src.new"
	mkdir "$src.new"
	xz -dc -T0 $tarball | tar -x -C "$src.new" --strip-components=1 --wildcards "${parts[@]/#/linux-source-6.12/}"
	mv "$src.new" "$src"
}
one_more() { # FILE that no object needs
	[ -e "$src/$1" ] || xz -dc -T0 $tarball | tar -x -C "$src" --strip-components=1 "linux-source-6.12/$1"
}

kbuild() { # TARGET ARGUMENT...
	make -C "$src" O="$out" ARCH="$(arch "$1")" CROSS_COMPILE="$(cross "$1")" -s -j"$(nproc)" "${@:2}"
}

logged() { # LOG COMMAND...
	"${@:2}" >"$out/$1" 2>&1 || { cat "$out/$1" >&2; die "$target: $1 failed"; }
}

# Every line of the fragment must hold in .config; one that does not is printed.
kept() {
	awk -F= 'NR == FNR { if (/^CONFIG_/) got[$1] = $2; next }
		/^CONFIG_/ && got[$1] != ($2 == "n" ? "" : $2) { print; lost = 1 }
		END { exit lost }' "$out/.config" "$out/fragment.config" >&2
}

prepare() {
	local source spec script object
	[ ! -e "$out/prepared" ] || return 0
	mkdir -p "$out"
	fragment "$target" >"$out/fragment.config"
	logged config.log kbuild "$target" KCONFIG_ALLCONFIG="$out/fragment.config" allnoconfig
	kept || die "$target: the configuration lost the above"
	logged prepare.log kbuild "$target" prepare
	while read -r source spec script; do
		object=${source%.c}.o
		# Kbuild looks in the build tree before the source: a copy there would hide the original.
		rm -f "$out/$source"
		logged "before-${script%.ed}.log" kbuild "$target" "$object"
		cp "$out/$object" "$out/before-${script%.ed}.o"
	done < <(files "$target")
	touch "$out/prepared"
}

# The rewritten file shadows the original from inside the build tree; the source stays as it was.
rewrite() { # SOURCE SPEC SCRIPT
	local name=${2##*/} object=${1%.c}.o
	logged trampgen.log $trampgen build "examples/linux/$2.tramp" -o "$out/include/generated/tramp" --emit header
	# Lists for an initialiser can't be put in parentheses: the one type that is left out.
	logged checkpatch.log perl "$src/scripts/checkpatch.pl" --no-tree --no-summary --strict --quiet \
		--ignore COMPLEX_MACRO -f "$out/include/generated/tramp/$name.h"
	cp "$src/$1" "$out/$1.new"
	logged rewrite.log ed -s -v "$out/$1.new" <"$here/$3"
	mv "$out/$1.new" "$out/$1"
	diff -u --label "a/$1" --label "b/$1" "$src/$1" "$out/$1" >"$out/${3%.ed}.diff" || true
	rm -f "$out/$object"
	logged "after-${3%.ed}.log" kbuild "$target" "$object"
}

sizes() { "$(cross "$target")size" "$1" | awk 'NR == 2 { print $1, $2 }'; }

# The template that the kernel's own source makes, with its own offsets, is the one that the specification makes.
compare() {
	local object=arch/powerpc/kernel/optprobes_head.o spec=powerpc cases order=be
	[ "$target" != arm64 ] || { compare_plt; return; }
	case $target in
	ppc64le) cases=ppc64.elfv2 order=le ;;
	ppc64le-pcrel) cases=ppc64.pcrel order=le ;;
	ppc64be-elfv1) cases=ppc64.elfv1 ;;
	ppc32) cases=ppc32.elfv2 ;;
	arm) cases=v7 order=le spec=arm object=before-opt-arm.o ;;
	x86-64) cases=x86_64.no_frame_pointer ;;
	x86-64-fp) cases=x86_64.frame_pointer ;;
	x86-32) cases=x86_32.frame_pointer ;;
	esac
	case $target in x86*) order=le spec=x86 object=before-opt-x86.o ;; esac
	case $target in x86-64*) compare_ftrace "${cases#*.}.bare" ;; esac
	case $object in arch/*) logged head.log kbuild "$target" $object ;; esac
	"$(dirname "${trampgen%% *}")/python" $here/same_template.py "$trampgen" "examples/linux/$spec/optprobe.tramp" \
		"$cases" "$order" "$out/include/generated/asm-offsets.h" "$out/$object" "$out/blobs" >"$out/compare.log" ||
		die "$target: the templates differ"
	printf '%-14s %s\n' "$target" "$(cat "$out/compare.log")"
}

# Tables are read from the source: nothing has to be compiled.
tables() { # SPEC SCRIPT SOURCE...
	local spec=examples/linux/$1.tramp script=$2
	target=${1%/*} out=$cache/tables
	shift 2
	mkdir -p "$out"
	logged trampgen.log $trampgen build "$spec" -o "$out" --emit header
	logged checkpatch.log perl "$src/scripts/checkpatch.pl" --no-tree --no-summary --strict --quiet \
		--ignore COMPLEX_MACRO -f "$out/$(basename "$spec" .tramp).h"
	"$(dirname "${trampgen%% *}")/python" "$here/$script" "$trampgen" "$spec" "$out" "${@/#/$src/}" \
		>"$out/compare.log" || die "$spec: the tables differ"
	printf '%-14s %s\n' "$target" "$(cat "$out/compare.log")"
}

# Both objects run, with the part of the kernel that makes instructions.
compare_plt() {
	local tools object insn=arch/arm64/lib/insn.o
	tools=$(cross arm64)
	logged insn.log kbuild arm64 -j1 $insn # two makes would write it, at the same time
	for object in kernel=before-module-plts.o our=arch/arm64/kernel/module-plts.o; do
		"${tools}objcopy" --redefine-sym "get_plt_entry=${object%%=*}_get_plt_entry" \
			--keep-global-symbol="${object%%=*}_get_plt_entry" \
			"$out/${object#*=}" "$out/same-${object%%=*}.o"
	done
	logged same.log "${tools}gcc" -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -static \
		-Wl,--unresolved-symbols=ignore-all -o "$out/same" $here/same_plt.c "$out"/same-{kernel,our}.o "$out/$insn"
	qemu-aarch64 "$out/same" || die "$target: the entries differ ($?)"
	printf '%-14s %s\n' "$target" "12 million entries of the PLT are those of before-module-plts.o"
}

# So with the trampolines of function tracing, which the kernel makes from its own code.
compare_ftrace() { # CASES
	local object=arch/x86/kernel/ftrace_64.o
	logged ftrace-object.log kbuild "$target" $object
	"$(dirname "${trampgen%% *}")/python" $here/same_ftrace.py "$trampgen" examples/linux/x86/ftrace.tramp "$1" \
		"$out/$object" "$out/blobs" >"$out/ftrace.log" || die "$target: the trampolines differ"
	sed "s/^/$(printf '%-14s ' "$target")/" "$out/ftrace.log"
}

report() { # SOURCE SCRIPT
	local text data text2 data2 name=${2%.ed}
	read -r text data < <(sizes "$out/before-$name.o")
	read -r text2 data2 < <(sizes "$out/${1%.c}.o")
	printf '%-14s %-14s %7s %15s %12s %9s\n' "$target" "$(basename "$1")" \
		"$(wc -l <"$src/$1")->$(wc -l <"$out/$1")" "$text -> $text2" "$data -> $data2" \
		"$(cat "$out/before-$name.log" "$out/after-$name.log" | grep -c 'warning:' || true)"
}

command -v ${trampgen%% *} >/dev/null || die "there is no ${trampgen%% *}: make bootstrap makes it, or set TRAMPGEN"
packages
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
src=$cache/source-$({ stat -c '%s %Y' $tarball; echo "${parts[*]}"; } | sha256sum | cut -c1-12)
unpack
printf '%-14s %-14s %7s %15s %12s %9s\n' target file lines text data warnings
for target in $targets; do
	out=$cache/$target-$({ fragment "$target"; files "$target"; echo "$src"; "$(cross "$target")gcc" -v 2>&1; } | sha256sum | cut -c1-12)
	prepare
	while read -r source spec script; do
		rewrite "$source" "$spec" "$script" </dev/null
		report "$source" "$script"
	done < <(files "$target")
	compare
	ln -sfn "${out##*/}" "$cache/$target" # where the tests find before-*.o and the rewritten objects
done
tables x86/opcodes same_bitmaps.py arch/x86/kernel/uprobes.c arch/x86/kernel/kprobes/core.c
tables arm/decode_arm same_tables.py arch/arm/probes/decode-arm.c
tables arm/decode_thumb same_tables.py arch/arm/probes/decode-thumb.c
tables arm64/insn_classes same_classes.py arch/arm64/include/asm/insn.h
one_more arch/riscv/include/asm/insn.h
tables riscv/insn_classes same_classes.py arch/riscv/include/asm/insn.h
echo "see $cache/TARGET/*.diff"
