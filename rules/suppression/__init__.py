"""What comments in a migration allow: `# ecto-fix: allow RULE — reason`, and `# ecto-fix: one-way — reason`.

create index(:users, [:email]) # ecto-fix: allow RULE — reason      its own line
# ecto-fix: allow RULE, RULE — reason                               the next line that is no comment
# ecto-fix: allow-block RULE — reason                               the call that begins there, to its `end`
# ecto-fix: allow-file RULE — reason                                the whole file
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from rules.finding import Allowed, Finding
from rules.source import SourceFile, Span
from rules.suppression.allowance import Allowance, whole_file

DIRECTIVE: Final = re.compile(r"#+\s*ecto-fix:\s*(?P<word>[\w-]*)\s*(?P<rest>.*)")
REASON: Final = re.compile(r"(?P<names>.*?)\s*(?:[\u2013\u2014]|(?:^|\s)--?\s)\s*(?P<reason>.*)")
BETWEEN_NAMES: Final = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A comment that was meant for us and says too little, or names what is not there."""

    comment: Span
    message: str


@dataclass(frozen=True, slots=True)
class Directives:
    """Everything that the comments of one file tell us."""

    allowances: tuple[Allowance, ...] = ()
    one_way: str | None = None  # the reason why the migration is not meant to be rolled back
    mistakes: tuple[Mistake, ...] = ()

    def also(self, allowances: Iterable[Allowance]) -> "Directives":
        """Return these with what was said to other tools."""
        return replace(self, allowances=(*self.allowances, *allowances))

    def unused(self, found: Collection[Finding], asked: Collection[str]) -> tuple[Mistake, ...]:
        """Return our own comments that allow what none of the rules *asked* has *found* there."""
        return tuple(
            Mistake(one.comment, f"`{name}` finds nothing there")
            for one in self.allowances
            for name in one.rules
            if one.comment is not None and name in asked and not any(one.allows(each, name) for each in found)
        )


def directives(
    source: SourceFile, comments: Iterable[Span], rules: Collection[str], calls: Iterable[Span]
) -> Directives:
    """Read *comments* of *source*; *calls* are the spans that a block allowance may reach over."""
    found: list[Allowance] = []
    mistakes: list[Mistake] = []
    one_way = None
    for comment in comments:
        match = DIRECTIVE.match(source[comment])
        if match is None:
            continue
        parts = REASON.fullmatch(match["rest"])
        names, reason = (parts["names"], parts["reason"].strip()) if parts else (match["rest"], "")
        problem = _problem(match["word"], names, reason, rules)
        if problem:
            mistakes.append(Mistake(comment, problem))
        elif match["word"] == "one-way":
            one_way = reason
        else:
            named = tuple(filter(None, BETWEEN_NAMES.split(names)))
            found.append(Allowance(named, _reach(source, comment, match["word"], calls), reason, comment))
    return Directives(tuple(found), one_way, tuple(mistakes))


def sort_out(
    findings: Iterable[Finding], said: Directives, rollback: Collection[str]
) -> tuple[tuple[Finding, ...], tuple[Allowed, ...]]:
    """Part *findings* into those that stand and those that a comment allows.

    Who declares a migration one-way has heard what the rules about its *rollback* have to say.
    """
    standing: list[Finding] = []
    allowed: list[Allowed] = []
    for finding in findings:
        reason = next((one.reason for one in said.allowances if one.allows(finding)), None)
        if reason is None and finding.rule in rollback:
            reason = said.one_way
        if reason is None:
            standing.append(finding)
        else:
            allowed.append(Allowed(finding, reason))
    return tuple(standing), tuple(allowed)


def _problem(word: str, names: str, reason: str, rules: Collection[str]) -> str | None:
    """Say what keeps a directive from counting, or None."""
    if word not in {"allow", "allow-block", "allow-file", "one-way"}:
        return f"`{word}` is no directive; there are allow, allow-block, allow-file and one-way"
    named = list(filter(None, BETWEEN_NAMES.split(names)))
    for name in named:
        if word != "one-way" and name not in rules:
            near = get_close_matches(name, rules, 1)
            return f"there is no rule `{name}`" + (f"; `{near[0]}` is near" if near else "")
    if word != "one-way" and not named:
        return "an allowance names the rule that it allows"
    return None if reason else "a reason is missing: write it behind a dash"


def _reach(source: SourceFile, comment: Span, word: str, calls: Iterable[Span]) -> Span:
    if word == "allow-file":
        return whole_file(source)
    line = _line_meant(source, comment)
    start = source.line_start(line)
    end = start + len(source.line_text(line)) + 1
    if word == "allow-block":
        end = max((call.end for call in calls if start <= call.start < end), default=end)
    return Span(start, end)


def _line_meant(source: SourceFile, comment: Span) -> int:
    """Return the comment's own line if code stands before it, else the next that holds more than a comment."""
    line = source.line_at(comment.start)
    while source.text[source.line_start(line) : comment.start].strip() == "" and line < source.lines:
        line += 1
        text = source.line_text(line).lstrip()
        if text and not text.startswith("#"):
            return line
    return line
