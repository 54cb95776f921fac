"""Commands and options, nothing else. Exit status: 0 clean, 1 findings, 2 usage or internal error."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from trampgen import __version__
from trampgen.arguments import Usage, expanded
from trampgen.commands import CLEAN, TROUBLE
from trampgen.emit import KINDS

TYPE_CHECKING = False  # typing's own takes longer to load than the help text to print
if TYPE_CHECKING:
    from typing import TextIO


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: messages quote source text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        words = expanded(sys.argv[1:] if arguments is None else list(arguments))
        parser = _parser(words)
        status = _run(_parsed(parser, words), parser)
        sys.stdout.flush()
        return status
    except Usage as error:
        print(f"trampgen: error: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("trampgen: interrupted", file=sys.stderr)
    except RecursionError:
        print("trampgen: error: an expression or block is nested too deeply", file=sys.stderr)
    except Exception as error:
        if os.environ.get("TRAMPGEN_DEBUG"):
            raise
        kind = type(error).__name__
        print(f"trampgen: internal error: {kind}: {error}", file=sys.stderr)
        print("trampgen: this is a defect of trampgen; TRAMPGEN_DEBUG=1 shows where it is", file=sys.stderr)
    return TROUBLE


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    if options.include_dir:
        from trampgen.resources import folder

        print(folder("include"))
        return CLEAN
    if options.command is None:
        parser.print_help()
        return TROUBLE
    if "color" in options:
        options.colour = _colour(options.color, sys.stderr)
    from importlib import import_module  # the command's own module, and no other

    module = _MODULES.get(options.command, options.command)
    status: int = import_module(f"trampgen.commands.{module}").run(options)
    return status


def _parsed(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """Options may stand between specs, which argparse by itself does not take."""
    options, rest = parser.parse_known_args(words)
    taking = next((name for name in ("names", "specs") if name in options), "")
    if rest and (not taking or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        setattr(options, taking, [*getattr(options, taking), *rest])
    return options


def _colour(wanted: str, stream: TextIO) -> bool:
    """Whether findings are coloured: by --color, else on a terminal unless NO_COLOR says no (no-color.org)."""
    if wanted != "auto":
        return wanted == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def _formatter(prog: str) -> argparse.HelpFormatter:
    """As wide as the terminal. argparse itself would load shutil to ask."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = 80
    return argparse.HelpFormatter(prog, width=max(columns - 2, 20), max_help_position=30)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for a command line; the options of commands that are not among its words are left out."""
    parser = argparse.ArgumentParser(
        prog="trampgen",
        description="One specification of a trampoline becomes its bytes, masks, ranges, patcher and recogniser.",
        epilog="@FILE stands for the arguments in FILE; exit status: 0 clean, 1 findings, 2 usage or internal error",
        formatter_class=_formatter,
    )
    parser.add_argument("--version", action="version", version=f"trampgen {__version__}")
    parser.add_argument(
        "--include-dir",
        action="store_true",
        help="print the folder of trampgen.h, for headers used outside the kernel, and of fragments for make, "
        "Kbuild and CMake",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, help, fill in _COMMANDS:
        command = commands.add_parser(name, help=help, description=help, formatter_class=_formatter)
        if name in words:
            fill(command)
    return parser


def _build_options(build: argparse.ArgumentParser) -> None:
    _spec_options(build)
    _jobs_option(build, "specs compiled")
    _debug_info_option(build)
    outputs = build.add_argument_group("outputs")
    outputs.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        default=".",
        help="where the outputs go (default: here); - prints the one that --emit chooses",
    )
    outputs.add_argument(
        "--emit",
        metavar="KIND",
        action="append",
        help=f"what to write, with commas or repeated: {', '.join(KINDS)} (default: header,json,blob)",
    )
    outputs.add_argument(
        "--check",
        action="store_true",
        help="write nothing; print a diff and exit with 1 where an output on disk is not what would be written",
    )
    outputs.add_argument(
        "--depfile", metavar="FILE", help="also write what the outputs depend on, for make and ninja"
    )
    outputs.add_argument(
        "--depfile-target", metavar="NAME", help="the target in there (default: the outputs)"
    )
    outputs.add_argument(
        "--no-record",
        action="store_true",
        help="compile even if nothing changed, and leave no .NAME.trampgen for the next build",
    )
    build.add_argument("-W", "--warnings-as-errors", action="store_true", help="a warning stops the build")
    build.add_argument("-q", "--quiet", action="store_true", help="print findings only")


def _lint_options(lint: argparse.ArgumentParser) -> None:
    _spec_options(lint)
    _jobs_option(lint, "specs compiled")
    _debug_info_option(lint)
    lint.add_argument(
        "--gnu-as",
        metavar="PREFIX",
        help="also compare every word with a GNU assembler, such as powerpc64-linux-gnu-",
    )


def _diff_options(diff: argparse.ArgumentParser) -> None:
    _spec_options(diff)
    _debug_info_option(diff)


def _spec_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("specs", nargs="+", metavar="SPEC")
    _fact_options(parser)
    _finding_options(parser)


def _jobs_option(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("-j", "--jobs", metavar="N", default="auto", help=f"{what} at a time (default: auto)")


def _fact_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-D", dest="defines", metavar="NAME=VALUE", action="append", default=[], help="supply an extern const"
    )
    parser.add_argument(
        "--constants",
        metavar="FILE",
        action="append",
        default=[],
        help="supply extern consts by the lines NAME = VALUE of a file",
    )
    _asm_offsets_option(parser)


def _asm_offsets_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--asm-offsets",
        metavar="FILE",
        action="append",
        default=[],
        help="supply externs from a generated asm-offsets.h",
    )


def _debug_info_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--elf",
        metavar="FILE",
        action="append",
        default=[],
        help="supply externs from the debug info (DWARF, BTF) of an object, module or vmlinux",
    )


def _finding_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how findings are printed")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="whether findings are coloured"
    )


def _verify_options(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("spec", metavar="SPEC")
    verify.add_argument(
        "--elf",
        metavar="FILE",
        nargs="+",
        action="extend",
        required=True,
        help="objects, modules, a vmlinux, all of one build; their debug info supplies externs",
    )
    verify.add_argument(
        "--case",
        dest="cases",
        metavar="CASE",
        action="append",
        default=[],
        help="a case that holds in the build (default: those in which it differs least)",
    )
    _fact_options(verify)
    _finding_options(verify)


def _scan_options(scan: argparse.ArgumentParser) -> None:
    _spec_options(scan)
    files = scan.add_argument_group("what is looked at")
    files.add_argument(
        "--elf",
        metavar="FILE",
        nargs="+",
        action="extend",
        default=[],
        help="objects, modules, a vmlinux, programs; the debug info of a single one supplies externs",
    )
    files.add_argument(
        "--section", metavar="NAME", action="append", default=[], help="only sections of this name"
    )
    files.add_argument(
        "--all-sections", action="store_true", help="everything that is loaded, not only what can be executed"
    )
    files.add_argument(
        "--raw", metavar="FILE", nargs="+", action="extend", default=[], help="files of nothing but code"
    )
    files.add_argument(
        "--base", metavar="ADDRESS", default="0", help="of a raw file's first byte (default: 0)"
    )
    files.add_argument("--target", metavar="NAME", help="of a raw file's code, where the spec has several")
    files.add_argument("--order", choices=("little", "big", "be8"), help="byte order of a raw file")
    wanted = scan.add_argument_group("what is looked for")
    wanted.add_argument(
        "--template",
        metavar="NAME",
        action="append",
        default=[],
        help="a template, breakpoint, repeat, call site or family (default: all but call sites and families)",
    )
    wanted.add_argument(
        "--table", metavar="NAME", action="append", default=[], help="instructions in a row of a table"
    )
    wanted.add_argument(
        "--case", metavar="CASE", action="append", default=[], help="only what this case of a variant has"
    )
    wanted.add_argument(
        "--limit", metavar="N", type=int, help="so many matches of each template or table at the most"
    )


def _offsets_options(offsets: argparse.ArgumentParser) -> None:
    offsets.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="pt_regs, `union u`, a typedef, or a member, pt_regs.gpr[2]; a file NAME.tramp is a spec",
    )
    _debug_info_option(offsets)
    _asm_offsets_option(offsets)
    offsets.add_argument(
        "--spec",
        dest="specs",
        metavar="SPEC",
        action="append",
        default=[],
        help="the externs that this spec needs",
    )
    offsets.add_argument(
        "--from", dest="function", metavar="FUNCTION", help="as the file that defines this function has it"
    )
    offsets.add_argument(
        "--complete",
        action="store_true",
        help="also print what a struct is made of: a compiler takes the whole",
    )
    offsets.add_argument("--lock", metavar="FILE", help="write a constants file, to be committed")
    offsets.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 and a diff where --lock is stale"
    )
    offsets.add_argument("--format", choices=("text", "json"), default="text", help="how it is printed")
    offsets.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="whether findings are coloured"
    )


def _prove_options(prove: argparse.ArgumentParser) -> None:
    _spec_options(prove)
    _debug_info_option(prove)
    _part_options(prove)
    prove.add_argument(
        "--show-contract", action="store_true", help="print what is assumed and demanded, and prove nothing"
    )
    prove.add_argument(
        "--no-allow", action="store_true", help="also report what an `allow` clause of the spec lets pass"
    )
    prove.add_argument(
        "--smt",
        metavar="DIR",
        help="also write what a solver is asked, as SMT-LIB, one file for each question",
    )


def _mutate_options(mutate: argparse.ArgumentParser) -> None:
    _spec_options(mutate)
    _jobs_option(mutate, "faults judged")
    _part_options(mutate)
    mutate.add_argument("--seed", metavar="N", type=int, default=0, help="which slips are made (default: 0)")
    mutate.add_argument("--most", metavar="N", type=int, help="so many faults at the most, any of them")
    mutate.add_argument(
        "--reasons",
        metavar="FILE",
        help="why some that survive do the same, in words (TOML, see docs/mutate.md)",
    )


def _part_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--template", metavar="NAME", action="append", default=[], help="a template (default: all of them)"
    )
    parser.add_argument(
        "--case", metavar="CASE", action="append", default=[], help="only what this case of a variant has"
    )


def _explain_options(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("code", nargs="?", metavar="CODE", help="all codes without one")


def _import_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "specs",
        nargs="+",
        metavar="OBJ:SYMBOL",
        help="code, or an array of words, in an object file; or `decodetree FILE`: patterns of QEMU",
    )
    parser.add_argument(
        "--name", metavar="NAME", help="of the template or table (default: after the symbol or the file)"
    )
    symbols = parser.add_argument_group("symbols of object files")
    symbols.add_argument("--to", metavar="SYMBOL", help="where it ends (default: as long as SYMBOL is)")
    symbols.add_argument(
        "--mask", metavar="[OBJ:]SYMBOL", help="an array whose zero bits are holes of the words"
    )
    symbols.add_argument(
        "--second",
        metavar="[OBJ:]SYMBOL",
        help="an array that differs: operands that differ are holes, other instructions patch regions",
    )
    symbols.add_argument(
        "--target", metavar="TARGET", help="where an object can be for several, such as thumb"
    )
    symbols.add_argument("--licence", metavar="ID", help="the SPDX identifier for the spec")
    patterns = parser.add_argument_group("decodetree")
    patterns.add_argument(
        "-w", "--width", type=int, choices=(16, 32, 64), help="bits of an instruction (default: 32)"
    )


_COMMANDS = (
    ("build", "compile specs to headers, blobs, manifests and listings", _build_options),
    ("lint", "check specs without writing anything", _lint_options),
    ("diff", "show the words for which the tables of two specs differ", _diff_options),
    ("verify", "hold objects, modules or a kernel against a spec", _verify_options),
    ("scan", "list where in files the code of a spec is, and what its holes hold", _scan_options),
    ("offsets", "print structs from debug info, or make a constants file of them", _offsets_options),
    ("prove", "hold the code of templates to their contracts, for every input", _prove_options),
    (
        "mutate",
        "put small faults into templates and list those that lint and prove do not find",
        _mutate_options,
    ),
    ("explain", "say what a diagnostic means", _explain_options),
    (
        "import",
        "print code of an object file as a spec, or patterns of another tool as a table",
        _import_options,
    ),
)
_MODULES = {"import": "importing"}  # where a command can't be the name of a module
