"""Separators, brackets and operators: the part of the tokenizer that reads marks."""

from rules.elixir import identifiers
from rules.elixir.brackets import Brackets
from rules.elixir.errors import Rejected
from rules.elixir.quotes import Quotes
from rules.elixir.syntax import Call, Comment, Keyword, Token
from rules.elixir.vocabulary import (
    AFTER_DOT,
    BRACKETS,
    GAP,
    NAME_BEFORE,
    NOT_AFTER_SIGN,
    OPEN_ENDED,
    OPERANDS,
    OPERATORS,
    SLASH,
    WORD_START,
)
from rules.elixir.words import Words

_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Marks(Words):
    """Reads marks into *tokens*; each method takes the place of a mark and returns where to go on."""

    def __init__(self, text: str, brackets: Brackets, quotes: Quotes) -> None:
        super().__init__(text, brackets)
        self.quotes = quotes
        self.comments: list[Comment] = []
        self.interpolations = 0  # how many this text lies within; 0 is the file itself
        self.closing = -1  # the offset of the `}` that ended this interpolation

    # ── Separators and comments ──

    def line_breaks(self, start: int, end: int) -> int:
        """Separate expressions where one can end."""
        tokens = self.tokens
        if not tokens and self.comments and self.comments[-1].end == start:
            start = self.comments[-1].start  # to Elixir, the line breaks where its comment begins
        if not tokens or tokens[-1].kind not in OPEN_ENDED:
            tokens.append(Token("SEPARATOR", start, end, "\n"))
        return end

    def semicolon(self, start: int, end: int) -> int:
        """Separate expressions; two semicolons in a row are an error."""
        last = self._last()
        if last is not None and last.kind == "SEPARATOR":
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
        for char in _BIDIRECTIONAL.intersection(text) if not text.isascii() else ():
            raise Rejected(f"invalid bidirectional formatting character in comment: \\u{ord(char):04X}", start)
        self.comments.append(Comment(start, start + len(text), text))
        return end

    # ── Brackets ──

    def opening(self, start: int, end: int) -> int:
        """Open a bracket."""
        text = self.text[start:end]
        return self._open(Token(BRACKETS[text], start, end, text))

    def closing_bracket(self, start: int, end: int) -> int:
        """Close a bracket, or the interpolation."""
        text = self.text[start:end]
        self._join_lines()
        if text == "}" and self.interpolations and not self.brackets.open:
            self.closing = start
            return len(self.text)
        return self._close(Token(BRACKETS[text], start, end, text))

    def comma(self, start: int, end: int) -> int:
        """Read a comma."""
        self.tokens.append(Token("COMMA", start, end, ","))
        return end

    def percent(self, start: int, end: int) -> int:
        """Begin a map or a struct."""
        follower = self.text[end : end + 1]
        if follower in ("(", "["):
            raise Rejected(f"expected %{{ to define a map, got: %{follower}", start)
        return self._append(Token("MAP" if follower == "{" else "STRUCT", start, end, "%"))

    # ── Operators ──

    def operator(self, start: int, end: int) -> int:
        """Read an operator, and decide whether it is binary."""
        text = self.text[start:end]
        kind = OPERATORS[text]
        if kind in ("PREFIX", "AT"):
            return self._append(Token(kind, start, end, text))
        if text in ("+", "-"):
            return self._append(Token(self._kind_of_sign(start, end), start, end, text))
        self._join_lines()
        if text in ("..", "//") and not (self.tokens and self.tokens[-1].kind in OPERANDS):
            mark = Token("PREFIX", start, end, text)
            return self._append(mark if text == "//" else Call(start, end, text, (), mark))
        return self._append(Token(kind, start, end, text))

    def _kind_of_sign(self, start: int, end: int) -> str:
        """Tell `a - b` and `a-b`, which are binary, from `f -b`, where the sign belongs to an argument."""
        last = self._last()
        spaced = self.text[start - 1 : start] in (" ", "\t") and self.text[end : end + 1] not in NOT_AFTER_SIGN
        if last is not None and last.kind == "IDENTIFIER" and spaced:
            last.kind = "OP_IDENTIFIER"
            return "PREFIX"
        return "BINARY" if self.tokens and self.tokens[-1].kind in OPERANDS else "PREFIX"

    def conflict(self, start: int, end: int) -> int:
        """Refuse what version control leaves where two changes meet."""
        if self.text[start - 1 : start] in ("", "\n"):
            line = self.text[start:].partition("\n")[0].rstrip("\r")
            message = "found an unexpected version control marker, please resolve the conflicts: "
            raise Rejected(message + line, start)
        return self.operator(start, end)

    def operator_name(self, start: int, end: int) -> int:
        """Read an operator that is named, as in `&+/2`."""
        return self._append(Token("IDENTIFIER", start, end, self.text[start:end]))

    def ellipsis(self, start: int, end: int) -> int:
        """Read `...`."""
        return self._append(Token(NAME_BEFORE.get(self.text[end : end + 1], "IDENTIFIER"), start, end, "..."))

    def step_name(self, start: int, end: int) -> int:
        """Read `..//`, which is a name before a slash and nothing otherwise."""
        if not SLASH.match(self.text, end):
            raise Rejected(identifiers.unexpected(self.text, start), start)
        return self.operator_name(start, end)

    def operator_key(self, start: int, end: int) -> int:
        """Read an operator as a key, as in `+: 1`."""
        return self._append(Keyword(start, end, self.text[start : end - 1]))

    # ── Dots ──

    def dot(self, start: int, end: int) -> int:
        """Read a dot and the name after it, which no word of the language is."""
        self._join_lines()
        found = GAP.match(self.text, end)
        after = found.end() if found else end
        self._comments_between(end, after)
        follower = self.text[after : after + 1]
        if follower == "(":
            self.tokens.append(Token("DOT_CALL", start, end, "."))
            return after
        self.tokens.append(Token("DOT", start, end, "."))
        if follower in ('"', "'"):
            return self._quoted_name(after)
        name = AFTER_DOT.match(self.text, after)
        return after if name is None else self._name_after_dot(after, name.end())

    def _quoted_name(self, start: int) -> int:
        name, end = self.quotes.function_name(start)
        return self._append(Token(NAME_BEFORE.get(self.text[end : end + 1], "IDENTIFIER"), start, end, name))

    def _name_after_dot(self, start: int, end: int) -> int:
        follower = self.text[end : end + 1]
        if self.text[start] in WORD_START:
            if follower == "@" or follower > "\x7f":
                return self.unicode_name(start)
            if follower == ":" and self.text[end + 1 : end + 2] not in ("", ":"):
                return self._before_colon(start, end, self.text[start:end])
        return self._append(Token(NAME_BEFORE.get(follower, "IDENTIFIER"), start, end, self.text[start:end]))

    def _comments_between(self, start: int, end: int) -> None:
        position = self.text.find("#", start, end)
        while position >= 0:
            line_end = self.text.find("\n", position, end)
            line_end = end if line_end < 0 else line_end
            self.comment(position, line_end)
            position = self.text.find("#", line_end, end)
