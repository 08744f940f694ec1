"""What became of a sentence, on the terminal and as JSON."""

from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from bot.cli.output.rollback import VERDICT_COLOURS
from bot.cli.printable import as_document, printable
from rules.authoring import Reply, Written

WIDEST: Final = 98  # columns of a migration, as Elixir's formatter wants it


def show(reply: Reply) -> None:
    """Print each file under its name, then what to know of it; what went wrong goes to standard error."""
    console = Console(highlight=False, soft_wrap=True)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    if reply.restated:
        errors.print(Text(printable(_capital(reply.restated)), style="bold"))
    for file in reply.files:
        show_file(file, console)
    for finding in reply.findings:
        errors.print(Text(f"⊘ {printable(finding)}", style="red"))
    for note in reply.notes:
        errors.print(Text(f"• {printable(note)}"))
    if reply.problem:
        errors.print(Text(printable(reply.problem), style="yellow"))
    for sentence in reply.instead:
        errors.print(Text(f"  ecto-fix new {printable(repr(sentence))}"))


def show_file(file: Written, console: Console) -> None:
    """Print one file, with what it is and what its rollback does."""
    verdict = (file.verdict.value, VERDICT_COLOURS.get(file.verdict, "green"))
    console.print(Text.assemble((printable(file.path), "bold"), "  ", verdict))
    later = " In a later release." if file.release > 1 else ""
    console.print(Text(f"  This migration {printable(file.does)}.{later}", style="dim"))
    shown = Syntax(printable(file.text), "elixir", background_color="default", theme="ansi_dark")
    console.print(shown if console.is_terminal else Text(printable(file.text)))


def as_json(reply: Reply) -> str:
    """Return the reply as one JSON document with a final line break."""
    document: dict[str, Any] = asdict(reply)
    for file in document["files"]:
        file["verdict"] = file["verdict"].value
    return as_document(document)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
