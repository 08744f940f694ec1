"""`ecto-fix rules`: the catalogue."""

from difflib import get_close_matches

from rich.console import Console
from rich.text import Text

from bot.cli.main import CannotRun
from bot.cli.output.text import COLOURS
from rules.catalog import names, rules


def command() -> None:
    """List the rules, the gravest first; `ecto-fix explain RULE` shows one's page.

    Those on request are silent until `.github/ecto-fix.yml` says `on`, or how grave they are.
    """
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(rule.name) for rule in rules())
    for rule in sorted(rules(), key=lambda rule: (rule.severity.rank, rule.name)):
        severity = (f"{rule.severity.value:<7}", COLOURS[rule.severity])
        asked = " (on request)" if rule.on_request else ""
        console.print(Text.assemble(severity, f" {rule.name:<{width}}  ", (rule.page.summary + asked, "dim")))


def unknown(name: str) -> CannotRun:
    """Return what to say of a name that no rule has."""
    near = get_close_matches(name, names(), 1)
    return CannotRun(
        f"there is no rule {name}; " + (f"did you mean {near[0]}?" if near else "`ecto-fix rules` lists all")
    )
