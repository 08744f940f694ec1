"""`ecto-fix explain`: the page of a rule."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from bot.cli.rules import unknown
from rules.analysis.example import example_effects
from rules.catalog import rule_named
from rules.documentation import flush


def command(name: Annotated[str, typer.Argument(metavar="RULE", help="A rule's name, as findings show it.")]) -> None:
    """Print what a rule says, why, what to write instead and when it is safe."""
    rule = rule_named(name)
    if rule is None:
        raise unknown(name)
    sections = "".join(f"\n\n## {section.title}\n\n{section.text}" for section in rule.page.sections)
    effects = example_effects(rule)
    takes = f"\n\nThe example below takes {'; '.join(effects)}." if effects else ""
    text = f"# {rule.name} ({rule.severity.value})\n\n{rule.page.summary}\n\n{rule.page.prose}{takes}{sections}"
    Console().print(Markdown(flush(text), code_theme="ansi_dark"))
