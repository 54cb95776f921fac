"""Slips that people make (foreign comments, directives, unclosed braces, misspelt words), and how to read on."""

from __future__ import annotations

import re

from trampgen.diagnostics.suggest import did_you_mean
from trampgen.model.record import record

# Words that begin a declaration: inside a block they mean that a brace is missing.
OUTERMOST = frozenset(
    "stub optprobe site macro layout family variant impossible extern target include".split()
)
OUTERMOST |= frozenset("table breakpoint slot callsite repeat bitmap compare rewrite".split())


@record
class Known:
    """The words of the language, and those of them that could stand here."""

    keywords: frozenset[str]
    allowed: frozenset[str]


def word_at(text: str, offset: int) -> str:
    """The word (as much of it as a message can show), or else the character, at an offset."""
    found = re.compile(r"\w{1,100}|.", re.DOTALL).match(text, offset)
    return found.group() if found else " "


def visible(word: str) -> str:
    """A word for a message: characters that can't be seen by their number."""
    return "".join(c if c.isprintable() and c != "\xa0" else f"U+{ord(c):04X}" for c in word)


def foreign(text: str, offset: int) -> tuple[str, str, str] | None:
    """(code, message, help) for what belongs to another language."""
    rest = text[offset : offset + 40]
    if rest.startswith("/*"):
        return "foreign-comment", "`/*` starts no comment here", "use //, to the end of the line"
    if re.match(r"#\s*(if|ifdef|ifndef|else|elif|endif|define|include|undef)\b", rest):
        return (
            "no-preprocessor",
            "there is no preprocessor here",
            'a `variant` and `if case { … }` replace #if, `const` replaces #define, `include "file"` has no #',
        )
    if rest.startswith("#"):
        return "foreign-comment", "`#` starts no comment here", "use //, to the end of the line"
    return None


def suggest(text: str, offset: int, word: str, known: Known) -> str:
    """How to mend a syntax error, where that can be guessed."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset]
    above = text[:offset].rstrip().rsplit("\n", 1)[-1].strip()
    if word == '"' or "“" in word or "”" in word:
        closed = re.match(r'"[^"\n]*"', text[offset:])
        return "no string can stand here" if closed else 'a string stands on one line, between " and "'
    if re.match(r"0[0-9]", word):
        return "a leading zero means octal to some and nothing to others: leave it out"
    if re.match(r"[0-9]\w*?[uUlL]+$", word):
        return "numbers have no suffix"
    if word == "@" and re.search(r"&\s*\w+\s*$", before):
        return "a label's address has no slices: it is not known"
    if known.allowed == {"or", "rest"}:
        return "a `patch` says what rests there: `patch hook { bl ${target} } rest { nop }`"
    if lonely_else(text, offset) is not None:
        return "`else` stands on the line of the brace that closes the block before it"
    if re.search(r"\bnot\s+$", before):
        return "not is written `!`"
    if re.search(r"\bif\b.*\{\s*predicate\s+$|^\s*predicate\s+$", before) and word.isidentifier():
        return "a predicate is about the whole table: it stands outside of `if`"
    if word == "symbol" and "commit" in known.allowed:
        return "a layout is the struct of its own name in an object"
    if word == "from" and re.search(r"\bextern\b.*\bin\b", before):
        return "`from` stands before `in`"
    if word == "symbol" and "as" in known.allowed:
        return "it stands before what a bitmap lists"
    if word == "symbol":
        return "it says where an object has a template, a table, a breakpoint, a repeat or a bitmap"
    if word == "." and not before.strip():
        return "there are no directives: a word is written `raw 0x60000000`, a label `again:`"
    if re.match(r"[0-9]+\s*:", text[offset:]) and not before.strip():
        return "a label is a name, such as `again:`"
    if word in ("\n", ";") and re.match(r"[\s;]*\{", text[offset:]):
        return "the opening brace stands on the same line"
    if before.lstrip().startswith("//!") or text.startswith("//!", offset):
        return "`//!` holds the file's licence: it stands alone on its line, at the top"
    if before.lstrip().startswith("///") or above.startswith("///") or text.startswith("///", offset):
        return (
            "`///` documents a layout, a stub, a family, a table, a breakpoint, a slot, a call site, a repeat, a "
            "bitmap, a rewrite or a part of one: it stands on the line before it"
        )
    if len(word) < 3 or word in known.keywords:
        return ""
    if close := did_you_mean(word, known.allowed):
        return close
    # A misspelt statement word is read as the name or the instruction before what surprises.
    first = re.match(r"\s*(\w+)", before)
    if first and len(first.group(1)) > 3 and first.group(1) not in known.keywords:
        return did_you_mean(first.group(1), known.keywords)
    return ""


def lonely_else(text: str, offset: int) -> int | None:
    """Where an `else` that begins a line begins, if the offset is in it or in the block it opens."""
    found = re.search(r"^[ \t]*else\b[^\n{}]*(\{[^{}]*)?$(?!\n)", text[:offset], re.MULTILINE)
    return found.start() if found else None


def unclosed_brace(text: str, offset: int) -> int | None:
    """Where the innermost `{` that is open at an offset stands; None if all are closed."""
    opened: list[int] = []
    for token in re.finditer(r'//[^\n]*|"[^"\n]*"|[{}]', text[:offset]):
        if token.group() == "{":
            opened.append(token.start())
        elif token.group() == "}" and opened:
            opened.pop()
    return opened[-1] if opened else None


def without_statement(text: str, offset: int) -> str:
    """The text with the statement at an offset replaced by spaces; a block it opens goes with it."""
    if text.startswith("/*", offset):
        end = text.find("*/", offset)
        return _blanked(text, offset, len(text) if end < 0 else end + 2)
    start = lonely_else(text, offset)
    if start is None:
        start = max(text.rfind("\n", 0, offset), text.rfind(";", 0, offset)) + 1
    above = text.rfind("\n", 0, max(start - 1, 0)) + 1
    if text[above:start].strip().startswith("///"):  # documentation of something that takes none
        return _blanked(text, above, start)
    depth, end = 0, start
    while end < len(text):
        char = text[end]
        if char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}" and end >= offset:
            # A brace that closes something stays, unless there is nothing else to take away.
            stray = unclosed_brace(text, offset) is None or not text[start:end].strip()
            end += end == offset and stray
            break
        elif char == "\n" and depth == 0 and end >= offset and not re.match(r"\s*\{", text[end:]):
            break
        end += 1
    return _blanked(text, start, end)


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
