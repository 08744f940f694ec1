"""`ecto-fix rules`: the catalogue."""

from rich.console import Console
from rich.text import Text

from bot.cli.output.text import COLOURS
from rules.catalog import rules


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
