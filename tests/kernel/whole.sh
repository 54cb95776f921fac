# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# A whole kernel, as build-vmlinux.sh and boot/run.sh have it. Sourced after lib.sh.
#
# $cache/kernel-TARGET-DIGEST has source/, hard links to the one source that is never written; build/, its build tree;
# base/, what the source made as it is: vmlinux and modules/. $cache/vmlinux-TARGET is a link to base/.

# The configuration of one target: fragments named after it, or after the family that it is of.
whole() { # TARGET
	local name
	fragment "$1"
	cat $here/vmlinux.config
	for name in $(printf '%s\n' "${1%%[bl]e*}" "$1" | uniq); do
		[ ! -e "$here/vmlinux-$name.config" ] || cat "$here/vmlinux-$name.config"
	done
}

# Sets src, out and base, and fills them. `kept` is what a digest of the configuration and the compiler names.
whole_kernel() { # TARGET
	local clean tree
	target=$1
	renice -n 10 $$ >/dev/null
	ulimit -t 1200 # seconds of CPU time for any one process
	packages "$target"
	locked "lock-$target"
	src=$(source_of)
	(locked vmlinux-lock && unpack)
	clean=$src
	tree=$cache/kernel-$target-$({ whole "$target"; depends "$target"; declare -f build_whole kbuild; } | digest)
	src=$tree/source out=$tree/build base=$tree/base
	build_whole "$clean" "$tree"
	link "$cache/vmlinux-$target" "${base#"$cache/"}" # where the tests find vmlinux and modules/
}

build_whole() { # CLEAN TREE
	[ ! -e "$base" ] || return 0
	echo "building in $2" >&2
	rm -rf "$2"
	mkdir -p "$2"
	cp -al "$1" "$src"
	whole "$target" | configure
	logged build.log kbuild "$target" vmlinux modules
	mkdir -p "$base.new/modules"
	cp "$out/vmlinux" "$base.new"
	find "$out/samples" -name '*.ko' -exec cp -t "$base.new/modules" {} +
	mv "$base.new" "$base"
}
