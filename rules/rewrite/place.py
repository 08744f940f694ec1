"""The edits that rewrites share: an option added to a call, a `down` written, `change` split in two."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from rules.ecto.migration import Attribute, Callback, Migration
from rules.ecto.place import Place, block_of, is_keywords
from rules.elixir.parser import read
from rules.elixir.printer import STEP, habit_of, lines, one_line
from rules.elixir.syntax import List, Syntax
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, atom
from rules.source import SourceFile, Span

BETWEEN: Final = ("(", "[", ",")  # a line that ends so goes on
PARENTHESIS: Final = re.compile(r"\w+\(")
DEF_CHANGE: Final = re.compile(r"def\s+change\b")


def indent_at(source: SourceFile, offset: int) -> int:
    """Return by how many columns the line of *offset* is indented."""
    line = source.line_text(source.line_at(offset))
    return len(line) - len(line.lstrip())


def add_option(source: SourceFile, place: Place, name: str, value: Syntax) -> tuple[Edit, ...]:
    """Return the edits that end a call's options with `name: value`, laid out as the formatter would."""
    if place.shared or place.options_at is None:
        raise CannotWriteError("an option cannot be added there alone")
    at, start = place.options_at, place.span.start
    added = f"{name}: {one_line(value)}"
    if source.line_at(start) != source.line_at(at):
        column = _column_of_options(source, place)
        return (Edit(Span(at, at), f",\n{' ' * column}{added}"),)
    return add_text(source, at, f", {added}")


def add_text(source: SourceFile, at: int, added: str) -> tuple[Edit, ...]:
    """Return the edits that add to a line, and break the statement if it grows too long."""
    return put_text(source, Span(at, at), added)


def put_text(source: SourceFile, span: Span, text: str) -> tuple[Edit, ...]:
    """Return the edits that write *text* in the place of *span*, and break the statement if its line grows too long."""
    line = source.line_at(span.start)
    if line != source.line_at(span.end):
        return (Edit(span, text),)
    if len(source.line_text(line)) - (span.end - span.start) + len(text) <= habit_of(source).width:
        return (Edit(span, text),)
    return _laid_out_again(source, span, text)


def put_statement(source: SourceFile, span: Span, *statements: Syntax) -> tuple[Edit, ...]:
    """Return the edits that write *statements* in the place of another, set apart if it grows."""
    written = "\n".join(lines(statements, source.column_at(span.start) - 1, habit_of(source))).lstrip()
    grows = "\n" in written and "\n" not in source[span]
    return (Edit(span, written), *(set_apart(source, span) if grows else ()))


def _column_of_options(source: SourceFile, place: Place) -> int:
    """Return by how many columns the last line of a call's arguments is indented, at its beginning."""
    last = place.call.args[-1]
    if isinstance(last, List) and block_of(last) is not None:
        last = place.call.args[-2]
    item = last.items[-1] if isinstance(last, List) and is_keywords(last) else last
    return indent_at(source, item.start)


def _laid_out_again(source: SourceFile, span: Span, put: str) -> tuple[Edit, ...]:
    """Return the edits that put into a statement what its line cannot hold, and break it as the formatter would."""
    line = source.line_at(span.start)
    text, start = source.line_text(line), source.line_start(line)
    column = indent_at(source, span.start)
    longer = (source.text[start : span.start] + put + source.text[span.end : start + len(text)]).strip()
    tree = read(SourceFile(source.path, longer)).tree
    habit = replace(habit_of(source), parentheses=PARENTHESIS.match(longer) is not None, text=longer)
    try:
        if lines([tree], 0, replace(habit, width=len(longer))) == [longer]:
            broken = "\n".join(lines([tree], column, habit)).lstrip()
            broken_line = Span(start + column, start + len(text.rstrip()))
            return (Edit(broken_line, broken), *set_apart(source, broken_line))
    except ValueError:
        pass  # it holds more than rewrites write: the line grows long
    return (Edit(span, put),)


def set_apart(source: SourceFile, statement: Span) -> Iterator[Edit]:
    """Yield the blank lines that the formatter puts around a statement of several lines."""
    first, last = source.line_at(statement.start), source.line_at(statement.end)
    while first > 1 and source.line_text(first - 1).lstrip().startswith("#"):
        first -= 1
    above = source.line_text(first - 1).strip() if first > 1 else ""
    below = source.line_text(last + 1).strip() if last < source.lines else ""
    if above and not above.startswith("@") and not above.endswith((" do", "->", *BETWEEN)):
        yield Edit(Span(source.line_start(first), source.line_start(first)), "\n")
    if below and not below.startswith(("end", ")", "]")) and not source.line_text(last).rstrip().endswith(BETWEEN):
        yield Edit(Span(source.line_start(last + 1), source.line_start(last + 1)), "\n")


def _grown_apart(source: SourceFile, callback: Callback) -> Iterator[Edit]:
    """Yield the blank lines around a callback of one line that becomes one of several."""
    if source.line_at(callback.span.start) == source.line_at(callback.span.end):
        yield from set_apart(source, callback.span)


def add_argument(source: SourceFile, place: Place, value: Syntax) -> tuple[Edit, ...]:
    """Return the edits that give a call with one argument a second one, laid out as the formatter would."""
    if place.shared or place.piped is not None or len(place.call.args) != 1:
        raise CannotWriteError("an argument cannot be added there alone")
    first, shown = place.arguments[0], one_line(value)
    line = source.line_text(source.line_at(place.span.start))
    is_one_line = source.line_at(first.start) == source.line_at(first.end)
    is_short = source.line_at(first.start) == source.line_at(place.span.start) and is_one_line
    if is_short and len(line) + len(shown) + len(", ") <= habit_of(source).width:
        return (Edit(Span(first.end, first.end), f", {shown}"),)
    if is_one_line and source.line_at(first.start) != source.line_at(place.span.start):
        return (Edit(Span(first.end, first.end), f",\n{' ' * indent_at(source, first.start)}{shown}"),)
    apart = tuple(set_apart(source, place.span)) if is_one_line else ()
    if place.call.closing is None:
        margin = " " * (source.column_at(first.start) - 1)
        text = _moved(source, first, source.column_at(first.start) - 1)
        return (Edit(first, f"{text},\n{margin}{shown}"), *apart)
    column = source.column_at(place.span.start) - 1
    margin = "\n" + " " * (column + STEP)
    text = _moved(source, first, column + STEP)
    return (Edit(first, f"{margin}{text},{margin}{shown}\n{' ' * column}"), *apart)


def _moved(source: SourceFile, span: Span, column: int) -> str:
    """Return what stands at *span* with its further lines moved, as a heredoc moves with its closing quotes."""
    first, *rest = source[span].split("\n")
    if not rest:
        return first
    shift = column - (len(rest[-1]) - len(rest[-1].lstrip()))
    return "\n".join(
        [
            first,
            *(" " * (len(line) - len(line.lstrip()) + shift) + line.lstrip() if line.strip() else "" for line in rest),
        ]
    )


def add_comment(source: SourceFile, statement: Span, said: str) -> Edit:
    """Return the edit that writes a comment on the line above a statement."""
    at = source.line_start(source.line_at(statement.start))
    if source.text[at : statement.start].strip():
        raise CannotWriteError("the statement shares its line")
    return Edit(Span(at, at), f"{source.text[at : statement.start]}# {said}\n")


def stands_alone(source: SourceFile, span: Span) -> bool:
    """Tell whether nothing else stands on the lines of *span*."""
    before = source.text[source.line_start(source.line_at(span.start)) : span.start]
    after = source.line_text(source.line_at(span.end))[source.column_at(span.end) - 1 :]
    return not before.strip() and not after.strip()


def remove_statement(source: SourceFile, span: Span) -> Edit:
    """Return the edit that takes a statement away with its line, and with a blank line that would be left doubled."""
    if not stands_alone(source, span):
        raise CannotWriteError("the statement shares its line")
    start, end_line = source.line_start(source.line_at(span.start)), source.line_at(span.end)
    end = min(source.line_start(end_line) + len(source.line_text(end_line)) + 1, len(source.text))
    before_is_open = source.text[:start].rstrip().endswith("do") and source.text[:start].endswith("\n")
    if source.text[end:].startswith("\n") and (before_is_open or source.text[:start].endswith("\n\n")):
        end += 1
    elif source.text[:start].endswith("\n\n") and source.text[end:].lstrip(" ").startswith("end"):
        start -= 1
    return Edit(Span(start, end), "")


def written_down(migration: Migration, after: Callback, statements: Iterable[Syntax]) -> tuple[Edit, ...]:
    """Return the edits that write `down` behind another callback; without statements there is nothing to undo."""
    end = Span(after.span.end, after.span.end)
    margin = " " * indent_at(migration.source, after.span.start)
    below = (edit for edit in _grown_apart(migration.source, after) if edit.span.start >= end.start)
    return Edit(end, f"\n\n{margin}{_down(migration, after, statements)}"), *below


def down_instead(migration: Migration, callback: Callback, statements: Iterable[Syntax]) -> tuple[Edit, ...]:
    """Return the edits that write `down` in the place of another callback."""
    written = Edit(callback.span, _down(migration, callback, statements))
    return written, *_grown_apart(migration.source, callback)


def _down(migration: Migration, beside: Callback, statements: Iterable[Syntax]) -> str:
    column = indent_at(migration.source, beside.span.start)
    body = "\n".join(lines(list(statements) or [atom("ok")], column + STEP, habit_of(migration.source)))
    return f"def down do\n{body}\n{' ' * column}end"


def split_change(migration: Migration, statements: Iterable[Syntax]) -> tuple[Edit, ...]:
    """Return the edits that make `change` an `up`, with *statements* for its `down`."""
    change = migration.callback("change")
    if change is None:
        raise CannotWriteError("there is no `change`")
    match = DEF_CHANGE.match(migration.source[change.span])
    if match is None:
        raise CannotWriteError("`change` is not written plainly")
    name_end = change.span.start + match.end()
    renamed = Edit(Span(name_end - len("change"), name_end), "up")
    return renamed, *written_down(migration, change, statements)


def rewritten_down(migration: Migration, statements: Iterable[Syntax]) -> tuple[Edit, ...]:
    """Return the edits that make *statements* the whole of `down`; lines that stay as they are stay."""
    down, source = migration.callback("down"), migration.source
    statements = list(statements) or [atom("ok")]
    if down is None:
        raise CannotWriteError("there is no `down`")
    column = indent_at(source, down.span.start)
    margin = " " * column
    body = lines(statements, column + STEP, habit_of(source))
    edits = list(_grown_apart(source, down))
    old, new = source[down.span].split("\n"), ["def down do", *body, f"{margin}end"]
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if any("#" in line for line in old[first:last]) and kind != "equal":
            raise CannotWriteError("a comment, or what looks like one, would be lost")
        if kind != "equal":
            begin = down.span.start + sum(len(line) + 1 for line in old[:first])
            over = begin + sum(len(line) + 1 for line in old[first:last])
            written = "".join(f"{line}\n" for line in new[start:end])
            edits.append(
                Edit(Span(begin, over), written)
                if last < len(old)
                else Edit(Span(begin, over - 1), written.removesuffix("\n"))
            )
    return tuple(edits)


def outside_transaction(migration: Migration, *, lock: bool) -> tuple[Edit, ...]:
    """Return the edits that take a migration out of its transaction, and with *lock* out of the migrator's lock."""
    wanted = {
        "disable_ddl_transaction": migration.in_transaction,
        "disable_migration_lock": lock and migration.holds_lock,
    }
    missing = [name for name, is_missing in wanted.items() if is_missing]
    if not missing:
        return ()
    denied = [one for one in map(migration.attribute, missing) if one is not None and is_denied(one)]
    if denied:
        return tuple(_said_after_all(migration, one) for one in denied)
    if migration.after_use is None or any(migration.attribute(name) for name in missing):
        raise CannotWriteError("where the attributes go is not plain")
    at, text = migration.after_use, migration.source.text
    said = [one for one in map(migration.attribute, wanted) if one is not None]
    if said:
        margin = "\n" + " " * indent_at(migration.source, said[-1].span.start)
        end = Span(said[-1].span.end, said[-1].span.end)
        return (Edit(end, "".join(f"{margin}@{name} true" for name in missing)),)
    margin = "\n" + " " * indent_at(migration.source, at.start)
    lead = "" if text[at.end :].lstrip().startswith("@disable") else "\n"
    return (Edit(at, lead + "".join(f"{margin}@{name} true" for name in missing)),)


def is_denied(attribute: Attribute) -> bool:
    """Tell whether an attribute says no, which Ecto takes as if it did not stand there."""
    return attribute.value is None or attribute.value is False


def _said_after_all(migration: Migration, denied: Attribute) -> Edit:
    """Return the edit that says yes in the place of no, or takes the no away that overrides a yes."""
    if any(one.name == denied.name and not is_denied(one) for one in migration.attributes):
        return remove_statement(migration.source, denied.span)
    return Edit(denied.span, f"@{denied.name} true")
