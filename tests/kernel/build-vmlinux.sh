#!/bin/bash
# SPDX-License-Identifier: MIT
# A whole kernel of Linux 6.12 with DWARF and BTF, and a few modules. It takes minutes; what it built is kept.
# The last lines say where vmlinux and the modules are.
#
#   TRAMPGEN_CACHE  where the source and the build trees live (${XDG_CACHE_HOME:-~/.cache}/trampgen)
#   VMLINUX_ARCH    one of the targets in lib.sh (ppc64le; x86-64 has been tried, too)
cd "$(dirname "$0")/../.."
. tests/kernel/lib.sh

target=${VMLINUX_ARCH:-ppc64le}

whole() { # TARGET
	fragment "$1"
	cat $here/vmlinux.config
	case $1 in ppc64*) cat $here/vmlinux-ppc64.config ;; esac
	case $1 in ppc64le*) echo CONFIG_SAMPLE_LIVEPATCH=m ;; esac
}

build() {
	[ ! -e "$out/built" ] || return 0
	echo "building in $out" >&2
	rm -rf "$out"
	whole "$target" | configure
	logged build.log kbuild "$target" vmlinux modules
	mkdir "$out/modules"
	find "$out/samples" -name '*.ko' -exec cp -t "$out/modules" {} +
	touch "$out/built"
}

main() {
	fragment "$target" >/dev/null # or say that there is no such
	renice -n 10 $$ >/dev/null
	packages "$target"
	locked vmlinux-lock
	src=$(source_of)
	unpack
	out=$cache/vmlinux-$target-$({ whole "$target"; depends "$target"; declare -f build; } | digest)
	build
	link "$cache/vmlinux-$target" # where the tests find vmlinux and modules/
	ls "$cache/vmlinux-$target/vmlinux" "$cache/vmlinux-$target/modules"/*.ko
}

main; exit # so an edit of the file is nothing to a run of it
