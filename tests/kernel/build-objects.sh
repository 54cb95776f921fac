#!/bin/bash
# SPDX-License-Identifier: MIT
# Objects of Linux 6.12 with debug info, and files rewritten to use generated headers: module stubs, PLTs, optimised
# kprobes, compiled; tables of opcodes are held against those of the source.
#
# usage: build-objects.sh [--objects | --missing]
#   --objects       only the kernel's own objects; one line for each target says where they are
#   --missing       only the Debian packages that are missing, one a line
#
#   TRAMPGEN        the compiler to run from the root of the clone (.venv/bin/trampgen)
#   TRAMPGEN_CACHE  where the source and the prepared build trees live (${XDG_CACHE_HOME:-~/.cache}/trampgen)
#   KERNEL_OBJECTS  which of the targets in lib.sh to build (all)
cd "$(dirname "$0")/../.."
. tests/kernel/lib.sh

targets=${KERNEL_OBJECTS:-$known}
trampgen=${TRAMPGEN:-.venv/bin/trampgen}

# What specifications describe is in these objects: templates, tables, structs.
objects() { # TARGET
	case $1 in
	ppc*) printf 'arch/powerpc/kernel/%s.o\n' optprobes_head optprobes kprobes uprobes ;;
	arm64) printf 'arch/arm64/kernel/%s.o\n' module-plts probes/kprobes probes/kprobes_trampoline probes/uprobes \
		ftrace entry-ftrace ;;
	arm*) printf 'arch/arm/probes/%s.o\n' kprobes/core kprobes/actions-common uprobes/core ;;
	x86*) printf 'arch/x86/kernel/%s.o\n' kprobes/opt kprobes/core uprobes static_call ;;
	esac
	case $1 in
	ppc64*) echo arch/powerpc/kernel/module_64.o ;;
	ppc32) printf 'arch/powerpc/kernel/%s.o\n' module_32 static_call irq ;;
	arm-thumb) printf 'arch/arm/probes/%s.o\n' decode-thumb kprobes/actions-thumb ;;
	arm | arm-v*) printf 'arch/arm/probes/%s.o\n' decode-arm kprobes/actions-arm kprobes/opt-arm uprobes/actions-arm ;;
	x86-64*) printf 'arch/x86/kernel/%s.o\n' irq ftrace ftrace_64 ;;
	esac
	case $1 in arm | arm-thumb) echo arch/arm/kernel/module-plts.o ;; esac
}

# What is rewritten for a target: source, specification, and how, an ed script of this folder.
files() {
	case $1 in
	ppc64*) echo arch/powerpc/kernel/module_64.c powerpc/module_stub module_64.ed ;;
	ppc32) echo arch/powerpc/kernel/module_32.c powerpc/module_plt32 module_32.ed ;;
	esac
	case $1 in
	arm | arm-v*) echo arch/arm/probes/kprobes/opt-arm.c arm/optprobe opt-arm.ed ;;
	arm64) echo arch/arm64/kernel/module-plts.c arm64/module_plt module-plts.ed ;;
	x86*) echo arch/x86/kernel/kprobes/opt.c x86/optprobe opt-x86.ed ;;
	ppc*) echo arch/powerpc/kernel/optprobes.c powerpc/optprobe optprobes.ed ;;
	esac
	case $1 in arm | arm-thumb) echo arch/arm/kernel/module-plts.c arm/module_plt module-plts-arm.ed ;; esac
}

# The part of the source that these objects need, and every Kconfig.
readonly parts=(
	Makefile Kbuild '*Kconfig*' include scripts arch/powerpc arch/arm arch/arm64 arch/x86
	kernel/bounds.c kernel/time/timeconst.bc lib/vdso
	tools/Makefile tools/arch tools/build tools/include tools/lib tools/objtool tools/scripts
)
one_more() { # FILE that no object needs
	[ -e "$src/$1" ] || xz -dc -T0 $tarball | tar -x -C "$src" --strip-components=1 "linux-source-6.12/$1"
}

# A build tree with the kernel's own objects; the name of `tree` depends on everything that they depend on.
prepare() {
	[ ! -e "$out/prepared" ] || return 0
	rm -rf "$out"
	fragment "$target" | configure
	logged objects.log kbuild "$target" $(objects "$target")
	keep $(objects "$target")
	touch "$out/prepared"
}
tree() { # TARGET
	echo "$cache/$1-$({ fragment "$1"; objects "$1"; depends "$1"; declare -f prepare keep; } | digest)"
}
prepared() { # TARGET... - then there is nothing to wait for
	for target; do [ -e "$(tree "$target")/prepared" ] || return; done
}

# Copies that stay as they are, with offsets beside them. Of two with one name both get that of their folder, too.
keep() { # OBJECT...
	local object name folder=$out/objects tools
	tools=$(cross "$target")
	mkdir -p "$folder/btf"
	cp "$out/include/generated/asm-offsets.h" "$folder"
	for object; do
		name=${object##*/}
		[ "$(printf '%s\n' "${@##*/}" | grep -cx "$name")" = 1 ] || name=$(basename "${object%/*}")-$name
		cp "$out/$object" "$folder/$name"
		[ -e "$src/${object%.o}.c" ] || continue # nothing else has types
		cp "$out/$object" "$folder/btf/$name"
		logged btf.log env LLVM_OBJCOPY="${tools}objcopy" pahole -J "$folder/btf/$name"
		"${tools}objcopy" --strip-debug "$folder/btf/$name"
	done
}

# The rewritten file shadows the original from inside the build tree; the source stays as it was.
rewrite() { # SOURCE SPEC SCRIPT
	local name=${2##*/} object=${1%.c}.o
	logged trampgen.log $trampgen build "examples/linux/$2.tramp" -o "$out/${1%/*}" --emit header
	# Lists for an initialiser can't be put in parentheses: the one type that is left out.
	logged checkpatch.log perl "$src/scripts/checkpatch.pl" --no-tree --no-summary --strict --quiet \
		--ignore COMPLEX_MACRO -f "$out/${1%/*}/$name.h"
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
	local object=optprobes_head spec=powerpc cases order=be
	case $target in
	arm64) compare_plt; return ;;
	arm-thumb) return ;; # which has none
	esac
	case $target in
	ppc64le) cases=ppc64.elfv2 order=le ;;
	ppc64le-pcrel) cases=ppc64.pcrel order=le ;;
	ppc64be-elfv1) cases=ppc64.elfv1 ;;
	ppc64be-elfv2) cases=ppc64.elfv2 ;;
	ppc32) cases=ppc32.elfv2 ;;
	arm) cases=v7 ;;
	arm-v*) cases=${target#arm-} ;;
	x86-64) cases=x86_64.no_frame_pointer ;;
	x86-64-fp) cases=x86_64.frame_pointer ;;
	x86-32) cases=x86_32.frame_pointer ;;
	esac
	case $target in
	arm*) order=le spec=arm object=opt-arm ;;
	x86*) order=le spec=x86 object=opt ;;
	esac
	case $target in x86-64*) compare_ftrace "${cases#*.}.bare" ;; esac
	"$(dirname "${trampgen%% *}")/python" $here/same_template.py "$trampgen" "examples/linux/$spec/optprobe.tramp" \
		"$cases" "$order" "$out/include/generated/asm-offsets.h" "$out/objects/$object.o" "$out/blobs" >"$out/compare.log" ||
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
	for object in kernel=objects/module-plts.o our=arch/arm64/kernel/module-plts.o; do
		"${tools}objcopy" --redefine-sym "get_plt_entry=${object%%=*}_get_plt_entry" \
			--keep-global-symbol="${object%%=*}_get_plt_entry" \
			"$out/${object#*=}" "$out/same-${object%%=*}.o"
	done
	logged same.log "${tools}gcc" -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -static \
		-Wl,--unresolved-symbols=ignore-all -o "$out/same" $here/same_plt.c "$out"/same-{kernel,our}.o "$out/$insn"
	qemu-aarch64 "$out/same" || die "$target: the entries differ ($?)"
	printf '%-14s %s\n' "$target" "12 million entries of the PLT are those of module-plts.o"
}

# So with the trampolines of function tracing, which the kernel makes from its own code.
compare_ftrace() { # CASES
	"$(dirname "${trampgen%% *}")/python" $here/same_ftrace.py "$trampgen" examples/linux/x86/ftrace.tramp "$1" \
		"$out/objects/ftrace_64.o" "$out/blobs" >"$out/ftrace.log" || die "$target: the trampolines differ"
	sed "s/^/$(printf '%-14s ' "$target")/" "$out/ftrace.log"
}

report() { # SOURCE SCRIPT
	local text data text2 data2 before=$out/objects/${1##*/} object=${1%.c}.o
	read -r text data < <(sizes "${before%.c}.o")
	read -r text2 data2 < <(sizes "$out/$object")
	printf '%-14s %-14s %7s %15s %12s %9s\n' "$target" "${1##*/}" \
		"$(wc -l <"$src/$1")->$(wc -l <"$out/$1")" "$text -> $text2" "$data -> $data2" \
		"$(cat "$out/objects.log" "$out/after-${2%.ed}.log" | grep -c 'warning:' || true)"
}

# The tests find objects/ and what is rewritten by the link.
ready() {
	out=$(tree "$target")
	prepare
	link "$cache/$target"
}

# Sets src, and fills it.
source_tree() {
	packages $targets
	src=$(source_of "${parts[@]}")
	locked lock
	unpack "${parts[@]}"
}

only_objects() {
	src=$(source_of "${parts[@]}" 2>/dev/null)
	prepared $targets || source_tree
	for target in $targets; do
		ready
		printf '%s %s\n' "$target" "$out/objects"
	done
}

everything() {
	command -v ${trampgen%% *} >/dev/null || die "there is no ${trampgen%% *}: make bootstrap makes it, or set TRAMPGEN"
	source_tree
	printf '%-14s %-14s %7s %15s %12s %9s\n' target file lines text data warnings
	for target in $targets; do
		ready
		while read -r source spec script; do
			rewrite "$source" "$spec" "$script" </dev/null
			report "$source" "$script"
		done < <(files "$target")
		compare
	done
	tables x86/opcodes same_bitmaps.py arch/x86/kernel/uprobes.c arch/x86/kernel/kprobes/core.c
	tables arm/decode_arm same_tables.py arch/arm/probes/decode-arm.c
	tables arm/decode_thumb same_tables.py arch/arm/probes/decode-thumb.c
	tables arm64/insn_classes same_classes.py arch/arm64/include/asm/insn.h
	one_more arch/riscv/include/asm/insn.h
	tables riscv/insn_classes same_classes.py arch/riscv/include/asm/insn.h
	echo "see $cache/TARGET/*.diff"
}

main() {
	for target in $targets; do fragment "$target" >/dev/null; done # or say that there is no such
	case ${1-} in
	--missing) missing $targets ;;
	--objects) only_objects ;;
	'') everything ;;
	*) die "usage: build-objects.sh [--objects | --missing]" ;;
	esac
}

main "$@"; exit # so an edit of the file is nothing to a run of it
