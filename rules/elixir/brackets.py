"""Brackets and blocks that are open, and what closes them."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from rules.elixir.errors import Rejected
from rules.elixir.limits import MAX_NESTING, too_deep
from rules.elixir.syntax import Token
from rules.elixir.vocabulary import BRACKETS, CLOSED_BY

Report: TypeAlias = Callable[[Rejected], None]  # raises, or keeps it and returns


class Brackets:
    """The openings that wait for their closing; where one is missing, it is reported and made up."""

    def __init__(self, text: str, report: Report) -> None:
        self.text = text
        self.nesting = 0  # how many are open around this text
        self.report = report
        self.open: list[Token] = []

    def opened(self, token: Token) -> None:
        """Wait for what closes *token*."""
        self.open.append(token)
        if self.nesting + len(self.open) > MAX_NESTING:
            raise too_deep(token.start)

    def closed(self, token: Token) -> Iterator[Token]:
        """Yield *token*, after whatever is missing before it; nothing if it closes nothing."""
        if self.open and CLOSED_BY[self.open[-1].text] == token.text:
            self.open.pop()
            yield token
            return
        self.report(Rejected(self._unexpected(token), token.start))
        if any(CLOSED_BY[opening.text] == token.text for opening in self.open):
            while CLOSED_BY[self.open[-1].text] != token.text:
                yield self._made_up(token.start)
            self.open.pop()
            yield token

    def ended(self) -> Iterator[Token]:
        """Yield what is missing at the end of the text."""
        end = len(self.text)
        if self.open:
            opening = self.open[-1]
            line = self._line_at(opening.start)
            missing = CLOSED_BY[opening.text]
            message = f'missing terminator: {missing} (for "{opening.text}" starting at line {line})'
            self.report(Rejected(message, end))
        while self.open:
            yield self._made_up(end)

    def _made_up(self, offset: int) -> Token:
        text = CLOSED_BY[self.open.pop().text]
        return Token(BRACKETS[text], offset, offset, text)

    def _unexpected(self, token: Token) -> str:
        what = "reserved word" if token.text == "end" else "token"
        if not self.open:
            return f"unexpected {what}: {token.text}"
        opening = self.open[-1]
        where = f'The "{opening.text}" at line {self._line_at(opening.start)}'
        return f'unexpected {what}: {token.text}. {where} is missing terminator "{CLOSED_BY[opening.text]}"'

    def _line_at(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1
