"""A C program that asks every function of a generated header, made from the spec itself; and the words it exchanges.

A question is a number and as many 64-bit numbers as the function takes; an answer is 64-bit numbers. Question
FITS + p is X_P_fits(ip, value), ENCODE X_encode(ip, params, forms), ALONE + f the words of a form (ip, params of the
form), READ what recognisers and extractors say of words (ip, words), MACROS what the macros say (nothing)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trampgen.emit import c_text
from trampgen.emit.c_text import form_macro, macro
from trampgen.model.spec import Form, Param, Region, Template, TemplateVariant

UNTOUCHED = 0xA5A5A5A5
BEYOND = 2  # words behind the code that nothing may touch
FITS, ALONE, ENCODE, READ, MACROS, EACH = (
    0,
    200,
    400,
    401,
    402,
    1000,
)  # the questions of one template, of EACH

HEAD = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernel.h"
#include "{header}"

static u64 in(void) {{ u64 v; if (fread(&v, sizeof(v), 1, stdin) != 1) exit(0); return v; }}
static void out(u64 v) {{ if (fwrite(&v, sizeof(v), 1, stdout) != 1) exit(1); }}
static void put(const {type} *words, size_t count) {{ for (size_t i = 0; i < count; i++) out(words[i]); }}
static void fresh({type} *words, size_t n) {{ for (size_t i = 0; i < n; i++) words[i] = ({type})0x{untouched:x}; }}

int main(void)
{{
	for (;;) switch (in()) {{
"""


@dataclass(frozen=True)
class Shape:
    """What the encoder of a variant is told: params and alternatives, in this order, and whether where it will run."""

    template: Template
    variant: TemplateVariant

    @property
    def alternatives(self) -> list[Region]:
        return [region for region in self.variant.regions if not region.is_hole]

    @property
    def forms(self) -> list[tuple[Region, Form]]:
        return [(region, form) for region in self.variant.regions for form in region.forms]

    @property
    def type(self) -> str:
        """The C type of a word."""
        return f"u{self.variant.word_bits}"

    @property
    def count(self) -> str:
        """How the macro for the number of words ends."""
        return "SIZE" if self.variant.unit == 1 else "WORDS"

    @property
    def read(self) -> list[Param]:
        """The params that can be read back."""
        return [param for param in self.variant.params if param.kind != "bits"]

    @property
    def relative(self) -> bool:
        return any(param.pc_relative for param in self.variant.params)

    def params_of(self, form: Form) -> list[Param]:
        taken = {hole.param for hole in self.variant.holes if hole.form == form.name}
        return [param for param in self.variant.params if param.name in taken]


def program(header: str, shapes: Sequence[Shape]) -> str:
    """The source text of the program for some templates of a header."""
    cases = [case for number, shape in enumerate(shapes) for case in _cases(shape, EACH * number)]
    return (
        HEAD.format(header=header, untouched=UNTOUCHED, type=shapes[0].type)
        + "\n".join(cases)
        + "\n\tdefault: abort();\n\t}\n}\n"
    )


def _cases(shape: Shape, base: int) -> list[str]:
    name, params = shape.template.name, shape.variant.params
    fits = [f"out({name}_{p.name}_fits({'ip, ' if p.pc_relative else ''}in()));" for p in params]
    alone = [_alone(shape, form) for _, form in shape.forms]
    return [
        *(_case(base + FITS + number, text) for number, text in enumerate(fits)),
        *(_case(base + ALONE + number, text) for number, text in enumerate(alone)),
        _case(base + ENCODE, _encode(shape)),
        _case(base + READ, _read(shape)),
        _case(base + MACROS, _macros(shape), takes_ip=False),
    ]


def _case(number: int, text: str, takes_ip: bool = True) -> str:
    ip = "unsigned long ip = in(); (void)ip; " if takes_ip else ""
    return f"\tcase {number}: {{ {ip}{text} break; }}"


def _encode(shape: Shape) -> str:
    name, count = shape.template.name, len(shape.variant.words) + BEYOND
    names = [param.name for param in shape.variant.params]
    types = [c_text.argument_type(param) for param in shape.variant.params]
    names += [region.name for region in shape.alternatives]
    types += ["int"] * len(shape.alternatives)
    given = [f"given_{n}" for n in names]
    text = "".join(f"{kind} {value} = in(); " for kind, value in zip(types, given, strict=True))
    ip = ["ip"] if shape.relative else []
    if shape.template.kind == "optprobe" and names:
        members = ", ".join(f".{n} = {value}" for n, value in zip(names, given, strict=True))
        text += f"struct {name}_args args = {{ {members} }}; "
        given = ["&args"]
    call = f"{name}_encode({', '.join(['buffer', *ip, *given])})"
    return (
        f"{shape.type} buffer[{count}]; {text}fresh(buffer, {count}); out((s64){call}); put(buffer, {count});"
    )


def _alone(shape: Shape, form: Form) -> str:
    params, count = shape.params_of(form), len(form.words) + BEYOND
    text = "".join(f"{c_text.argument_type(p)} given_{p.name} = in(); " for p in params)
    ip = ["ip"] if any(p.pc_relative for p in params) else []
    given = ["buffer", *ip, *(f"given_{p.name}" for p in params)]
    call = f"{shape.template.name}_{form.name}_{shape.variant.word_name}s({', '.join(given)})"
    checked = any(_can_fail(p) for p in params)  # what takes any value returns nothing
    return (
        f"{shape.type} buffer[{count}]; {text}fresh(buffer, {count}); "
        f"{'out((s64)' + call + ');' if checked else call + '; out(0);'} put(buffer, {count});"
    )


def _can_fail(param: Param) -> bool:
    """Whether some value of the type that C takes does not fit."""
    if param.kind == "insn":
        return param.refused is not None
    whole = param.reach.high - param.reach.low == (1 << 64) - 1 and param.reach.align == 1
    return param.pc_relative or not whole


def _read(shape: Shape) -> str:
    name, count = shape.template.name, len(shape.variant.words)
    asked = [f"{name}_match(buffer)"]
    asked += [f"(s64){name}_{region.name}_form(buffer)" for region in shape.variant.regions]
    asked += [f"{name}_get_{p.name}(buffer{', ip' if p.pc_relative else ''})" for p in shape.read]
    outs = " ".join(f"out({one});" for one in asked)
    return f"{shape.type} buffer[{count}]; for (size_t i = 0; i < {count}; i++) buffer[i] = in(); {outs}"


def _macros(shape: Shape) -> str:
    own = macro(shape.template.name)
    numbers = [f"{own}_{shape.count}", f"{own}_SIZE"]
    for label in shape.variant.labels:
        ends = ("OFFSET",) if shape.variant.unit == 1 else ("OFFSET", "IDX")
        numbers += [f"{own}_{macro(label.name)}_{end}" for end in ends]
    for param in (p for p in shape.variant.params if p.kind not in ("insn", "bits")):
        numbers += [f"(u64){own}_{macro(param.name)}_{end}" for end in ("MIN", "MAX", "ALIGN")]
    for region in shape.variant.regions:
        prefix = f"{own}_{macro(region.name)}"
        numbers += [f"{prefix}_{shape.count}", f"{prefix}_FORM_REST"]
        numbers += [f"{prefix}_FORM_{form_macro(region, form)}" for form in region.forms]
    lists = "".join(
        f"static const {shape.type} {kind.lower()}[] = {{ {own}_{kind} }}; put({kind.lower()}, {own}_{shape.count}); "
        for kind in ("INSNS", "MASKS")
    )
    return lists + " ".join(f"out({number});" for number in numbers)
