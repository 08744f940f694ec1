"""Names, keys and the words of the language: the part of the tokenizer that reads letters."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from rules.elixir import identifiers
from rules.elixir.brackets import Brackets
from rules.elixir.errors import Rejected
from rules.elixir.messages import CALLED_ALIAS, DO_AFTER_FN, INVALID_IN_ALIAS, STRAY_DO
from rules.elixir.syntax import Atom, Keyword, Literal, Token
from rules.elixir.vocabulary import NAME_BEFORE, SLASH, SPACE, UNUSUAL_AFTER_NAME

Item: TypeAlias = Token | Literal


class Words:
    """Reads words into *tokens*; each method takes the place of a word and returns where to go on."""

    def __init__(self, text: str, brackets: Brackets) -> None:
        self.text = text
        self.brackets = brackets
        self.tokens: list[Item] = []

    # ── What was read ──

    def _last(self) -> Token | None:
        """Return the last token, unless it is a literal."""
        last = self.tokens[-1] if self.tokens else None
        return last if isinstance(last, Token) else None

    def _append(self, item: Item) -> int:
        self.tokens.append(item)
        return item.end

    def _join_lines(self) -> None:
        """Take back the separator of a line break before what continues an expression."""
        last = self._last()
        if last is not None and last.kind == "SEPARATOR" and last.text == "\n":
            self.tokens.pop()

    def _drop_separator(self) -> None:
        if self.tokens and self.tokens[-1].kind == "SEPARATOR":
            self.tokens.pop()

    def _open(self, token: Token) -> int:
        self.brackets.opened(token)
        return self._append(token)

    def _close(self, token: Token) -> int:
        for closing in self.brackets.closed(token):
            self._append_closing(closing)
        return token.end

    def _append_closing(self, closing: Token) -> None:
        if closing.start == closing.end:  # made up where it is missing
            self._drop_separator()
        self.tokens.append(closing)

    # ── Names ──

    def name(self, start: int, end: int) -> int:
        """Read a variable, a function's name, a word of the language, or a key."""
        text = self.text
        follower = text[end : end + 1]
        if follower in UNUSUAL_AFTER_NAME or follower > "\x7f":
            return self._unusual_name(start, end, follower)
        word = text[start:end]
        if word in _RESERVED:
            return _RESERVED[word](self, start, end)
        self.tokens.append(Token(NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, word))
        return end

    def _unusual_name(self, start: int, end: int, follower: str) -> int:
        if follower == ":":
            return self._before_colon(start, end, self.text[start:end])
        if follower:
            return self.unicode_name(start)
        word = self.text[start:end]
        if word in _RESERVED:
            return _RESERVED[word](self, start, end)
        return self._append(Token("IDENTIFIER", start, end, word))

    def unicode_name(self, start: int) -> int:
        """Read a name that is not all ASCII, or has `@` in it."""
        name, end, capital = identifiers.scan(self.text, start)
        follower = self.text[end : end + 1]
        if follower == ":" and self.text[end + 1 : end + 2] not in ("", ":"):
            return self._before_colon(start, end, name)
        if "@" in name:
            what = "alias" if capital else "identifier"
            raise Rejected(f'invalid character "@" (code point U+0040) in {what}: {name}', start)
        if capital:
            char = next((char for char in name if char > "\x7f"), name[-1])  # `A?@` has none
            raise Rejected(INVALID_IN_ALIAS.format(char, ord(char), name), start)
        return self._append(Token(NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, name))

    def _before_colon(self, start: int, end: int, name: str) -> int:
        """Read what a colon follows: a key, or a name before `::`."""
        after = self.text[end + 1 : end + 2]
        if after in SPACE:
            return self._append(Keyword(start, end + 1, name))
        if after not in ("", ":"):
            raise Rejected(f"keyword argument must be followed by space after: {name}:", start)
        if name in _RESERVED and after == ":":
            return _RESERVED[name](self, start, end)
        return self._append(Token("ALIAS" if name[0].isupper() else "IDENTIFIER", start, end, name))

    def alias(self, start: int, end: int) -> int:
        """Read a segment of a module's name, or a key."""
        text = self.text
        name = text[start:end]
        follower = text[end : end + 1]
        if follower == ":" and text[end + 1 : end + 2] not in ("", ":"):
            return self._before_colon(start, end, name)
        if follower == "@" or follower > "\x7f":
            return self.unicode_name(start)
        if name[-1] in "?!":
            raise Rejected(INVALID_IN_ALIAS.format(name[-1], ord(name[-1]), name), start)
        if follower == "(":
            raise Rejected(CALLED_ALIAS.format(name), end)
        self.tokens.append(Token("ALIAS", start, end, name))
        return end

    # ── Words of the language ──

    def word_fn(self, start: int, end: int) -> int:
        """Open an anonymous function."""
        return self._open(Token("FN", start, end, "fn"))

    def word_do(self, start: int, end: int) -> int:
        """Open a do-block; the name before it becomes one that may take it."""
        self._join_lines()
        last = self._last()
        if last is not None:
            if last.kind == "IDENTIFIER":
                last.kind = "DO_IDENTIFIER"
            elif last.kind == "FN":
                raise Rejected(DO_AFTER_FN, start)
            elif last.kind in ("COMMA", "SEPARATOR"):
                raise Rejected(STRAY_DO, start)
        return self._open(Token("DO", start, end, "do"))

    def word_end(self, start: int, end: int) -> int:
        """Close a do-block or an anonymous function."""
        self._drop_separator()
        return self._close(Token("END", start, end, "end"))

    def word_block(self, start: int, end: int) -> int:
        """Read `else`, `rescue`, `catch` or `after`."""
        self._drop_separator()
        return self._append(Token("BLOCK", start, end, self.text[start:end]))

    def word_literal(self, start: int, end: int) -> int:
        """Read `true`, `false` or `nil`."""
        return self._append(Atom(start, end, self.text[start:end]))

    def word_operator(self, start: int, end: int) -> int:
        """Read `and`, `or`, `in`, `not`, `when`; before a slash they are names, as in `and/2`."""
        word = self.text[start:end]
        if SLASH.match(self.text, end):
            return self._append(Token("IDENTIFIER", start, end, word))
        if word == "not":
            return self._append(Token("PREFIX", start, end, word))
        last = self._last()
        if word == "in" and last is not None and last.kind == "PREFIX" and _NOT.fullmatch(self.text, last.start, start):
            self.tokens.pop()
            self._join_lines()
            return self._append(Token("BINARY", last.start, end, "not in"))
        self._join_lines()
        return self._append(Token("WHEN" if word == "when" else "BINARY", start, end, word))


_NOT: Final = re.compile(r"not[ \t]++")
_Method: TypeAlias = Callable[[Words, int, int], int]
_RESERVED: Final[dict[str, _Method]] = {
    "fn": Words.word_fn,
    "do": Words.word_do,
    "end": Words.word_end,
    **dict.fromkeys(("true", "false", "nil"), Words.word_literal),
    **dict.fromkeys(("and", "or", "in", "not", "when"), Words.word_operator),
    **dict.fromkeys(("after", "else", "catch", "rescue"), Words.word_block),
}
