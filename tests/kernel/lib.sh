# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What build-objects.sh and build-vmlinux.sh share: targets and their configurations, packages, the source, Kbuild.
# Sourced from the root of the clone. Variables it uses: target, src (the source), out (the build tree).
set -euo pipefail
unset MAKEFLAGS MFLAGS MAKELEVEL KBUILD_OUTPUT KCFLAGS LLVM # of the make that called us, or of another kernel
export LC_ALL=C

readonly here=tests/kernel
readonly tarball=/usr/src/linux-source-6.12.tar.xz
readonly cache=${TRAMPGEN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trampgen}/linux-6.12
readonly known="ppc64le ppc64le-pcrel ppc64be-elfv1 ppc64be-elfv2 ppc32 arm arm-v5 arm-v4 arm-thumb arm64 x86-64 x86-64-fp x86-32"
# What a kernel says of who built it, and when, is always the same.
readonly pinned=(KBUILD_BUILD_TIMESTAMP=@0 KBUILD_BUILD_USER=trampgen KBUILD_BUILD_HOST=trampgen KBUILD_BUILD_VERSION=1)

die() { echo "${0##*/}: $*" >&2; exit 1; }

# The cross compiler and architecture of one target.
cross() {
	case $1 in
	ppc64be*) echo powerpc64-linux-gnu- ;;
	ppc64le*) echo powerpc64le-linux-gnu- ;;
	ppc32) echo powerpc-linux-gnu- ;;
	arm64) echo aarch64-linux-gnu- ;;
	arm*) echo arm-linux-gnueabi- ;;
	x86-64*) echo x86_64-linux-gnu- ;;
	x86-32) echo i686-linux-gnu- ;;
	esac
}
arch() {
	case $1 in
	arm64) echo arm64 ;;
	arm*) echo arm ;;
	x86-64*) echo x86_64 ;;
	x86-32) echo i386 ;;
	*) echo powerpc ;;
	esac
}

# The configuration of one target.
fragment() {
	case $1 in # which have no optimised probes
	arm64 | arm-thumb) grep -v OPTPROBES $here/common.config ;;
	*) cat $here/common.config ;;
	esac
	case $1 in ppc64*) cat $here/ppc64.config ;; esac
	case $1 in
	ppc64le) printf 'CONFIG_%s=y\n' CPU_LITTLE_ENDIAN MPROFILE_KERNEL LIVEPATCH ;;
	ppc64le-pcrel) printf 'CONFIG_%s=y\n' CPU_LITTLE_ENDIAN MPROFILE_KERNEL LIVEPATCH POWER10_CPU PPC_KERNEL_PCREL ;;
	ppc64be-elfv1) printf 'CONFIG_%s\n' CPU_BIG_ENDIAN=y EXPERT=y PPC64_BIG_ENDIAN_ELF_ABI_V2=n PPC64_ELF_ABI_V1=y ;;
	ppc64be-elfv2) printf 'CONFIG_%s=y\n' CPU_BIG_ENDIAN PPC64_BIG_ENDIAN_ELF_ABI_V2 PPC64_ELF_ABI_V2 MPROFILE_KERNEL ;;
	ppc32) printf 'CONFIG_%s=y\n' PPC_BOOK3S_32 PPC_WERROR ;;
	arm) printf 'CONFIG_%s=y\n' MMU ARCH_MULTI_V7 ARCH_VIRT AEABI ARM_MODULE_PLTS WERROR ;;
	arm-v5) printf 'CONFIG_%s\n' MMU=y ARCH_MULTI_V7=n ARCH_MULTI_V5=y AEABI=y WERROR=y ;;
	arm-v4) printf 'CONFIG_%s\n' MMU=y ARCH_MULTI_V7=n ARCH_MULTI_V4T=y AEABI=y WERROR=y ;;
	arm-thumb) printf 'CONFIG_%s=y\n' MMU ARCH_MULTI_V7 ARCH_VIRT AEABI ARM_MODULE_PLTS THUMB2_KERNEL WERROR ;;
	arm64) printf 'CONFIG_%s=y\n' ARM64_ERRATUM_843419 FUNCTION_TRACER DYNAMIC_FTRACE WERROR ;;
	x86-64) printf 'CONFIG_%s=y\n' 64BIT SMP FUNCTION_TRACER DYNAMIC_FTRACE UNWINDER_ORC WERROR ;;
	x86-64-fp) printf 'CONFIG_%s=y\n' 64BIT SMP IA32_EMULATION FUNCTION_TRACER DYNAMIC_FTRACE UNWINDER_FRAME_POINTER WERROR ;;
	x86-32) printf 'CONFIG_%s=y\n' M686 UNWINDER_FRAME_POINTER WERROR ;;
	*) die "unknown target $1: one of $known" ;;
	esac
	case $1 in # every kind of debug info is met somewhere
	ppc32 | x86-32 | arm-v5) echo CONFIG_DEBUG_INFO_DWARF4=y ;;
	*) echo CONFIG_DEBUG_INFO_DWARF5=y ;;
	esac
	case $1 in x86-64-fp) echo CONFIG_DEBUG_INFO_COMPRESSED_ZLIB=y ;; esac
}

# Debian packages that are missing for TARGETS, one a line.
missing() { # TARGET...
	local tool gcc
	need() { eval "$1" >/dev/null 2>&1 || echo "$2"; }
	{
		for tool in make gcc flex bison bc ed perl; do need "command -v $tool" $tool; done
		need "command -v xz" xz-utils
		need "command -v flock" util-linux
		need "command -v pahole" pahole
		need "test -e /usr/include/stdlib.h" libc6-dev
		need "test -e /usr/include/gelf.h" libelf-dev
		need "test -e $tarball" linux-source-6.12
		for target; do
			gcc=$(cross "$target")gcc
			gcc=${gcc%-gcc}
			need "command -v $gcc-gcc" "gcc-${gcc//_/-}"
			[ "$target" != arm64 ] || need "command -v qemu-aarch64" qemu-user
		done
		if declare -F more_packages >/dev/null; then more_packages "$@"; fi
	} | sort -u
}

# Install what is missing if we may, else name it.
packages() { # TARGET...
	local lacking
	mapfile -t lacking < <(missing "$@")
	[ ${#lacking[@]} -gt 0 ] || return 0
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		export DEBIAN_FRONTEND=noninteractive
		{
			apt-get update -qq
			apt-get install -qq -y -o DPkg::Lock::Timeout=300 --no-install-recommends "${lacking[@]}"
		} >/dev/null && return
	fi
	die "needs Debian packages: ${lacking[*]}"
}

# One at a time of those that lock this FILE, whoever shares the cache.
locked() { # FILE
	mkdir -p "$cache"
	exec 9>"$cache/$1"
	flock 9
}

# Names of folders say what they depend on: the tarball, the source, the compiler.
digest() { sha256sum | cut -c1-12; }
source_of() { echo "$cache/source-$({ stat -c '%s %Y' $tarball; echo "$*"; } | digest)"; } # PART...
depends() { echo "$src"; "$(cross "$1")gcc" -v 2>&1; } # TARGET

# LINK leads to out: always to one or the other, for who looks at that moment.
link() { # LINK [TARGET]
	local to=${2:-${out##*/}}
	[ "$(readlink "$1")" != "$to" ] || return 0
	ln -sfn "$to" "$1.$$"
	mv -T "$1.$$" "$1"
}

# Fill src with these PARTS of the source, or with all of it.
unpack() { # PART...
	[ ! -d "$src" ] || return 0
	rm -rf "$src.new"
	mkdir "$src.new"
	xz -dc -T0 $tarball | tar -x -C "$src.new" --strip-components=1 --wildcards "${@/#/linux-source-6.12/}" # none: all
	mv "$src.new" "$src"
}

kbuild() { # TARGET ARGUMENT...
	make -C "$src" O="$out" ARCH="$(arch "$1")" CROSS_COMPILE="$(cross "$1")" -s -j"$(nproc)" "${pinned[@]}" "${@:2}"
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

# From a fragment on standard input to a build tree that can compile.
configure() {
	mkdir -p "$out"
	cat >"$out/fragment.config"
	logged config.log kbuild "$target" KCONFIG_ALLCONFIG="$out/fragment.config" allnoconfig
	kept || die "$target: the configuration lost the above"
	logged prepare.log kbuild "$target" prepare
}
