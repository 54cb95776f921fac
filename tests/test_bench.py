"""The benchmark's own parts, without measuring anything."""

from __future__ import annotations

from pathlib import Path

from bench import specs
from bench.bars import Bar
from bench.profiles import summed
from bench.report import verdicts
from tests.conftest import compile_file


def test_generated_specs_compile_and_have_the_size_they_say(tmp_path: Path) -> None:
    compiled = compile_file(specs.write(tmp_path, 3))
    assert compiled.spec is not None, compiled.codes
    sizes = [[len(variant.words) for variant in template.variants] for template in compiled.spec.templates]
    assert sizes == [[7, 6]] * 3


def test_a_missed_bar_is_said_to_be_missed() -> None:
    found = [
        Bar("slow", "peer", 2.01, 1.99, 2.0),
        Bar("fast", "peer", 1.99, 2.01, 2.0),
        Bar("rate", "per second", 199.0, 201.0, 200.0, at_least=True),
        Bar("absent", "peer", None, None, 1.0),
    ]
    assert [bar.met for bar in found] == [False, True, False, False]
    said = [line.split(" | ")[-1].removesuffix(" |") for line in verdicts(found).split("\n")[2:]]
    assert said == ["**missed**", "pass", "**missed**", "**not measured**"]


def test_a_profile_charges_built_in_functions_to_their_caller_and_waiting_to_itself() -> None:
    rows = [
        ("/x/lark/lexer.py", "lex", 1.0, [("<built-in method re.match>", 1.0)]),
        ("/x/trampgen/assemble/process.py", "_wait", 0.0, [("<built-in method select.select>", 2.0)]),
        ("", "<built-in method select.select>", 2.0, []),
    ]
    shares = summed(rows).shares
    assert (shares["lark: lexer and parser"], shares["waiting for Keystone"]) == (0.5, 0.5)
