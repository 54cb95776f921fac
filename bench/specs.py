"""Generated specs of any number of templates, each the size of the stub that 64-bit powerpc uses most."""

from __future__ import annotations

from pathlib import Path

_HEAD = """\
//! SPDX-License-Identifier: MIT
target ppc64

variant abi {
    elfv1 when "CONFIG_PPC64_ELF_ABI_V1"
    elfv2
}

const R2_SAVE = { elfv1: 40, _: 24 }

layout entry align 8 {
    code jump size 28
    word magic = 0x73747562
    data funcdata : ctype "func_desc_t" size { elfv1: 24, _: 8 } align 8
    commit magic last
}
"""

# One displacement differs from each template to the next, so that not all of them are one question to the assembler.
_STUB = """
/// Template @NUMBER@.
stub stub_@NUMBER@ in entry.jump {
    /// Distance from r2 to the entry.
    param reladdr = &entry - r2
    code {
        addis  r11, r2, ${reladdr@ha}
        addi   r11, r11, ${reladdr@l}
        std    r2, ${R2_SAVE}(r1)
        ld     r12, ${offsetof(funcdata) + @EXTRA@}(r11)
        if elfv1 { ld r2, ${offsetof(funcdata) + 8}(r11) }
        mtctr  r12
        bctr
    }
}
"""


def text(templates: int) -> str:
    """A spec of that many templates, each in two variants."""
    stubs = (
        _STUB.replace("@NUMBER@", str(number)).replace("@EXTRA@", str(number % 8000 * 4))
        for number in range(templates)
    )
    return _HEAD + "".join(stubs)


def write(folder: Path, templates: int) -> Path:
    """The spec as a file that is named after its size."""
    path = folder / f"of_{templates}.tramp"
    path.write_text(text(templates), encoding="utf-8")
    return path
