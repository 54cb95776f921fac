"""Structs from DWARF and BTF against what the compiler says of the same types, for every format that there is."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.objects import PREAMBLE, answered, answers, compiled, ones
from trampgen.elf.btf import Btf
from trampgen.elf.debuginfo import DebugInfo, sources
from trampgen.elf.dwarf import Dwarf
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.types import Member, NoMember, Struct, everything, locate, offset_of

COMPILERS = (
    "gcc", "powerpc64le-linux-gnu-gcc", "powerpc64-linux-gnu-gcc", "powerpc-linux-gnu-gcc", "arm-linux-gnueabi-gcc",
    "aarch64-linux-gnu-gcc", "i686-linux-gnu-gcc",
)  # fmt: skip
FLAGS = {
    "2": ("-gdwarf-2", "-gstrict-dwarf"), "3": ("-gdwarf-3", "-gstrict-dwarf"), "4": ("-gdwarf-4",),
    "5": ("-gdwarf-5",), "64": ("-gdwarf-5", "-gdwarf64"), "compressed": ("-g", "-gz"),
    "old-compressed": ("-g", "-gz=zlib-gnu"), "units-of-types": ("-gdwarf-4", "-fdebug-types-section"),
    "units-of-types-5": ("-gdwarf-5", "-fdebug-types-section"), "btf": ("-gbtf",),
}  # fmt: skip

TYPES = """
enum colour { RED = 3, GREEN = -7, BLUE = 0x7fffffff };
enum big { HUGE = 0xfedcba9876543210ULL };
typedef struct { void *entry; u64 toc; } func_desc_t;
struct inner { char c; u64 wide; short tail[3]; };
typedef struct inner inner_t;
typedef int table_t[3][2];
struct regs {
	unsigned long gpr[32];
	union {
		struct { unsigned long nip, msr; };
		unsigned long pair[2];
	};
	struct inner one, many[4];
	union { u8 bytes[8]; struct { u16 x; u32 y; } both; } u;
	func_desc_t desc;
	const volatile char *const names[2];
	int (*handler)(struct regs *, ...);
	void (*table[5])(int, const char *);
	char *(*maker(void))[3];
	table_t grid;
	enum colour colour;
	_Bool flag;
	inner_t aliased;
	struct regs *next;
	int rest[];
};
struct __attribute__((packed)) packed { char a; u64 b; u16 c; };
struct aligned { char a; u64 b __attribute__((aligned(64))); };
struct bits { u32 a:3; u32 b:7; u32 :4; int c:5; u64 d:40; u8 e; u16 f:9; };
union either { u64 whole; u32 halves[2]; };
struct empty { };
struct opaque;
"""
TYPES = TYPES.replace("\tchar *(*maker(void))[3];\n", "\tchar *(*(*maker)(void))[3];\n")
USES = """
struct regs a_regs; struct packed a_packed; struct aligned an_aligned; struct bits some_bits = { 1, 2 };
union either an_either; struct empty an_empty; struct opaque *an_opaque; enum big a_big; inner_t an_inner;
int callback(struct regs *regs) { return regs->colour == GREEN; }
"""
MEMBERS = {
    "struct regs": (
        "gpr", "gpr[2]", "gpr[32]", "nip", "msr", "pair[1]", "one", "one.wide", "many[3].tail[2]", "u", "u.bytes[5]",
        "u.both.y", "desc.toc", "names[1]", "handler", "table[4]", "maker", "grid", "grid[2]", "grid[2][1]", "colour",
        "flag", "aliased.wide", "next", "rest", "rest[7]",
    ),
    "struct packed": ("a", "b", "c"), "struct aligned": ("a", "b"), "struct bits": ("e",),
    "union either": ("whole", "halves[1]"), "func_desc_t": ("entry", "toc"), "inner_t": ("wide", "tail[1]"),
}  # fmt: skip
SIZES = (
    "struct regs",
    "struct packed",
    "struct aligned",
    "struct bits",
    "union either",
    "struct empty",
    "func_desc_t",
)
PATHS = [(struct, path) for struct, paths in MEMBERS.items() for path in paths]


def asked() -> list[str]:
    return [f"offsetof({struct}, {path})" for struct, path in PATHS] + [f"sizeof({name})" for name in SIZES]


def built(compiler: str, flags: tuple[str, ...], folder: Path) -> Elf:
    need(compiler)
    try:
        path = compiled(compiler, PREAMBLE + TYPES + USES + answers(asked()), folder / "a.o", flags)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{compiler} {' '.join(flags)}: {error.stderr.splitlines()[0]}")
    return Elf(str(path))


def held(info: DebugInfo, elf: Elf) -> None:
    """Every offset and size as the compiler has it."""
    expected = iter(answered(elf))
    for struct, path in PATHS:
        found = info.struct(struct)
        assert found is not None, struct
        value = next(expected)
        if not (info.flattens and path == "grid[2]"):  # pahole and gcc write arrays of arrays as one
            assert offset_of(found, path) == value or (info.flattens and "grid[2][1]" in path), (struct, path)
    for name, size in zip(SIZES, expected, strict=True):
        found = info.struct(name)
        assert found is not None, name
        assert found.size == size, name


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("form", FLAGS)
def test_every_offset(compiler: str, form: str, tmp_path: Path) -> None:
    elf = built(compiler, FLAGS[form], tmp_path)
    [info] = sources(elf)
    assert isinstance(info, Btf if form == "btf" else Dwarf)
    held(info, elf)


@pytest.mark.parametrize(
    "target", ["x86_64", "powerpc64le", "powerpc64", "powerpc", "aarch64_be", "armeb", "riscv64"]
)
@pytest.mark.parametrize("form", ["4", "5"])
def test_clang(target: str, form: str, tmp_path: Path) -> None:
    if shutil.which("clang") is None:  # of no other use here
        pytest.skip("needs clang")
    text = (PREAMBLE + TYPES + USES + answers(asked())).replace("#include <stddef.h>", CLANG)
    flags = (f"--target={target}-linux-gnu", f"-gdwarf-{form}", "-ffreestanding")
    elf = Elf(str(compiled("clang", text, tmp_path / "a.o", flags)))
    [info] = sources(elf)
    held(info, elf)


CLANG = "#define offsetof(type, member) __builtin_offsetof(type, member)"


def struct(info: DebugInfo, name: str) -> Struct:
    found = info.struct(name)
    assert found is not None
    return found


def member(info: DebugInfo, name: str, path: str) -> Member:
    return next(one for one in everything(struct(info, name)) if one.name == path)


@pytest.fixture(params=["5", "btf"])
def info(request: pytest.FixtureRequest, tmp_path: Path) -> DebugInfo:
    return sources(built("gcc", FLAGS[request.param], tmp_path))[0]


def test_types_are_spelled_as_in_c(info: DebugInfo) -> None:
    spelled = {
        "gpr": "unsigned long gpr[32]", "names": "const volatile char *const names[2]",
        "handler": "int (*handler)(struct regs *, ...)", "table": "void (*table[5])(int, const char *)",
        "maker": "char *(*(*maker)(void))[3]", "desc": "func_desc_t desc", "grid": "table_t grid",
        "colour": "enum colour colour", "flag": "_Bool flag", "next": "struct regs *next", "rest": "int rest[]",
    }  # fmt: skip
    for name, text in spelled.items():
        found = member(info, "struct regs", name)
        if not (info.flattens and name == "flag"):  # gcc's BTF calls it bool
            assert found.declared == text
    bare = {"gpr": "unsigned long [32]", "handler": "int (*)(struct regs *, ...)", "next": "struct regs *"}
    assert {name: member(info, "regs", name).type for name in bare} == bare


def test_counts_sizes_and_what_is_inside(info: DebugInfo) -> None:
    many = member(info, "regs", "many")
    assert (many.counts, many.size) == ((4,), 96)
    inner = many.inner()
    assert inner is not None
    assert inner.title == "struct inner"
    assert [(one.name, one.offset) for one in inner.members] == [("c", 0), ("wide", 8), ("tail", 16)]
    assert member(info, "regs", "rest").counts == (None,)
    assert member(info, "regs", "next").inner() is None


def test_names_without_a_keyword(info: DebugInfo) -> None:
    assert struct(info, "regs").title == "struct regs"
    assert struct(info, "either").title == "union either"
    assert struct(info, "func_desc_t").title == "func_desc_t"
    assert struct(info, "inner_t").title == "struct inner"
    assert info.struct("union regs") is None
    assert info.struct("struct opaque") is None
    assert info.struct("table_t") is None
    assert info.struct("no_such_thing") is None


def test_enumerators_and_sizes(info: DebugInfo) -> None:
    assert info.enumerator("RED") == 3
    assert info.enumerator("GREEN") == -7
    assert info.enumerator("BLUE") == 0x7FFFFFFF
    assert info.enumerator("ED") is None
    assert info.size_of("unsigned long") == 8
    assert info.size_of("u16") == 2
    assert info.size_of("table_t") == 24
    assert info.size_of("enum colour") == 4
    assert info.size_of("u17") is None


def test_what_a_path_can_be(info: DebugInfo) -> None:
    regs = struct(info, "regs")
    wrong = {
        "gprs": "no member `gprs`", "gpr[33]": "32 elements", "gpr[1][1]": "no more dimensions", "nip[0]": "no array",
        "one.wide.x": "no struct", "many.wide": "needs an index", "": "no member is named", "gpr[x]": "no member",
        "one..wide": "no member",
    }  # fmt: skip
    for path, why in wrong.items():
        assert offset_of(regs, path) is None
        with pytest.raises(NoMember, match=why):
            locate(regs, path)
    with pytest.raises(NoMember, match="bit-field"):
        locate(struct(info, "bits"), "b")
    with pytest.raises(NoMember) as error:
        locate(regs, "many[0].wid")
    assert error.value.names == ("c", "wide", "tail")


def test_similar_names(info: DebugInfo) -> None:
    assert info.similar("struct rags") == ["struct regs"]
    assert "func_desc_t" in info.similar("func_dsc_t")
    assert info.similar("struct nothing_like_it") == []


@pytest.mark.parametrize("compiler", ["gcc", "powerpc64-linux-gnu-gcc", "i686-linux-gnu-gcc"])
@pytest.mark.parametrize("form", ["2", "3", "4", "5", "btf"])
def test_bit_fields(compiler: str, form: str, tmp_path: Path) -> None:
    """A field of ones in a struct of zeros shows where it is."""
    need(compiler)
    names = "abcdf"
    text = PREAMBLE + TYPES + "".join(f"struct bits only_{one} = {{ .{one} = -1 }};\n" for one in names)
    elf = Elf(str(compiled(compiler, text, tmp_path / "a.o", FLAGS[form])))
    found = {one.name: one.bits for one in struct(sources(elf)[0], "bits").members}
    for name in names:
        bits = found[name]
        assert bits is not None
        assert ones(elf, f"only_{name}") == set(range(bits.offset, bits.offset + bits.size)), name


# ---- functions and their units -------------------------------------------------------------------------

ONE = "struct regs { int pad; int here; }; struct regs r; int one(struct regs *regs) { return regs->here; }"
OTHER = "struct regs { int here; }; struct regs s; int other(struct regs *regs) { return regs->here; }"


@pytest.fixture(params=["gcc", "powerpc64-linux-gnu-gcc", "arm-linux-gnueabi-gcc"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, list[str]]:
    need(request.param)
    parts = [("one", ONE), ("other", OTHER)]
    made = [
        str(compiled(request.param, text, tmp_path / f"{name}.o", ("-g", "-fPIC"))) for name, text in parts
    ]
    return request.param, made


@pytest.mark.parametrize("how", [("-r",), ("-shared",), ("-shared", "-Wl,--gc-sections")], ids=" ".join)
def test_the_unit_of_a_function(pair: tuple[str, list[str]], how: tuple[str, ...], tmp_path: Path) -> None:
    compiler, parts = pair
    path = tmp_path / "both"
    command = [compiler, "-nostdlib", *how, "-o", str(path), *parts]
    subprocess.run(command, check=True, capture_output=True)
    [info] = sources(Elf(str(path)))
    for function, offset in (("one", 4), ("other", 0)):
        found = info.struct("regs", function)
        assert found is not None
        assert offset_of(found, "here") == offset
        assert info.has_function(function)
    assert info.struct("regs", "neither") is None
    assert not info.has_function("neither")


def test_a_unit_is_found_without_a_list_of_addresses(tmp_path: Path) -> None:
    need("gcc", "objcopy")
    parts = [
        str(compiled("gcc", text, tmp_path / f"{i}.o", ("-g", "-fPIC")))
        for i, text in enumerate((ONE, OTHER))
    ]
    path = tmp_path / "both"
    subprocess.run(["gcc", "-nostdlib", "-shared", "-o", str(path), *parts], check=True)
    subprocess.run(["objcopy", "--remove-section", ".debug_aranges", str(path)], check=True)
    found = sources(Elf(str(path)))[0].struct("regs", "other")
    assert found is not None
    assert offset_of(found, "here") == 0


def test_a_function_that_was_inlined(tmp_path: Path) -> None:
    need("gcc")
    text = "struct s { int a, b; }; static inline int gone(struct s *s) { return s->b; }"
    text += "int f(struct s *s) { return gone(s); }"
    info = sources(Elf(str(compiled("gcc", text, tmp_path / "a.o", ("-g", "-O2")))))[0]
    assert not info.elf.symbols.named("gone")
    found = info.struct("s", "gone")
    assert found is not None
    assert found.size == 8


# ---- names ---------------------------------------------------------------------------------------------


def test_a_name_that_is_the_end_of_others(tmp_path: Path) -> None:
    """Linkers merge them; in one file there are too many to look for each."""
    need("gcc")
    many = "".join(f"struct x{i}_page {{ int a{i}; }}; struct x{i}_page v{i};\n" for i in range(100))
    few = "struct my_regs { int a; }; struct regs { int b, c; }; struct my_regs m; struct regs r;\n"
    text = f"{many}{few}struct page {{ int d, e, f; }}; struct page p; enum e {{ e_page = 4, page_e = 5 }}; enum e v;"
    made = compiled("gcc", text, tmp_path / "a.o", ("-g", "-fPIC"))
    path = tmp_path / "a.so"
    subprocess.run(["gcc", "-nostdlib", "-shared", "-o", str(path), str(made)], check=True)
    info = sources(Elf(str(path)))[0]
    assert b"\0regs\0" not in bytes(info.elf.data(info.elf.by_name[".debug_str"]))
    assert [struct(info, name).size for name in ("regs", "my_regs", "page", "x42_page")] == [8, 4, 12, 4]
    assert info.struct("age") is None
    assert (info.enumerator("e_page"), info.enumerator("page_e"), info.enumerator("page")) == (4, 5, None)


@pytest.mark.parametrize("name", ["s", "ab", "abc", "abcd", "abcde"])
def test_short_names_stand_in_the_entry_itself(name: str, tmp_path: Path) -> None:
    need("gcc")
    info = sources(
        Elf(str(compiled("gcc", f"struct {name} {{ int a; }}; struct {name} v;", tmp_path / "a.o")))
    )[0]
    assert struct(info, name).size == 4


def test_a_declaration_is_no_definition(tmp_path: Path) -> None:
    """The first unit only knows the name, and a typedef of it."""
    need("gcc")
    texts = (
        "struct s; typedef struct s s_t; s_t *p;",
        "struct s { int a, b; }; typedef struct s s_t; s_t v;",
    )
    parts = [str(compiled("gcc", text, tmp_path / f"{i}.o")) for i, text in enumerate(texts)]
    path = tmp_path / "both"
    subprocess.run(["gcc", "-nostdlib", "-r", "-o", str(path), *parts], check=True)
    info = sources(Elf(str(path)))[0]
    assert struct(info, "struct s").size == struct(info, "s_t").size == 8


# ---- what is not read, and says so ---------------------------------------------------------------------


@pytest.mark.parametrize("form", ["4", "5"])
def test_split_debug_info(form: str, tmp_path: Path) -> None:
    need("gcc")
    path = compiled("gcc", ONE, tmp_path / "a.o", (f"-gdwarf-{form}", "-gsplit-dwarf"))
    info = sources(Elf(str(path)))[0]
    with pytest.raises(BadElf, match="split"):
        info.struct("regs")
    with pytest.raises(BadElf, match="split"):
        sources(Elf(str(tmp_path / "a.dwo")))


def test_no_debug_info(tmp_path: Path) -> None:
    need("gcc")
    with pytest.raises(BadElf, match="neither DWARF nor BTF"):
        sources(Elf(str(compiled("gcc", ONE, tmp_path / "a.o", ()))))


def linked(tmp_path: Path) -> list[str]:
    """Two programs with types in common."""
    need("gcc", "dwz")
    text = PREAMBLE + TYPES + USES + answers(["offsetof(struct regs, colour)"])
    made = []
    for name in ("a", "b"):
        source = tmp_path / f"{name}.c"
        source.write_text(text)
        extra = tmp_path / f"{name}2.c"
        extra.write_text(
            PREAMBLE + TYPES + "struct regs more_regs; int more(struct regs *r) { return r->flag; }"
        )
        command = [
            "gcc",
            "-w",
            "-g",
            "-nostdlib",
            "-shared",
            "-fPIC",
            "-o",
            str(tmp_path / name),
            str(source),
            str(extra),
        ]
        subprocess.run(command, check=True)
        made.append(str(tmp_path / name))
    return made


def test_partial_units(tmp_path: Path) -> None:
    """dwz moves what two units have into a third one, which both import."""
    path = linked(tmp_path)[0]
    subprocess.run(["dwz", path], check=True)
    elf = Elf(path)
    [info] = sources(elf)
    listed = subprocess.run(["readelf", "-Wwi", path], check=True, capture_output=True, text=True).stdout
    assert "DW_TAG_partial_unit" in listed
    for function in (None, "callback", "more"):
        found = info.struct("regs", function)
        assert found is not None
        assert [offset_of(found, "colour")] == answered(elf)


def test_types_in_a_file_that_several_share(tmp_path: Path) -> None:
    paths = linked(tmp_path)
    subprocess.run(["dwz", "-m", str(tmp_path / "common"), *paths], check=True)
    [info] = sources(Elf(paths[0]))
    with pytest.raises(BadElf, match="dwz -m"):
        info.struct("regs", "callback")


# ---- another reader ------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["3", "4", "5"])
def test_against_pyelftools(form: str, tmp_path: Path) -> None:
    """Every struct of an object, by a reader that takes all entries one after the other."""
    from elftools.elf.elffile import ELFFile

    elf = built("gcc", FLAGS[form], tmp_path)
    [info] = sources(elf)
    seen = 0
    with open(elf.path, "rb") as stream:
        for unit in ELFFile(stream).get_dwarf_info().iter_CUs():
            for entry in unit.iter_DIEs():
                is_struct = entry.tag in ("DW_TAG_structure_type", "DW_TAG_union_type")
                if (
                    not is_struct
                    or "DW_AT_name" not in entry.attributes
                    or "DW_AT_declaration" in entry.attributes
                ):
                    continue
                kind = "union" if entry.tag == "DW_TAG_union_type" else "struct"
                found = struct(info, f"{kind} {entry.attributes['DW_AT_name'].value.decode()}")
                ours = [one.name for one in found.members]
                theirs = [
                    one.attributes["DW_AT_name"].value.decode() if "DW_AT_name" in one.attributes else None
                    for one in entry.iter_children()
                ]
                assert ours == theirs
                assert found.size == entry.attributes["DW_AT_byte_size"].value
                seen += 1
    assert seen == len(set(itertools.chain(SIZES, ("struct inner",))) - {"func_desc_t"})
