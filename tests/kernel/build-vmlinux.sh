#!/bin/bash
# SPDX-License-Identifier: MIT
# A whole kernel of Linux 6.12 with DWARF and BTF, and a few modules. It takes minutes; what it built is kept.
# The last lines say where vmlinux and the modules are.
#
#   TRAMPGEN_CACHE  where the source and the build trees live (${XDG_CACHE_HOME:-~/.cache}/trampgen)
#   VMLINUX_ARCH    one of the targets in lib.sh (ppc64le; x86-64 has been tried, too)
cd "$(dirname "$0")/../.."
. tests/kernel/lib.sh
. tests/kernel/whole.sh

main() {
	fragment "${VMLINUX_ARCH:-ppc64le}" >/dev/null # or say that there is no such
	whole_kernel "${VMLINUX_ARCH:-ppc64le}"
	ls "$cache/vmlinux-$target/vmlinux" "$cache/vmlinux-$target/modules"/*.ko
}

main; exit # so an edit of the file is nothing to a run of it
