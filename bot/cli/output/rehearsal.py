"""Rehearsals on the terminal and as JSON: each migration's outcome, and its statements with what they do to tables."""

from collections import Counter
from collections.abc import Iterable, Mapping
from textwrap import shorten
from typing import Any, Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot.cli.output.as_json import difference_as_json
from bot.cli.printable import as_document, printable
from rules.postgres.chart import Blocks, Cell, chart
from rules.postgres.observation import Observation, Observed, Outcome, Refusal, Showing
from rules.source import SourceFile, Span

COLOURS: Final = {Outcome.RESTORED: "green", Outcome.NOT_REHEARSED: "yellow"}
BLOCKING: Final = {Blocks.EVERYBODY: "red", Blocks.WRITERS: "yellow", Blocks.NOBODY: "green"}
LONGEST: Final = 120  # characters of a statement in the table
READ, REWRITTEN, KEPT = "reads all", "rewrites", "↓"
LEGEND: Final = f"{KEPT} the lock of a statement above stays until the end of the transaction"
NOTHING: Final = "No migration to rehearse."


def show(observations: Iterable[Observation]) -> None:
    """Print what was seen of each migration, and how many came to what."""
    console, outcomes = Console(highlight=False), Counter[str]()
    for seen in observations:
        outcomes[seen.outcome.value] += 1
        outcome = (seen.outcome.value, COLOURS.get(seen.outcome, "red"))
        console.print(Text.assemble((printable(seen.path), "bold"), "  ", outcome), soft_wrap=True)
        console.print(Text(f"  {printable(seen.sentence)}", style="dim"), soft_wrap=True)
        for difference in seen.differences:
            console.print(Text.assemble("  ", ("≠", "red"), f" {printable(difference.text)}"), soft_wrap=True)
        for left_out in seen.skipped:
            console.print(Text(f"  left out: {printable(left_out)}", style="yellow"), soft_wrap=True)
        for way, showing in (("up", seen.up), ("down", seen.down)):
            if showing.statements:
                console.print(lock_table(way, showing))
        console.print()
    console.print(", ".join(f"{number} {outcome}" for outcome, number in outcomes.items()) or NOTHING)


def lock_table(way: str, showing: Showing) -> Table:
    """Draw statements down the side and tables across, with the strongest lock of each."""
    drawing = chart(showing.statements, in_transaction=any(one.kept for one in showing.statements))
    tables = (Column(Text(printable(table))) for table in drawing.tables)
    drawn = Table(way, "ms", *tables, caption=LEGEND if drawing.keeps else None, caption_justify="left")
    for row in drawing.rows:
        drawn.add_row(_statement(row.statement), f"{row.statement.milliseconds:.1f}", *map(_cell, row.cells))
    return drawn


def _statement(one: Observed) -> Text:
    sql = printable(one.sql)
    text = Text(shorten(sql, LONGEST, placeholder=" …"))
    if one.refusal is not None:
        text.append(f"\n{printable(str(one.refusal))}", "red")
    return text


def _cell(cell: Cell | None) -> Text:
    if cell is None or cell.kept:
        return Text("" if cell is None else KEPT, "dim")
    done = [REWRITTEN] if cell.rewrites else [READ] if cell.reads else []
    return Text("\n".join([str(cell.lock), *done]), BLOCKING[cell.blocks])


def as_json(observations: Iterable[Observation], sources: Mapping[str, SourceFile]) -> str:
    """Return the rehearsals as one JSON document with a final line break; times are in milliseconds."""
    files = [_as_json(seen, sources[seen.path]) for seen in observations]
    return as_document({"files": files})


def _as_json(seen: Observation, source: SourceFile) -> dict[str, Any]:
    over = seen.over_rows
    return {
        "path": seen.path,
        "outcome": seen.outcome.value,
        "reason": seen.reason or None,
        "postgres": seen.server or None,
        "differences": [difference_as_json(difference) for difference in seen.differences],
        "up": _showing(seen.up, source),
        "down": _showing(seen.down, source),
        "up_again": _showing(seen.again, source) | {"differences": [difference_as_json(one) for one in seen.changed]},
        "over_rows": over
        and {
            "filled": list(over.filled),
            "empty": list(over.empty),
            "up": _refusal(over.up),
            "down": _refusal(over.down),
            "lost": list(over.lost),
        },
        "invalid_indexes": list(seen.invalid),
        "left_out": list(seen.skipped),
    }


def _showing(showing: Showing, source: SourceFile) -> dict[str, Any]:
    return {
        "milliseconds": round(showing.milliseconds, 1),
        "refusal": _refusal(showing.refusal),
        "statements": [
            {
                "sql": one.sql,
                "line": _line(one.span, source),
                "milliseconds": one.milliseconds,
                "kept": round(one.kept, 1),
                "refusal": _refusal(one.refusal),
                "tables": [
                    {
                        "table": str(effect.on),
                        "lock": str(effect.lock),
                        "reads": effect.reads_table,
                        "rewrites": effect.rewrites_table,
                    }
                    for effect in one.effects
                ],
            }
            for one in showing.statements
        ],
    }


def _line(span: Span | None, source: SourceFile) -> int | None:
    return None if span is None else source.line_at(span.start)


def _refusal(refusal: Refusal | None) -> dict[str, str | None] | None:
    return None if refusal is None else {"message": refusal.message, "sqlstate": refusal.sqlstate}
