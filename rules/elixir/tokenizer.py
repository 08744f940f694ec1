"""Elixir's words and marks: text to tokens, by one regular expression and one method for each of its groups.

It follows elixir_tokenizer.erl, and decides here what would be ambiguous to the grammar (see grammar.lark). Repetitions
are possessive (`*+`), so that no input makes the expression walk back over what it took.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from rules.elixir import identifiers
from rules.elixir.errors import Rejected
from rules.elixir.escapes import SIMPLE
from rules.elixir.limits import MAX_NESTING, MAX_TOKENS, too_deep
from rules.elixir.quotes import BIDIRECTIONAL, Quotes
from rules.elixir.syntax import Atom, Call, CaptureIndex, Comment, Keyword, Node, Number, String, Token

Item: TypeAlias = Token | Node

# Operators by the terminal of the grammar that they are; `+`, `-`, `..` and `//` may turn out to be a prefix or a value.
_KINDS: Final = dict.fromkeys(
    "=== !== &&& ||| ^^^ +++ --- <<< >>> ~>> <<~ <~> <|> // ** .. ++ -- <> |> ~> <~ == =~ != <= >= && || <- \\\\ ::"
    " < > + - * / =".split(),
    "BINARY",
) | {"~~~": "PREFIX", "!": "PREFIX", "^": "PREFIX", "&": "PREFIX", "@": "AT", "|": "PIPE", "->": "ARROW", "=>": "ASSOC"}
_PREFIXES: Final = frozenset({"~~~", "!", "^", "&", "@"})
_CONTAINERS: Final = ("..//", "<<>>", "%{}", "...", "{}", "%", ".")


def _any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NAMED_OPERATORS: Final = sorted(_KINDS.keys() - {"=>", "//"})  # what may be an atom, a key, or a name as in `+/2`
_AFTER_DOT: Final = sorted(_KINDS.keys() - {"=>", "//", "->"})
_MASTER: Final = re.compile(
    rf"""[ \t]*+(?:
      (?P<name>[a-z_][A-Za-z0-9_]*+[?!]?+)
    | (?P<line_breaks>(?:\r?\n[ \t]*+)++)
    | (?P<comma>,)
    | (?P<atom>:[A-Za-z_][A-Za-z0-9_@]*+[?!]?+)
    | (?P<plain_string>"(?!"")[^"\\\#{BIDIRECTIONAL}]*+")
    | (?P<alias>[A-Z][A-Za-z0-9_]*+[?!]?+)
    | (?P<comment>\#[^\n]*+)
    | (?P<number>[0-9])
    | (?P<quote>["'])
    | (?P<char>\?(?:\\.|.))
    | (?P<sigil>~[A-Za-z])
    | (?P<quoted_atom>:["'])
    | (?P<operator_key>(?:{_any_of([*_NAMED_OPERATORS, *_CONTAINERS])}):(?=[ \t\r\n]))
    | (?P<operator_atom>:(?::(?=:)|{_any_of(sorted({*_NAMED_OPERATORS} - {"::"} | {*_CONTAINERS}))}))
    | (?P<ellipsis>\.\.\.)
    | (?P<step_name>\.\.//)
    | (?P<operator_name>(?:{_any_of(sorted({*_NAMED_OPERATORS} - {"&"}))}|&(?![ \t]*+/[ \t]*+/))(?=[ \t]*+/)(?<!/(?=/)))
    | (?P<opening>[(\[{{]|<<(?!<|~))
    | (?P<closing>[)\]}}]|>>(?!>))
    | (?P<operator>{_any_of(sorted(_KINDS))})
    | (?P<semicolon>;)
    | (?P<dot>\.)
    | (?P<percent>%)
    | (?P<continued_line>\\\r?\n[ \t]*+)
    | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_NUMBER: Final = re.compile(
    r"0x[0-9a-fA-F](?:_?[0-9a-fA-F])*+|0b[01](?:_?[01])*+|0o[0-7](?:_?[0-7])*+"
    r"|[0-9](?:_?[0-9])*+(?P<float>\.[0-9](?:_?[0-9])*+(?:[eE][+-]?[0-9](?:_?[0-9])*+)?)?"
)
_LONGEST_NUMBER: Final = 4000  # digits; Python refuses to convert more than 4,300
_GAP: Final = re.compile(r"(?:[ \t]++|\r?\n|\#[^\n]*+)*+")
_SIGIL: Final = re.compile(r"~(?:[a-z]|[A-Z][A-Z0-9]*+)")
_NAME_AFTER_DOT: Final = re.compile(rf"[a-z_][A-Za-z0-9_]*+[?!]?+|(?:{_any_of([*_AFTER_DOT, '...'])})")
_SPACE: Final = frozenset(" \t\r\n")
_NAME_BEFORE: Final = {"(": "PAREN_IDENTIFIER", "[": "BRACKET_IDENTIFIER"}
_PUNCTUATION: Final = {
    "(": "LPAR", "[": "LSQB", "{": "LBRACE", "<<": "OPEN_BITS", ")": "RPAR", "]": "RSQB", "}": "RBRACE", ">>": "CLOSE_BITS",
}  # fmt: skip
_CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "<<": ">>", "fn": "end", "do": "end"}
# After these a line break ends nothing.
_OPEN_ENDED: Final = frozenset(
    "BINARY WHEN PIPE PREFIX AT COMMA ARROW ASSOC KEYWORD INTERPOLATED_KEYWORD LPAR LSQB LBRACE OPEN_BITS MAP FN DO BLOCK"
    " SEPARATOR".split()
)
# After these an operator is binary.
_OPERANDS: Final = frozenset(
    "LITERAL INTERPOLATED IDENTIFIER DO_IDENTIFIER BRACKET_IDENTIFIER PAREN_IDENTIFIER OP_IDENTIFIER ALIAS RPAR RSQB RBRACE"
    " CLOSE_BITS END".split()
)


class Tokenizer:
    """Reads the tokens of a text from an offset on, to its end or to the `}` that ends an interpolation."""

    def __init__(self, text: str, position: int = 0, comments: list[Comment] | None = None, nesting: int = 0) -> None:
        self.text = text
        self.position = position
        self.comments: list[Comment] = [] if comments is None else comments
        self.tokens: list[Item] = []
        self.open: list[Token] = []  # what is still to be closed
        self.nesting = nesting  # how deep an interpolation lies; 0 is the file itself
        self.closing = -1  # the offset of the `}` that ended this interpolation
        self.quotes = Quotes(text, self._interpolation, self._line_at)

    def run(self) -> list[Item]:
        """Return the tokens."""
        text, tokens = self.text, self.tokens
        match, methods = _MASTER.match, _METHODS
        position, length = self.position, len(text)
        while position < length:
            found = match(text, position)
            if found is None:  # nothing but spaces is left
                break
            group = found.lastindex or 0
            start, end = found.span(group)
            position = methods[group](self, start, end)
            if self.closing >= 0:
                return tokens
            if len(tokens) > MAX_TOKENS:
                raise Rejected(f"the source has more than {MAX_TOKENS:,} tokens", start)
        self._at_end()
        return tokens

    def _at_end(self) -> None:
        if self.open:
            opening = self.open[-1]
            raise Rejected(
                f"missing terminator: {_CLOSED_BY[opening.text]} "
                f'(for "{opening.text}" starting at line {self._line_at(opening.start)})',
                len(self.text),
            )

    def _interpolation(self, position: int) -> tuple[list[Item], int]:
        """Read the tokens from *position* to the `}` that ends the interpolation, and say where it stands."""
        nesting = self.nesting + len(self.open) + 1
        if nesting > MAX_NESTING:
            raise too_deep(position)
        inner = Tokenizer(self.text, position, self.comments, nesting)
        tokens = inner.run()
        if inner.closing < 0:
            raise Rejected('missing interpolation terminator: "}"', position - 2)
        return tokens, inner.closing

    def _line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    # ── Separators ──

    def line_breaks(self, start: int, end: int) -> int:
        """Separate expressions where one can end."""
        tokens = self.tokens
        if not tokens or tokens[-1].kind not in _OPEN_ENDED:
            tokens.append(Token("SEPARATOR", start, end, "\n"))
        return end

    def semicolon(self, start: int, end: int) -> int:
        """Separate expressions; two semicolons in a row are an error."""
        last = self.tokens[-1] if self.tokens else None
        if isinstance(last, Token) and last.kind == "SEPARATOR":
            if last.text != "\n":
                raise Rejected(identifiers.unexpected(self.text, start), start)
            last.text = "\n;"
        elif last is None or last.kind not in ("DO", "FN", "BLOCK"):
            self.tokens.append(Token("SEPARATOR", start, end, ";"))
        return end

    def continued_line(self, start: int, end: int) -> int:
        """Go on after a backslash at the end of a line."""
        if end == len(self.text):
            raise Rejected("invalid escape \\ at end of file", start)
        return end

    def comment(self, start: int, end: int) -> int:
        """Keep a comment."""
        text = self.text[start:end].rstrip("\r")
        for char in text if not text.isascii() else "":
            if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
                raise Rejected(f"invalid bidirectional formatting character in comment: \\u{ord(char):04X}", start)
        self.comments.append(Comment(start, start + len(text), text))
        return end

    def _join_lines(self) -> None:
        """Take back the separator of a line break before what continues an expression."""
        tokens = self.tokens
        if tokens:
            last = tokens[-1]
            if last.kind == "SEPARATOR" and isinstance(last, Token) and last.text == "\n":
                tokens.pop()

    # ── Names ──

    def name(self, start: int, end: int) -> int:
        """Read a variable, a function's name, a word of the language, or a key."""
        text = self.text
        follower = text[end : end + 1]
        if follower in _COMPLICATED or follower > "\x7f":
            return self._unusual_name(start, end, follower)
        word = text[start:end]
        if word in _RESERVED:
            return _RESERVED[word](self, start, end)
        self.tokens.append(Token(_NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, word))
        return end

    def _unusual_name(self, start: int, end: int, follower: str) -> int:
        if not follower:
            follower = " "
        if follower == ":":
            return self._before_colon(start, end, self.text[start:end])
        if follower != "@" and follower <= "\x7f":  # the end of the text
            word = self.text[start:end]
            if word in _RESERVED:
                return _RESERVED[word](self, start, end)
            self.tokens.append(Token("IDENTIFIER", start, end, word))
            return end
        return self.unicode_name(start)

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
            char = next(char for char in name if char > "\x7f")
            raise Rejected(
                f'invalid character "{char}" (code point U+{ord(char):04X}) in alias '
                f"(only ASCII characters, without punctuation, are allowed): {name}",
                start,
            )
        self.tokens.append(Token(_NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, name))
        return end

    def _before_colon(self, start: int, end: int, name: str) -> int:
        """Read what a colon follows: a key, or a name before `::`."""
        after = self.text[end + 1 : end + 2]
        if after in _SPACE:
            self.tokens.append(Keyword(start, end + 1, name))
            return end + 1
        if after not in ("", ":"):
            raise Rejected(f"keyword argument must be followed by space after: {name}:", start)
        if name in _RESERVED and after == ":":
            return _RESERVED[name](self, start, end)
        self.tokens.append(Token("IDENTIFIER", start, end, name))
        return end

    def alias(self, start: int, end: int) -> int:
        """Read a segment of a module's name, or a key."""
        text = self.text
        follower = text[end : end + 1]
        if follower == ":" and text[end + 1 : end + 2] not in ("", ":"):
            return self._before_colon(start, end, text[start:end])
        if follower == "@" or follower > "\x7f":
            return self.unicode_name(start)
        name = text[start:end]
        if name[-1] in "?!":
            raise Rejected(
                f'invalid character "{name[-1]}" (code point U+{ord(name[-1]):04X}) in alias '
                f"(only ASCII characters, without punctuation, are allowed): {name}",
                start,
            )
        if follower == "(":
            raise Rejected(_CALLED_ALIAS.format(name), start)
        self.tokens.append(Token("ALIAS", start, end, name))
        return end

    # ── Words of the language ──

    def word_fn(self, start: int, end: int) -> int:
        """Open an anonymous function."""
        return self._open(Token("FN", start, end, "fn"))

    def word_do(self, start: int, end: int) -> int:
        """Open a do-block, which makes the name before it one that may take it."""
        self._join_lines()
        last = self.tokens[-1] if self.tokens else None
        if last is not None and isinstance(last, Token):
            if last.kind == "IDENTIFIER":
                last.kind = "DO_IDENTIFIER"
            elif last.kind == "FN":
                raise Rejected(
                    "unexpected reserved word: do. Anonymous functions are written as:\n\n    fn pattern -> expression end",
                    start,
                )
            elif last.kind in ("COMMA", "SEPARATOR"):
                raise Rejected(_STRAY_DO, start)
        return self._open(Token("DO", start, end, "do"))

    def word_end(self, start: int, end: int) -> int:
        """Close a do-block or an anonymous function."""
        if self.tokens and self.tokens[-1].kind == "SEPARATOR":
            self.tokens.pop()
        return self._close(Token("END", start, end, "end"))

    def word_block(self, start: int, end: int) -> int:
        """Read `else`, `rescue`, `catch` or `after`."""
        if self.tokens and self.tokens[-1].kind == "SEPARATOR":
            self.tokens.pop()
        self.tokens.append(Token("BLOCK", start, end, self.text[start:end]))
        return end

    def word_literal(self, start: int, end: int) -> int:
        """Read `true`, `false` or `nil`."""
        self.tokens.append(Atom(start, end, self.text[start:end]))
        return end

    def word_operator(self, start: int, end: int) -> int:
        """Read `and`, `or`, `in`, `not`, `when`; before a slash they are names, as in `and/2`."""
        word = self.text[start:end]
        if _SLASH.match(self.text, end):
            self.tokens.append(Token("IDENTIFIER", start, end, word))
            return end
        if word == "not":
            self.tokens.append(Token("PREFIX", start, end, word))
            return end
        last = self.tokens[-1] if self.tokens else None
        if word == "in" and isinstance(last, Token) and last.text == "not" and last.kind == "PREFIX":
            self.tokens.pop()
            self._join_lines()
            self.tokens.append(Token("BINARY", last.start, end, "not in"))
            return end
        self._join_lines()
        self.tokens.append(Token("WHEN" if word == "when" else "BINARY", start, end, word))
        return end

    # ── Brackets ──

    def opening(self, start: int, end: int) -> int:
        """Open a bracket."""
        text = self.text[start:end]
        return self._open(Token(_PUNCTUATION[text], start, end, text))

    def closing_mark(self, start: int, end: int) -> int:
        """Close a bracket, or the interpolation."""
        text = self.text[start:end]
        self._join_lines()
        if text == "}" and not self.open and self.nesting:
            self.closing = start
            return end
        return self._close(Token(_PUNCTUATION[text], start, end, text))

    def comma(self, start: int, end: int) -> int:
        """Read a comma."""
        self.tokens.append(Token("COMMA", start, end, ","))
        return end

    def _open(self, token: Token) -> int:
        self.open.append(token)
        if self.nesting + len(self.open) > MAX_NESTING:
            raise too_deep(token.start)
        self.tokens.append(token)
        return token.end

    def _close(self, token: Token) -> int:
        what = "unexpected reserved word: end" if token.text == "end" else f"unexpected token: {token.text}"
        if not self.open:
            raise Rejected(what, token.start)
        opening = self.open.pop()
        expected = _CLOSED_BY[opening.text]
        if expected != token.text:
            line = self._line_at(opening.start)
            raise Rejected(
                f'{what}. The "{opening.text}" at line {line} is missing terminator "{expected}"', token.start
            )
        self.tokens.append(token)
        return token.end

    # ── Operators ──

    def operator(self, start: int, end: int) -> int:
        """Read an operator, and decide whether it is binary."""
        text = self.text[start:end]
        if text in _PREFIXES:
            self.tokens.append(Token(_KINDS[text], start, end, text))
        elif text in ("+", "-"):
            self._dual(start, end, text)
        else:
            self._join_lines()
            if text in ("..", "//") and not self._after_operand():
                self._nullary(start, end, text)
            else:
                self.tokens.append(Token(_KINDS[text], start, end, text))
        return end

    def _nullary(self, start: int, end: int, text: str) -> None:
        mark = Token("PREFIX", start, end, text)
        self.tokens.append(mark if text == "//" else Call(start, end, text, (), mark))

    def _dual(self, start: int, end: int, text: str) -> None:
        """Read `+` or `-`: in `a - b` and `a-b` binary, in `f -b` a prefix of the argument."""
        last = self.tokens[-1] if self.tokens else None
        prefix = last is None or last.kind not in _OPERANDS
        if (
            last is not None
            and last.kind == "IDENTIFIER"
            and isinstance(last, Token)
            and self.text[start - 1] in " \t"
            and self.text[end : end + 1] not in _NOT_AFTER_SIGN
        ):
            last.kind = "OP_IDENTIFIER"
            prefix = True
        self.tokens.append(Token("PREFIX" if prefix else "BINARY", start, end, text))

    def _after_operand(self) -> bool:
        return bool(self.tokens) and self.tokens[-1].kind in _OPERANDS

    def operator_name(self, start: int, end: int) -> int:
        """Read an operator that is named, as in `&+/2`."""
        self.tokens.append(Token("IDENTIFIER", start, end, self.text[start:end]))
        return end

    def ellipsis(self, start: int, end: int) -> int:
        """Read `...`."""
        follower = self.text[end : end + 1]
        self.tokens.append(Token(_NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, "..."))
        return end

    def step_name(self, start: int, end: int) -> int:
        """Read `..//`, which is a name before a slash and nothing otherwise."""
        if not _SLASH.match(self.text, end):
            raise Rejected(identifiers.unexpected(self.text, start), start)
        return self.operator_name(start, end)

    def operator_key(self, start: int, end: int) -> int:
        """Read an operator as a key, as in `+: 1`."""
        self.tokens.append(Keyword(start, end, self.text[start : end - 1]))
        return end

    def percent(self, start: int, end: int) -> int:
        """Begin a map or a struct."""
        follower = self.text[end : end + 1]
        if follower in ("(", "["):
            raise Rejected(f"expected %{{ to define a map, got: %{follower}", start)
        self.tokens.append(Token("MAP" if follower == "{" else "STRUCT", start, end, "%"))
        return end

    def dot(self, start: int, end: int) -> int:
        """Read a dot and the name after it, which no word of the language is."""
        self._join_lines()
        found = _GAP.match(self.text, end)
        after = found.end() if found else end
        self._comments_between(end, after)
        if self.text[after : after + 1] == "(":
            self.tokens.append(Token("DOT_CALL", start, end, "."))
            return after
        self.tokens.append(Token("DOT", start, end, "."))
        if self.text[after : after + 1] in ('"', "'"):
            name, name_end = self.quotes.function_name(after)
            follower = self.text[name_end : name_end + 1]
            self.tokens.append(Token(_NAME_BEFORE.get(follower, "IDENTIFIER"), after, name_end, name))
            return name_end
        name_found = _NAME_AFTER_DOT.match(self.text, after)
        return after if name_found is None else self._name_after_dot(after, name_found.end())

    def _name_after_dot(self, start: int, end: int) -> int:
        follower = self.text[end : end + 1]
        if self.text[start] in _WORD_START:
            if follower == "@" or follower > "\x7f":
                return self.unicode_name(start)
            if follower == ":" and self.text[end + 1 : end + 2] not in ("", ":"):
                return self._before_colon(start, end, self.text[start:end])
        self.tokens.append(Token(_NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, self.text[start:end]))
        return end

    def _comments_between(self, start: int, end: int) -> None:
        position = self.text.find("#", start, end)
        while position >= 0:
            line_end = self.text.find("\n", position, end)
            line_end = end if line_end < 0 else line_end
            self.comment(position, line_end)
            position = self.text.find("#", line_end, end)

    # ── Literals ──

    def atom(self, start: int, end: int) -> int:
        """Read `:name`."""
        name = self.text[start + 1 : end]
        if self.text[end : end + 1] > "\x7f":
            name, end, _ = identifiers.scan(self.text, start + 1)
        self.tokens.append(Atom(start, end, name))
        return end

    def operator_atom(self, start: int, end: int) -> int:
        """Read `:+`."""
        if self.text[start:end] == "::":  # the first two colons of `:::`
            end += 1
        self.tokens.append(Atom(start, end, self.text[start + 1 : end]))
        return end

    def quoted_atom(self, start: int, end: int) -> int:  # noqa: ARG002  # methods of groups take the same
        """Read `:"name"`."""
        return self._append(self.quotes.atom(start))

    def plain_string(self, start: int, end: int) -> int:
        """Read a string without escapes and interpolation."""
        if self.text[end : end + 1] == ":":
            return self.quote(start, end)
        self.tokens.append(String(start, end, self.text[start + 1 : end - 1]))
        return end

    def quote(self, start: int, end: int) -> int:  # noqa: ARG002  # methods of groups take the same
        """Read a string, a charlist, a heredoc or a quoted key."""
        return self._append(self.quotes.quoted(start))

    def sigil(self, start: int, end: int) -> int:
        """Read a sigil."""
        found = _SIGIL.match(self.text, start)
        end = found.end() if found else end
        delimiter = self.text[end : end + 1]
        if not delimiter or delimiter not in "/<\"'[({|":
            if not delimiter:
                raise Rejected(identifiers.unexpected(self.text, start), start)
            raise Rejected(
                f'invalid sigil delimiter: "{delimiter}" (column {end - self.text.rfind(chr(10), 0, end)}, '
                f"code point U+{ord(delimiter):04X}). The available delimiters are: //, ||, \"\", '', (), [], {{}}, <>",
                start,
            )
        return self._append(self.quotes.sigil(start, end))

    def char(self, start: int, end: int) -> int:
        """Read `?a`."""
        char = self.text[end - 1]
        if end - start > 2:  # noqa: PLR2004  # an escape
            char = SIMPLE.get(char, char)
        self.tokens.append(Number(start, end, ord(char)))
        return end

    def number(self, start: int, end: int) -> int:
        """Read a number; after `&` it is an argument of the capture."""
        found = _NUMBER.match(self.text, start)
        end = found.end() if found else end
        written = self.text[start:end]
        follower = self.text[end : end + 1]
        if written[1:2] not in ("x", "o", "b") and (follower.isascii() and follower.isalpha() or follower == "_"):
            raise Rejected(_LETTER_AFTER_NUMBER.format(follower, written), start)
        if len(written) > _LONGEST_NUMBER:
            raise Rejected(f"the number has more than {_LONGEST_NUMBER:,} digits", start)
        value: float
        if found and found["float"]:
            value = float(written.replace("_", ""))
            if value in (float("inf"), float("-inf")):
                raise Rejected(f"invalid float number {written}", start)
        else:
            value = int(written.replace("_", ""), 0 if written[1:2] in ("x", "o", "b") else 10)
        number = Number(start, end, value)
        last = self.tokens[-1] if self.tokens else None
        if isinstance(last, Token) and last.kind == "PREFIX" and last.text == "&" and isinstance(value, int):
            self.tokens[-1] = Call(last.start, end, "&", (CaptureIndex(start, end, value),), last)
        else:
            self.tokens.append(number)
        return end

    def other(self, start: int, end: int) -> int:  # noqa: ARG002  # methods of groups take the same
        """Read a name that begins outside ASCII, or refuse."""
        if self.text[start] > "\x7f":
            return self.unicode_name(start)
        if self.text[start] == ":" and self.text[start + 1 : start + 2] > "\x7f":
            name, end, _ = identifiers.scan(self.text, start + 1)
            self.tokens.append(Atom(start, end, name))
            return end
        raise Rejected(identifiers.unexpected(self.text, start), start)

    def _append(self, item: Item) -> int:
        self.tokens.append(item)
        return item.end


_SLASH: Final = re.compile(r"[ \t]*+/")
_COMPLICATED: Final = frozenset({"", ":", "@"})
_WORD_START: Final = frozenset("abcdefghijklmnopqrstuvwxyz_")
_NOT_AFTER_SIGN: Final = frozenset({"", *" \t\r\n([<{%+-/>:"})
_Method: TypeAlias = Callable[[Tokenizer, int, int], int]
_RESERVED: Final[dict[str, _Method]] = {
    "fn": Tokenizer.word_fn,
    "do": Tokenizer.word_do,
    "end": Tokenizer.word_end,
    **dict.fromkeys(("true", "false", "nil"), Tokenizer.word_literal),
    **dict.fromkeys(("and", "or", "in", "not", "when"), Tokenizer.word_operator),
    **dict.fromkeys(("after", "else", "catch", "rescue"), Tokenizer.word_block),
}
_METHODS: Final[dict[int, _Method]] = {
    number: getattr(Tokenizer, "closing_mark" if group == "closing" else group)
    for group, number in _MASTER.groupindex.items()
}
_CALLED_ALIAS: Final = (
    "unexpected ( after alias {}. Function names and identifiers in Elixir start with lowercase characters or underscore. "
    "For example:\n\n    hello_world()\n    _starting_with_underscore()\n    numb3rs_are_allowed()\n"
    "    may_finish_with_question_mark?()\n    may_finish_with_exclamation_mark!()\n\nUnexpected token: ("
)
_LETTER_AFTER_NUMBER: Final = (
    'invalid character "{0}" after number {1}. If you intended to write a number, make sure to separate the number from '
    "the character (using comma, space, etc). If you meant to write a function name or a variable, note that identifiers in "
    "Elixir cannot start with numbers. Unexpected token: {0}"
)
_STRAY_DO: Final = (
    'unexpected reserved word: do. In case you wanted to write a "do" expression, you must either use do-blocks or separate '
    "the keyword argument with comma. For example, you should either write:\n\n    if some_condition? do\n      :this\n"
    "    else\n      :that\n    end\n\nor the equivalent construct:\n\n    if(some_condition?, do: :this, else: :that)\n\n"
    'where "some_condition?" is the first argument and the second argument is a keyword list.\n\n'
    'You may see this error if you forget a trailing comma before the "do" in a "do" block'
)
