"""The manifest: it is what docs/manifest.schema.json says, and it suffices by itself to patch and to recognise."""

from __future__ import annotations

import json
import random
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import EXAMPLES, ROOT, Compiled, compile_file
from trampgen.emit.manifest import manifest
from trampgen.fields.arith import encode
from trampgen.model.spec import Spec, TemplateVariant

SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "manifest.schema.json").read_text(encoding="utf-8"))
Json = dict[str, Any]

SPECS = {
    "no axes": """
        target ppc64
        stub s { code { nop; blr } }
    """,
    "ppc32": """
        target ppc32
        stub s {
            param x
            code { lis r12, ${x@ha}; addi r12, r12, ${x@l}; mtctr r12; bctr }
        }
    """,
    "labels and branches": """
        target ppc64
        /// Jumps about.
        /// In two lines.
        stub s {
            /// Where it goes.
            param target = &anything
            param other
            code {
                start:
                beq ${&end}
                middle: b ${target}
                bl ${other}
                bne cr3, ${other}
                b ${&start}
                end:
            }
        }
    """,
    "values at rest": """
        target ppc64
        stub s {
            param x in -0x1000..0x1000 rest -5
            param y: u16 rest 0x1234
            param z align 4 rest 8
            code {
                addi r3, r3, ${x}
                ori r3, r3, ${y}
                ld r4, ${z}(r3)
                addis r5, r2, ${y@ha}
                addi r5, r5, ${y@l}
            }
        }
    """,
    "addends and registers": """
        target ppc64
        stub s {
            param x, reg, sh
            code {
                addis r11, r2, ${(x + 0x1234)@ha}
                ld r12, ${(x + 0x1234)@l}(r11)
                mr r${reg + 1}, r4
                ori r3, r3, ${sh - 8}
                rldicl r3, r3, ${sh}, 0
            }
        }
    """,
    "bitmaps": """
        target ppc64
        variant width { wide when "CONFIG_64BIT"; narrow }
        /// Which can be stepped.
        bitmap good: opcode if wide {
            all except { 0x06, 0x60..0x62 because "no such instruction"; 0xcc because "the breakpoint itself" }
        }
        bitmap boosted: opcode { only { 0x40..0x4f, 0xcc because "they are alone"; if wide { 0x90 because "nop" } } }
        compare good with boosted
    """,
    "in objects": (ROOT / "tests" / "pass" / "in-objects.tramp")
    .read_text(encoding="utf-8")
    .split("\n", 1)[1],
    "zero is no value": """
        target ppc64
        stub s { param x in 100..200; code { addi r3, r3, ${x} } }
    """,
    "all of 64 bits": """
        target ppc64
        stub s {
            param x
            code {
                lis r12, ${x@highest}
                ori r12, r12, ${x@higher}
                sldi r12, r12, 32
                oris r12, r12, ${x@h}
                ori r12, r12, ${x@l}
            }
        }
    """,
    "raw words": """
        target ppc64
        layout entry align 8 {
            code jump size 16
            word magic = 0x80000001
            data more : ctype "u32" size 4
            commit magic last
        }
        stub s in entry.jump {
            param x
            code { raw 0x06000000 | x@h18, 0x398c0000 | x@l "paddi r12, r12, x" }
        }
    """,
    "externs": """
        target ppc64
        extern const A as "offsetof(struct thread_struct, regs)"
        extern const B as "B" in 0..100
        stub s { code { ld r3, ${A}(r13); addi r3, r3, ${B}; ld r4, ${A + B}(r13) } }
    """,
    "two axes": """
        target ppc64
        variant abi { v1 when "CONFIG_V1"; v2 }
        variant size { big when "CONFIG_BIG"; small when "CONFIG_SMALL"; tiny }
        const SAVE = { v1: 40, _: 24 }
        stub s {
            param x
            code {
                std r2, ${SAVE}(r1)
                if big { addis r3, r3, ${x@ha} }
                if big { addi r3, r3, ${x@l} } else { addi r3, r3, ${x} }
            }
            contract { clobbers r3; if v2 { preserves r2 because "the caller wants it" } }
        }
        stub t if v2 { code { blr } }
        family f { members s, t; merge words 0..0 }
    """,
}
SPECS["arm"] = """
    target arm
    stub s {
        param offset, target, x
        code {
            movw r12, #${x@l}
            movt r12, #${x@h}
            ldr pc, [r12, #${offset}]
            bne ${target}
        }
    }
"""
SPECS["thumb"] = """
    target thumb
    layout entry align 4 { code jump size 16; word magic = 0x11223344 }
    stub s in entry.jump {
        param target
        param x rest 0x4321
        code { movw r12, #${x@l}; bl ${target}; nop.w }
    }
"""
SPECS["x86"] = """
    target x86_64
    layout entry align 8 { code jump size 63; pad size 1; word magic = 0x11223344; pad size 4; }
    stub s in entry.jump {
        param target: branch
        param data: branch
        param x rest 0x4321
        param y rest -5
        param wide rest 0x123456789abcdef0
        param index in 0..7
        code {
            call ${target}
            jne ${target + 2}
            mov dword ptr [rip + ${data}], 0x11223344
            mov eax, ${x}
            add ebx, byte ${y}
            movabs rdi, ${wide - 1}
            push reg ${index}
            mov ecx, reg ${index}
            lea rsi, [rip + ${&again}]
            patch jump { jmp ${target} } or trap { int3 } pad nop rest { nop5 }
        again:
            ret
            literal lit: u64 rest 1
        }
    }
    breakpoint mark { code { int3 } }
"""
SPECS["x86 left open"] = """
    target x86_32
    extern const A as "offsetof(struct thread_struct, regs)"
    stub s { code { mov eax, [ebx + ${A}]; mov ecx, ${A + 4} } }
    stub t { param x; code { push ${x}; mov ecx, ${x} } }
    stub u { param x; code { push ${x}; mov edx, ${x} } }
    family f { members t, u; merge words 0..5 }
"""
SUPPLIED = {"externs": {"A": 16, "B": 32}, "externs left open": {}, "one extern": {"B": 0}}

# Only where a spec says something of objects.
OPTIONAL = {
    "extern": {"unit"},
    **{name: {"symbols"} for name in ("template", "table", "breakpoint", "repeat", "bitmap")},
}

DESCRIBED = ["uprobes", "call_sites"]
ARM = ["arm/module_plt", "arm/breakpoints", "arm/uprobes"]
CASES = [
    *SPECS,
    *(name for name in SUPPLIED if name not in SPECS),
    "module_stub",
    "module_stub_2016",
    *DESCRIBED,
    *ARM,
]


@pytest.fixture(params=CASES, scope="module")
def compiled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Spec:
    """Every spec here and the examples."""
    name: str = request.param
    if name in ARM:
        found = compile_file(EXAMPLES / "linux" / f"{name}.tramp")
    elif name.startswith("module") or name in DESCRIBED:
        found = compile_file(EXAMPLES / "linux" / "powerpc" / f"{name}.tramp")
    else:
        found = text_compiled(name, tmp_path_factory.mktemp("specs"))
    assert found.spec is not None, found.found
    return found.spec


def text_compiled(name: str, folder: Path) -> Compiled:
    path = folder / "spec.tramp"
    path.write_text("//! SPDX-License-Identifier: MIT\n" + textwrap.dedent(SPECS.get(name, SPECS["externs"])))
    return compile_file(path, SUPPLIED.get(name))


def read(spec: Spec) -> Json:
    text = manifest(spec)
    assert text.endswith("}\n")
    document: Json = json.loads(text)
    return document


def variants(document: Json) -> Iterator[tuple[Json, Json]]:
    for template in document["templates"]:
        for variant in template["variants"]:
            yield template, variant


# ---- the schema ----------------------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_object_is_strict_and_every_property_described() -> None:
    for name, part in SCHEMA["$defs"].items():
        if "properties" not in part:
            continue
        assert part["additionalProperties"] is False, name
        assert set(part["required"]) == set(part["properties"]) - OPTIONAL.get(name, set()), name
        for key, value in part["properties"].items():
            assert value.get("description", "").endswith("."), f"{name}.{key}"


def test_the_schema_says_what_the_issue_says() -> None:
    """The shape that other tools were promised; more properties may stand beside these."""
    promised = {
        "spec": "schema target externs axes templates layouts families tables slots sites bitmaps rewrites",
        "target": "isa unit",
        "extern": "name c value",
        "axis": "name cases",
        "case": "name guard",
        "template": "name kind layout line variants",
        "variant": "when guard size words masks kinds asm bytes labels params holes symbols regions",
        "bytes": "little big be8",
        "label": "offset index",
        "param": "min max align rest c_type pc_bias",
        "hole": "param operator offset width runs carry_from",
        "run": "value_bit insn_bit count xnor",
        "symbol": "extern offset mask c",
        "layout": "name variants",
        "layout_variant": "when size align fields",
        "field": "name offset size kind value",
        "family": "name variants",
        "family_variant": "when members merged",
        "merged": "word derived written accepted members witness disassembly",
    }
    for name, keys in promised.items():
        assert set(keys.split()) <= set(SCHEMA["$defs"][name]["properties"]), name


def test_manifests_validate(compiled: Spec) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(read(compiled))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("extra",), 1),
        (("schema",), "trampgen-manifest-2"),
        (("tables",), [1]),
        (("target", "unit"), 2),
        (("templates", 0, "variants", 0, "words", 0), "0x6000000"),
        (("templates", 0, "variants", 0, "words", 0), "0X60000000"),
        (("templates", 0, "variants", 0, "words", 0), 0x60000000),
        (("templates", 0, "variants", 0, "holes", 0, "width"), "16"),
        (("templates", 0, "variants", 0, "holes", 0, "runs", 0, "more"), 1),
        (("templates", 0, "variants", 0, "params", "reladdr", "min"), -5),
        (("templates", 0, "variants", 0, "params", "reladdr", "min"), "-05"),
        (("templates", 0, "variants", 0, "params", "reladdr", "c_type"), "int"),
        (("templates", 0, "variants", 0, "kinds", 0), "instruction"),
        (("layouts", 0, "variants", 0, "fields", 0, "offset"), -4),
        (("bitmaps",), [1]),
        (("comparisons",), [{"left": "one", "right": "two", "line": 1, "variants": []}]),
    ],
)
def test_the_schema_refuses(path: tuple[str | int, ...], value: object) -> None:
    found = compile_file(EXAMPLES / "linux" / "powerpc" / "module_stub.tramp")
    assert found.spec
    document: Any = read(found.spec)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_key_order_and_form_are_fixed(compiled: Spec) -> None:
    text = manifest(compiled)
    document = json.loads(text)
    assert list(document) == list(SCHEMA["$defs"]["spec"]["properties"])
    for _, variant in variants(document):
        assert list(variant) == list(SCHEMA["$defs"]["variant"]["properties"])
    assert json.dumps(document, indent=2, ensure_ascii=False) + "\n" == text


# ---- consistent in itself ------------------------------------------------------------------------------


def hole_mask(hole: Json) -> int:
    mask = 0
    for run in hole["runs"]:
        part = ((1 << run["count"]) - 1) << run["insn_bit"]
        assert not mask & part
        mask |= part
    return mask


def placed(hole: Json, value: int) -> int:
    """Encode, from the manifest alone."""
    source = value + int(hole["addend"]) + (0 if hole["carry_from"] is None else 1 << hole["carry_from"])
    bits = 0
    for run in hole["runs"]:
        part = source >> run["value_bit"] & ((1 << run["count"]) - 1)
        if run["xnor"] is not None:
            part = int(part == source >> run["xnor"] & 1)
        bits |= part << run["insn_bit"]
    return bits


def test_lists_of_words_belong_together(compiled: Spec) -> None:
    document = read(compiled)
    unit = document["target"]["unit"]
    for _, variant in variants(document):
        lengths = {len(variant[key]) for key in ("words", "masks", "kinds", "asm")}
        assert lengths == {variant["size"] // unit}
        for asm, kind in zip(variant["asm"], variant["kinds"], strict=True):
            assert (asm == "") == (kind == "more")
        for label in variant["labels"].values():
            assert 0 <= label["offset"] <= variant["size"]
            assert label["index"] is None or label["index"] * unit == label["offset"]
        for part in (*variant["holes"], *variant["symbols"]):
            assert part["offset"] % unit == 0
            assert part["offset"] < variant["size"]
        for kind, after in zip(variant["kinds"], [*variant["kinds"][1:], "end"], strict=True):
            assert (kind == "prefix") == (after == "suffix")


def test_masks_are_what_no_hole_and_no_symbol_covers(compiled: Spec) -> None:
    document, unit = read(compiled), compiled.unit
    ones = (1 << 8 * unit) - 1
    for _, variant in variants(document):
        open_bits = [0] * len(variant["words"])
        for offset, mask in [
            *((hole["offset"], hole_mask(hole)) for hole in variant["holes"] if hole["form"] is None),
            *((symbol["offset"], int(symbol["mask"], 16)) for symbol in variant["symbols"]),
        ]:
            for place, part in spread(mask, offset, unit):
                assert not open_bits[place] & part, "two of them in one bit"
                open_bits[place] |= part
        assert [int(mask, 16) for mask in variant["masks"]] == [ones & ~bits for bits in open_bits]


def spread(number: int, offset: int, unit: int) -> Iterator[tuple[int, int]]:
    """The words that a number stands in from an offset on, and what of it stands there: the lowest bits first."""
    place = offset // unit
    while number:
        yield place, number & (1 << 8 * unit) - 1
        number, place = number >> 8 * unit, place + 1


def test_bytes_are_the_words(compiled: Spec) -> None:
    for _, variant in variants(read(compiled)):
        if variant["symbols"]:
            assert variant["bytes"] is None
            continue
        words = [int(word, 16) for word in variant["words"]]
        assert variant["bytes"] == {"little": None, "big": None, "be8": None} | _bytes(compiled.isa, words)


def _bytes(isa: str, words: list[int]) -> dict[str, str]:
    """Thumb's halfwords follow each other, the first one first; an ARM runs big-endian only as BE8 since v7."""
    if isa in ("x86_64", "x86_32"):
        return {"little": bytes(words).hex()}
    units = [half for word in words for half in divmod(word, 1 << 16)] if isa == "thumb" else words
    size = 2 if isa == "thumb" else 4
    little = b"".join(unit.to_bytes(size, "little") for unit in units).hex()
    if isa in ("arm", "thumb"):
        return {"little": little, "be8": little}
    return {"little": little, "big": b"".join(word.to_bytes(4, "big") for word in words).hex()}


def test_width_is_the_sum_of_the_runs(compiled: Spec) -> None:
    for _, variant in variants(read(compiled)):
        for hole in variant["holes"]:
            bits: set[int] = set()
            for run in hole["runs"]:
                bits |= set(range(run["value_bit"], run["value_bit"] + run["count"]))
            assert hole["width"] == sum(run["count"] for run in hole["runs"])
            assert max(bits) < 64
            assert hole["param"] in variant["params"]


def test_words_at_rest_hold_the_values_at_rest(compiled: Spec) -> None:
    """A param without a value at rest has zero bits."""
    for _, variant in variants(read(compiled)):
        pairs = zip(variant["words"], variant["masks"], strict=True)
        filled = [int(word, 16) & int(mask, 16) for word, mask in pairs]
        for hole in variant["holes"]:
            rest = variant["params"][hole["param"]]["rest"]
            if rest is not None and hole["form"] is None:
                for place, part in spread(placed(hole, int(rest)), hole["offset"], compiled.unit):
                    filled[place] |= part
        assert filled == [int(word, 16) for word in variant["words"]]


def test_values_at_rest_are_in_range(compiled: Spec) -> None:
    for _, variant in variants(read(compiled)):
        for param in variant["params"].values():
            if param["rest"] is not None:
                assert param["pc_bias"] is None
                low, high, rest = (int(param[key]) for key in ("min", "max", "rest"))
                assert low <= rest <= high
                assert (rest - low) % param["align"] == 0


def test_params_fit_their_types(compiled: Spec) -> None:
    for _, variant in variants(read(compiled)):
        for name, param in variant["params"].items():
            low, high, align = int(param["min"]), int(param["max"]), param["align"]
            assert low <= high
            assert (high - low) % align == 0
            assert align.bit_count() == 1
            assert any(hole["param"] == name for hole in variant["holes"])
            if param["pc_bias"] is not None:
                assert param["c_type"] == "unsigned long"
                continue
            match = re.fullmatch("([us])(8|16|32|64)", param["c_type"])
            assert match
            bits = int(match.group(2))
            lowest, highest = (
                (0, (1 << bits) - 1) if match.group(1) == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
            )
            assert lowest <= low <= high <= highest


def _model(compiled: Spec, template: Json, variant: Json) -> TemplateVariant:
    found = compiled.template(template["name"])
    return next(v for v in found.variants if dict(v.when) == variant["when"])


def test_encoding_from_the_manifest_is_the_model_s(compiled: Spec) -> None:
    rng = random.Random(3)
    for template, variant in variants(read(compiled)):
        model = _model(compiled, template, variant)
        assert len(model.holes) == len(variant["holes"])
        for hole, own in zip(variant["holes"], model.holes, strict=True):
            param = variant["params"][hole["param"]]
            low, high, align = int(param["min"]), int(param["max"]), param["align"]
            values = [low, high, low + align, high - align]
            values += [low + align * rng.randrange((high - low) // align + 1) for _ in range(30)]
            for value in values:
                assert placed(hole, value) == encode(own.field, value)


def test_where_a_distance_is_counted_from(compiled: Spec) -> None:
    """From the end of the instruction on x86, whatever stands behind the hole."""
    for template, variant in variants(read(compiled)):
        for hole, own in zip(variant["holes"], _model(compiled, template, variant).holes, strict=True):
            assert (hole["pc_bias"] is not None) == own.pc_relative
            assert (hole["pc_bias"] is not None) == (variant["params"][hole["param"]]["pc_bias"] is not None)
            if own.pc_relative:
                assert hole["offset"] + hole["pc_bias"] == own.offset + own.pc_base
            if own.pc_relative and compiled.unit == 1:
                after = [
                    i for i, kind in enumerate(variant["kinds"]) if kind != "more" and i > hole["offset"]
                ]
                if hole["form"] is None:
                    assert hole["offset"] + hole["pc_bias"] == after[0]


def test_distinct_values_are_distinct_code(compiled: Spec) -> None:
    """Patched code tells the value: what the limits allow is what the holes hold."""
    rng = random.Random(4)
    for _, variant in variants(read(compiled)):
        for name, param in variant["params"].items():
            low, high, align = int(param["min"]), int(param["max"]), param["align"]
            values = {low, high, low + align, high - align}
            values |= {low + align * rng.randrange((high - low) // align + 1) for _ in range(50)}
            values = {value for value in values if low <= value <= high}
            holes = [hole for hole in variant["holes"] if hole["param"] == name]
            codes = {tuple(placed(hole, value) for hole in holes) for value in values}
            assert len(codes) == len(values)


# ---- axes, layouts, families ---------------------------------------------------------------------------


def test_cases_are_cases_of_axes(compiled: Spec) -> None:
    document = read(compiled)
    cases = {
        axis["name"]: {case["name"]: case["guard"] for case in axis["cases"]} for axis in document["axes"]
    }
    for _, variant in variants(document):
        guards = [cases[axis][case] for axis, case in variant["when"].items()]
        assert (variant["guard"] is None) == all(guard is None for guard in guards)
        for guard in guards:
            assert guard is None or guard in variant["guard"] or f"defined({guard})" in variant["guard"]
    for layout in document["layouts"]:
        for variant in layout["variants"]:
            assert all(case in cases[axis] for axis, case in variant["when"].items())


def test_layouts_add_up(compiled: Spec) -> None:
    document = read(compiled)
    for layout in document["layouts"]:
        for variant in layout["variants"]:
            end = 0
            for field in variant["fields"]:
                assert field["offset"] >= end
                end = field["offset"] + field["size"]
                assert (field["value"] is not None) == (field["kind"] == "word")
                assert (field["name"] is None) == (field["kind"] == "pad")
            assert variant["size"] >= end
            assert variant["size"] % variant["align"] == 0
            names = [field["name"] for field in variant["fields"]]
            assert layout["commit"] is None or layout["commit"] in names
    for template in document["templates"]:
        assert (template["layout"] is None) == (template["field"] is None)
        if template["layout"]:
            [layout] = [one for one in document["layouts"] if one["name"] == template["layout"]]
            for variant in layout["variants"]:
                assert template["field"] in [f["name"] for f in variant["fields"] if f["kind"] == "code"]


def test_families_are_what_the_words_say(compiled: Spec) -> None:
    document, bits = read(compiled), 8 * compiled.unit
    for family in document["families"]:
        for case in family["variants"]:
            members = [
                variant
                for template, variant in variants(document)
                if template["name"] in case["members"]
                and all(case["when"].get(axis) == name for axis, name in variant["when"].items())
            ]
            assert len(members) == len(case["members"])
            for merged in case["merged"]:
                pairs = [
                    (int(m["masks"][merged["word"]], 16), int(m["words"][merged["word"]], 16))
                    for m in members
                ]
                _check_merged(merged, pairs, bits)


def _check_merged(merged: Json, pairs: list[tuple[int, int]], bits: int) -> None:
    derived, value = (1 << bits) - 1, pairs[0][1]
    for mask, word in pairs:
        derived &= mask & ~(word ^ value)
    assert int(merged["derived"], 16) == derived
    used = derived if merged["written"] is None else int(merged["written"], 16)
    assert merged["accepted"] == 1 << (bits - used.bit_count())
    assert merged["members"] <= merged["accepted"]
    assert (merged["witness"] is None) == (merged["members"] == merged["accepted"])
    if merged["witness"] is not None:
        witness = int(merged["witness"], 16)
        assert (witness ^ value) & used == 0
        assert all((witness ^ word) & mask for mask, word in pairs)


def test_numbers_of_the_examples() -> None:
    """What the manual quotes, so that a change of meaning is seen."""
    found = compile_file(EXAMPLES / "linux" / "powerpc" / "module_stub_2016.tramp", {"PACATOC": 16})
    assert found.spec
    document = read(found.spec)
    assert document["externs"][0]["value"] == "16"
    [family] = document["families"]
    assert [m["word"] for m in family["variants"][0]["merged"]] == [0, 1, 2, 3]
    assert family["variants"][0]["merged"][0]["written"] == "0xee330000"
    param = document["templates"][0]["variants"][0]["params"]["reladdr"]
    assert (param["min"], param["max"]) == ("-2147516416", "2147450879")


# ---- tables, breakpoints, slots, call sites, repeats, bitmaps -------------------------------------------


def described(name: str, folder: str = "powerpc") -> Json:
    spec = compile_file(EXAMPLES / "linux" / folder / f"{name}.tramp").spec
    assert spec
    return read(spec)


def occupied(field: Json) -> int:
    return sum(((1 << run["count"]) - 1) << run["insn_bit"] for run in field["runs"])


def test_patterns_are_masks_fields_and_what_is_ignored(compiled: Spec) -> None:
    """No bit is two of these, and a value has none outside its mask."""
    document = read(compiled)
    tables = [v["rows"] for table in document["tables"] for v in table["variants"]]
    sites = [s["words"] for site in document["callsites"] for v in site["variants"] for s in v["states"]]
    for word in (word for words in (*tables, *sites) for word in words):
        mask, value, ignored = (int(word[key], 16) for key in ("mask", "value", "ignored"))
        assert not value & ~mask
        taken = mask
        for bits in (ignored, *(occupied(field) for field in word["fields"])):
            assert not taken & bits
            taken |= bits


def test_the_uprobes_example_suffices_to_recognise_traps() -> None:
    document = described("uprobes")
    [breakpoint] = document["breakpoints"]
    table = next(table for table in document["tables"] if table["name"] == breakpoint["table"])
    for mark, variant in zip(breakpoint["variants"], table["variants"], strict=True):
        rows = [
            row["name"]
            for row in variant["rows"]
            if int(mark["word"], 16) & int(row["mask"], 16) == int(row["value"], 16)
        ]
        assert rows == [mark["row"]] == ["tw"]
        assert mark["bytes"] == {"little": "0800e07f", "big": "7fe00008", "be8": None}
    [slot] = document["slots"]
    assert [(v["size"], v["reserved"], v["copied"]) for v in slot["variants"]] == [
        (8, 1, [4, 8]),
        (8, 1, [4]),
    ]
    assert {v["page"] for v in slot["variants"]} == {"PAGE_SIZE"}
    assert {p["name"]: p["negated"] for t in document["tables"] for p in t["predicates"]} == {
        "is_trap": False,
        "can_single_step": True,
    }


def test_the_call_sites_example_says_what_becomes_of_a_call() -> None:
    document = described("call_sites")
    toc, short, saved = document["callsites"]
    restored = {v["when"]["abi"]: v["states"][1]["words"][1]["value"] for v in toc["variants"]}
    assert restored == {"elfv1": "0xe8410028", "elfv2": "0xe8410018"}
    for variant in toc["variants"]:
        assert [(rule["word"], rule["state"]) for rule in variant["never_nop"]] == [(0, "restored")]
        assert [state["name"] for state in variant["states"]] == [None, "restored"]
    for site, indices in ((short, [-1, 0]), (saved, [-2, -1, 0])):
        for variant in site["variants"]:
            assert [word["index"] for word in variant["states"][0]["words"]] == indices
            assert variant["states"][1]["replaced"] == [0]


def test_a_narrow_breakpoint_is_two_bytes() -> None:
    marks = {mark["name"]: mark["variants"] for mark in described("breakpoints", "arm")["breakpoints"]}
    [narrow], [wide] = marks["kprobe_thumb16"], marks["kprobe_thumb32"]
    assert (narrow["word"], narrow["size"]) == ("0x0000de18", 2)
    assert narrow["bytes"] == {"little": "18de", "big": None, "be8": "18de"}
    assert (wide["word"], wide["size"]) == ("0xf7f0a018", 4)
    assert wide["bytes"] == {"little": "f0f718a0", "big": None, "be8": "f0f718a0"}


@pytest.mark.parametrize("count", [None, 16])
def test_a_repeat_says_what_its_elements_are(count: int | None) -> None:
    path = EXAMPLES / "linux" / "arm" / "module_plt.tramp"
    spec = compile_file(path, {} if count is None else {"PLT_ENT_COUNT": count}).spec
    assert spec
    [repeat] = read(spec)["repeats"]
    for variant, fixed, bias in zip(repeat["variants"], ("0xf8dff", "0xe59ff"), (4, 8), strict=True):
        element = variant["element"]
        assert (variant["count"], variant["code_words"]) == (count, 1)
        assert variant["count_c"] == ("PLT_ENT_COUNT" if count is None else None)
        assert element["words"] == [f"{fixed}{0 if count is None else 64 - bias:03x}", "0x00000000"]
        assert element["kinds"] == ["insn", "data"]
        [hole] = element["holes"]
        assert (hole["param"], hole["offset"], hole["width"]) == ("lit", 4, 32)
        symbols = [symbol["c"] for symbol in element["symbols"]]
        assert symbols == ([f"(((PLT_ENT_COUNT) * 4 - {bias}) & 0xfff)"] if count is None else [])


def opcodes(listed: Json) -> set[int]:
    return {opcode for low, high in listed["opcodes"] for opcode in range(low, high + 1)}


def held(bitmap: Json, when: Json) -> set[int]:
    """What the words of a bitmap say, in some cases."""
    [variant] = [v for v in bitmap["variants"] if v["when"].items() <= when.items()]
    return {n for n in range(256) if int(variant["words"][n // 32], 16) >> n % 32 & 1}


def test_words_of_a_bitmap_are_what_is_listed(compiled: Spec) -> None:
    for bitmap in read(compiled)["bitmaps"]:
        for variant in bitmap["variants"]:
            listed = [opcodes(one) for one in variant["listed"]]
            named = set().union(*listed)
            assert len(named) == sum(map(len, listed))
            expected = set(range(256)) - named if bitmap["excludes"] else named
            assert held(bitmap, variant["when"]) == expected


def test_comparisons_are_what_the_words_say(compiled: Spec) -> None:
    document = read(compiled)
    bitmaps = {bitmap["name"]: bitmap for bitmap in document["bitmaps"]}
    for comparison in document["comparisons"]:
        names = comparison["left"], comparison["right"]
        for variant in comparison["variants"]:
            left, right = (held(bitmaps[name], variant["when"]) for name in names)
            for side, own, other in (("only_left", left, right), ("only_right", right, left)):
                assert set().union(*map(opcodes, variant[side])) == own - other


def test_a_difference_has_the_reasons_of_both(tmp_path: Path) -> None:
    path = tmp_path / "spec.tramp"
    path.write_text("//! SPDX-License-Identifier: MIT\n" + textwrap.dedent(SPECS["bitmaps"]))
    spec = compile_file(path).spec
    assert spec
    document = read(spec)
    [comparison] = document["comparisons"]
    [variant] = comparison["variants"]
    assert variant["when"] == {"width": "wide"}
    assert variant["only_right"] == [
        {"opcodes": [[0xCC, 0xCC]], "has": "they are alone", "lacks": "the breakpoint itself"}
    ]
    assert [(one["has"], one["lacks"]) for one in variant["only_left"]] == [(None, None)]


def test_where_objects_have_it(tmp_path: Path) -> None:
    spec = text_compiled("in objects", tmp_path).spec
    assert spec is not None
    found = read(spec)
    call, probe = found["templates"]
    assert [(one["symbol"], one["label"], one["end"]) for one in call["symbols"]] == [
        ("call_insns", None, None),
        ("symbol", None, "to"),
        (".call_insns", None, ".call_insns_end"),
        ("__call__*", None, None),
        ("call..", "hook", None),
        ("call_off", "hook_off", None),
    ]
    assert call["symbols"][1]["except"] == ["hook", "value", "hook_off"]
    assert call["symbols"][1]["because"] == "a copy is patched"
    assert [one["symbol"] for one in probe["symbols"]] == ["probe_entry"]
    assert [len(one["symbols"]) for one in found["bitmaps"]] == [2, 1]
    assert {one["name"]: one["unit"] for one in found["externs"]} == {
        "TOC": "to", "HERE": "symbol", "pt_regs.gpr[3]": ".some_function",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["bitmaps", "externs"])
def test_what_is_not_said_of_objects_is_not_in_it(name: str, tmp_path: Path) -> None:
    spec = text_compiled(name, tmp_path).spec
    assert spec is not None
    found = read(spec)
    assert not any("symbols" in one for one in (*found["templates"], *found["bitmaps"]))
    assert not any("unit" in one for one in found["externs"])
