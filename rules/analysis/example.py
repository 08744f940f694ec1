"""What the example on a rule's page does to tables that others use."""

from functools import cache

from rules.analysis import analyse
from rules.rule import Rule
from rules.settings import Settings
from rules.source import Change, SourceFile


@cache
def example_effects(rule: Rule) -> tuple[str, ...]:
    """Return the locks of the page's hazard as a comment would show them; nothing for a rule that is about no lock."""
    if not rule.locks:
        return ()
    codes = enumerate((*rule.page.given, rule.page.hazard), 1)
    files = tuple(SourceFile(f"priv/repo/migrations/{version}_example.exs", code) for version, code in codes)
    report = analyse(Change(files[:-1], files[-1:]), Settings(requested=frozenset({rule.name})))
    felt = (effect for finding in report.findings if finding.rule == rule.name for effect in finding.effects)
    return tuple(dict.fromkeys(str(effect) for effect in felt))
