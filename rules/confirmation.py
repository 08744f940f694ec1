"""What a rehearsal makes of a report: claims become facts, or are withdrawn, and what was not foreseen is added."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from rules.catalog import rule_named
from rules.finding import Claim, FileReport, Finding, Report, Verdict, Withdrawn
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import MISSING, Observation, Observed, Outcome
from rules.settings import Settings
from rules.source import Span

HELD: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA, Verdict.FAILS_ON_DATA})
# What may be seen where the proof says so; of what is unknown or declared it says nothing.
FORESEEN: Final = {
    **dict.fromkeys(HELD, frozenset({Outcome.RESTORED})),
    Verdict.NOT_RESTORED: frozenset({Outcome.NOT_RESTORED, Outcome.REFUSED_DOWN}),
    Verdict.IRREVERSIBLE: frozenset({Outcome.REFUSED_DOWN}),
}
BROKEN: Final = frozenset({Outcome.NOT_RESTORED, Outcome.REFUSED_DOWN})
ADDED: Final = {  # the rule that says it, where no rule has
    Outcome.REFUSED_UP: "migration-raises",
    Outcome.REFUSED_DOWN: "rollback-refused",
    Outcome.NOT_RESTORED: "rollback-incomplete",
}
RESTORED: Final = "In the rehearsal a rollback restored the schema."
WRITING: Final = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH|SELECT|DO|CALL)\b", re.IGNORECASE)
SHOWN: Final = 60  # characters of what PostgreSQL said


def confirm(report: Report, observations: Iterable[Observation], settings: Settings | None = None) -> Report:
    """Return *report* as the rehearsals of its files leave it; what was not rehearsed stays as it is."""
    seen = {observation.path: observation for observation in observations}
    return Report(tuple(_confirmed(file, seen.get(file.path), settings or Settings()) for file in report.files))


def _confirmed(file: FileReport, seen: Observation | None, settings: Settings) -> FileReport:
    if seen is not None and _lacks_history(file, seen):
        reason = f"no migration here makes what it needs: {seen.up.refusal or seen.down.refusal}"
        seen = Observation(seen.path, Outcome.NOT_REHEARSED, reason)
    if seen is None or not seen.is_whole:
        return replace(file, observation=seen)
    judged = _judged(replace(file, observation=seen), seen)
    weighed = [_weighed(finding, judged, seen, settings) for finding in file.findings]
    standing = [one for one in weighed if isinstance(one, Finding)]
    return replace(
        judged,
        findings=tuple(sorted((*standing, *_added(judged, seen, settings)), key=lambda one: (one.span, one.rule))),
        withdrawn=tuple(one for one in weighed if isinstance(one, Withdrawn)),
    )


def _lacks_history(file: FileReport, seen: Observation) -> bool:
    """Tell whether a name is missing of which the rules do not know whether it is there: then nothing was shown."""
    refusal = seen.up.refusal or seen.down.refusal
    if refusal is None or refusal.sqlstate not in MISSING:
        return False
    if seen.outcome is Outcome.REFUSED_UP:
        return not any(map(_raises, file.findings))
    return file.verdict is Verdict.UNKNOWN


def _judged(file: FileReport, seen: Observation) -> FileReport:
    """Change the verdict to what happened; a declaration stays, whatever happens."""
    if file.verdict is Verdict.ONE_WAY:
        return file
    verdict, reason = _happened(file, seen)
    if verdict is file.verdict:
        return file
    surprised = _is_surprising(file, seen, verdict)
    claim = Claim(file.verdict, file.reason) if surprised else None
    differences = seen.differences if verdict is Verdict.NOT_RESTORED else ()
    return replace(file, verdict=verdict, reason=reason, differences=differences, claim=claim)


def _is_surprising(file: FileReport, seen: Observation, verdict: Verdict) -> bool:
    if seen.outcome is Outcome.REFUSED_UP:
        return file.verdict in HELD | {Verdict.NOT_RESTORED} and not any(map(_raises, file.findings))
    foreseen = FORESEEN.get(file.verdict)
    return foreseen is not None and (seen.outcome not in foreseen or verdict in HELD)


def _happened(file: FileReport, seen: Observation) -> tuple[Verdict, str]:
    match seen.outcome:
        case Outcome.REFUSED_UP:
            return Verdict.UNKNOWN, f"In the rehearsal the migration itself is refused: {seen.up.refusal}."
        case Outcome.REFUSED_DOWN if file.verdict is not Verdict.NOT_RESTORED:
            return Verdict.IRREVERSIBLE, f"In the rehearsal the rollback is refused: {seen.down.refusal}."
        case Outcome.NOT_RESTORED:
            shown = "; ".join(difference.text for difference in seen.differences[:3])
            return Verdict.NOT_RESTORED, f"In the rehearsal a rollback leaves a difference: {shown}."
        case Outcome.RESTORED:
            return _restored(file, seen)
        case _:
            return file.verdict, file.reason


def _restored(file: FileReport, seen: Observation) -> tuple[Verdict, str]:
    """Say what became of rows when the schema was restored."""
    over = seen.over_rows
    if over is None or over.up is not None or over.empty or (file.verdict in HELD and _writes_rows(seen)):
        kept = file.verdict in HELD or file.verdict is Verdict.UNKNOWN
        return (file.verdict, file.reason) if kept else (Verdict.REVERSIBLE, RESTORED)
    if over.down is not None and file.verdict is not Verdict.LOSES_DATA:
        return Verdict.FAILS_ON_DATA, f"In the rehearsal the rollback is refused over rows: {over.down}."
    if over.lost and file.verdict is not Verdict.FAILS_ON_DATA:
        return Verdict.LOSES_DATA, f"In the rehearsal the schema came back, rows of `{'`, `'.join(over.lost)}` did not."
    return (file.verdict, file.reason) if file.verdict in HELD else (Verdict.REVERSIBLE, RESTORED)


def _writes_rows(seen: Observation) -> bool:
    """Tell whether what becomes of rows depends on their values, which were made up."""
    return any(WRITING.match(one.sql) for one in (*seen.up.statements, *seen.down.statements))


def _weighed(finding: Finding, file: FileReport, seen: Observation, settings: Settings) -> Finding | Withdrawn:
    rule = rule_named(finding.rule)
    if rule is None:
        return finding
    if rule.about_rollback and file.claim is not None and seen.outcome is Outcome.RESTORED:
        return Withdrawn(finding, seen.sentence)
    is_seen = (rule.about_rollback and seen.outcome in BROKEN) or (
        rule.raises and seen.up.span is not None and seen.up.span.overlaps(finding.span)
    )
    # An older PostgreSQL than the one that was asked may do more.
    if finding.effects and seen.server.partition(".")[0] == str(settings.postgres):
        until = list(_until(finding.span, seen.up.statements))
        if until and all(_is_refuted(effect, until) for effect in finding.effects):
            return Withdrawn(finding, "; ".join(str(effect) for one in until for effect in one.effects) or "no locks")
    is_seen = is_seen or (bool(finding.effects) and all(_is_seen(one, seen.up.statements) for one in finding.effects))
    return replace(finding, observed=True) if is_seen else finding


def _until(span: Span, statements: Iterable[Observed]) -> Iterator[Observed]:
    """Yield what ran until the statements of *span* were over; nothing where none of them ran, or one was refused."""
    ran = [one for one in statements if one.refusal is None]
    last = max((place for place, one in enumerate(ran) if one.span and one.span.overlaps(span)), default=-1)
    yield from ran[: last + 1]


def _is_refuted(effect: Effect, statements: Iterable[Observed]) -> bool:
    seen = [one for statement in statements for one in statement.effects if one.on == effect.on]
    held = max((one.lock for one in seen), default=Lock.ACCESS_SHARE)
    return effect.lock > held or (effect.rewrites_table is True and not any(one.rewrites_table for one in seen))


def _is_seen(effect: Effect, statements: Iterable[Observed]) -> bool:
    seen = [one for statement in statements for one in statement.effects if one.on == effect.on]
    locked = any(one.lock >= effect.lock for one in seen)
    rewritten = not effect.rewrites_table or any(one.rewrites_table for one in seen)
    return locked and rewritten and (not effect.reads_table or any(one.reads_table is not False for one in seen))


def _raises(finding: Finding) -> bool:
    rule = rule_named(finding.rule)
    return rule is not None and rule.raises


def _added(file: FileReport, seen: Observation, settings: Settings) -> Iterator[Finding]:
    """Yield what the rehearsal found and no rule did."""
    rule = rule_named(ADDED.get(seen.outcome, ""))
    if rule is None or file.verdict is Verdict.ONE_WAY:
        return
    severity = settings.severity_of(rule.name, rule.severity)
    said = [rule_named(one.rule) for one in (*file.findings, *(each.finding for each in file.allowed))]
    if severity is None or any(one and (one.about_rollback if rule.about_rollback else one.raises) for one in said):
        return
    showing = seen.up if seen.outcome is Outcome.REFUSED_UP else seen.down
    span = showing.span or next((one.span for one in seen.up.statements if one.span), None) or Span(0, 0)
    yield Finding(rule.name, severity, file.path, span, _message(seen), differences=seen.differences, observed=True)


def _message(seen: Observation) -> str:
    match seen.outcome:
        case Outcome.REFUSED_UP:
            return f"In the rehearsal this is refused: {str(seen.up.refusal)[:SHOWN]}."
        case Outcome.REFUSED_DOWN:
            return f"In the rehearsal the rollback is refused: {str(seen.down.refusal)[:SHOWN]}."
        case _:
            return "In the rehearsal a rollback does not restore the schema."
