"""Between lexer and parser: newlines that end no statement are dropped, runs of them become one."""

from __future__ import annotations

from collections.abc import Iterator

from lark import Token
from lark.lark import PostLex

_OPEN = {"LPAR", "LSQB", "CALL"}
_CLOSE = {"RPAR", "RSQB"}
# Right after these a statement can't end. An ASM_TEXT that ends in a comma is another token: not affected.
_CONTINUES = {"_NL", "COMMA", "LBRACE"}
MOST_WORDS = 64_000  # of one declaration: code that is far longer than any trampoline
_BEGINS = {"TARGET", "INCLUDE", "VARIANT", "CONST", "EXTERN", "LAYOUT", "FAMILY", "MACRO"}
_BEGINS |= {"STUB", "OPTPROBE", "SITE"}
_BEGINS |= {"TABLE", "BREAKPOINT", "SLOT", "CALLSITE", "REPEAT", "REWRITE", "BITMAP", "_COMPARING"}


class TooManyWords(Exception):
    """A declaration has more words than are read; holds the first of them."""

    def __init__(self, word: Token) -> None:
        super().__init__(word)
        self.word = word


class Lines(PostLex):
    """Never looks ahead: the contextual lexer must have the parser's state when it reads the next token."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = count = 0
        previous = "_NL"
        for token in stream:
            depth += (token.type in _OPEN) - (token.type in _CLOSE)
            if token.type == "_NL" and (depth > 0 or previous in _CONTINUES):
                continue
            previous = token.type
            count = 0 if token.type in _BEGINS else count + 1
            if count > MOST_WORDS:
                raise TooManyWords(token)
            yield token
