"""The parser of grammars/tramp.lark from prebuilt LALR tables, which take longer to make than a small build."""

from __future__ import annotations

import json
from typing import Any

import lark
from lark.grammar import NonTerminal, Rule, RuleOptions, Symbol, Terminal
from lark.lexer import TerminalDef

from trampgen.resources import digest, read_text
from trampgen.syntax.lines import Lines

PREBUILT = "grammar.json"
_WIDEST = (1 << 32) - 1
_SHIFT = 0  # lark's mark of an action that leads to a state; the other kind names a rule


def parser() -> lark.Lark:
    """From the tables if they fit this grammar and this version of lark, else from the grammar."""
    grammar = read_text("grammars", "tramp.lark")
    stored: dict[str, Any] = json.loads(read_text("prebuilt", PREBUILT))
    if stored["source"] == digest(grammar.encode()) and stored["lark"] == lark.__version__:
        return _loaded(stored)
    return built(grammar)


def built(grammar: str) -> lark.Lark:
    """The parser of a grammar, its tables made anew."""
    return lark.Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        postlex=Lines(),
        propagate_positions=True,
        maybe_placeholders=True,
    )


def serialized() -> str:
    """The tables as JSON, the same in every run of one version of lark."""
    grammar = read_text("grammars", "tramp.lark")
    data, memo = built(grammar).memo_serialize([TerminalDef, Rule])
    del data["options"]["postlex"]  # the one option that is no data
    data["parser"]["parser"] = _ordered(data["parser"]["parser"])
    for terminal in memo.values():
        width = terminal.get("pattern", {}).get("_width")
        if width:  # of a pattern without an end: another number in each version of Python
            width[1] = min(width[1], _WIDEST)
    memo = {key: _packed(value) for key, value in memo.items()}
    document = {"source": digest(grammar.encode()), "lark": lark.__version__, "data": data, "memo": memo}
    return json.dumps(document, separators=(",", ":")) + "\n"


def _packed(stored: dict[str, Any]) -> object:
    """A rule as a short list: lark's own form names each of its thousands of attributes."""
    if stored["__type__"] != "Rule":
        return stored
    options = stored["options"]
    assert options["priority"] is options["template_source"] is None, "the grammar uses neither"
    symbols = [
        [s["name"], 2 if s.get("filter_out") else int(s["__type__"] == "Terminal")]
        for s in stored["expansion"]
    ]
    empty = [int(index) for index in options["empty_indices"]]
    kept, only = int(options["keep_all_tokens"]), int(options["expand1"])
    return [stored["origin"]["name"], symbols, stored["order"], stored["alias"], kept, only, empty]


def _unpacked(stored: Any, made: dict[tuple[str, int], Symbol]) -> object:
    """The rule of a list, its symbols shared; lark takes what is no list and no dictionary as it is."""
    if not isinstance(stored, list):
        return stored
    origin, expansion, order, alias, kept, only, empty = stored
    options = RuleOptions(bool(kept), bool(only), empty_indices=tuple(map(bool, empty)))
    start = NonTerminal(origin)
    symbols = [made.get((name, kind)) or _made(name, kind, made) for name, kind in expansion]
    return Rule(start, symbols, order, alias, options)


def _made(name: str, kind: int, made: dict[tuple[str, int], Symbol]) -> Symbol:
    """0 is a rule's name, 1 a terminal, 2 one that leaves no trace in the tree."""
    symbol = made[name, kind] = Terminal(name, filter_out=kind == 2) if kind else NonTerminal(name)
    return symbol


def _ordered(table: dict[str, Any]) -> dict[str, Any]:
    """The table with tokens numbered by name and states as they are reached: lark goes by the order of its sets."""
    names = sorted(table["tokens"].values())
    actions = {
        state: sorted((table["tokens"][token], action) for token, action in found.items())
        for state, found in table["states"].items()
    }
    reached = list(table["start_states"].values())
    for state in reached:
        for _, (kind, to) in actions[state]:
            if kind == _SHIFT and to not in reached:
                reached.append(to)
    number = {state: index for index, state in enumerate(reached)}
    return {
        **table,
        "tokens": dict(enumerate(names)),
        "states": {
            number[state]: {
                names.index(name): (kind, number[to] if kind == _SHIFT else to)
                for name, (kind, to) in actions[state]
            }
            for state in reached
        },
        "start_states": {rule: number[state] for rule, state in table["start_states"].items()},
        "end_states": {rule: number[state] for rule, state in table["end_states"].items()},
    }


def _loaded(stored: dict[str, Any]) -> lark.Lark:
    """JSON's keys are strings; those of states, tokens and memo are numbers in lark."""
    data = stored["data"]
    table = data["parser"]["parser"]
    table["tokens"] = _numbered(table["tokens"])
    table["states"] = {int(state): _numbered(actions) for state, actions in table["states"].items()}
    data["options"]["postlex"] = Lines()
    made: dict[tuple[str, int], Symbol] = {}
    memo = {int(number): _unpacked(value, made) for number, value in stored["memo"].items()}
    return lark.Lark.load({"data": data, "memo": memo})


def _numbered(table: dict[str, Any]) -> dict[int, Any]:
    return {int(number): value for number, value in table.items()}
