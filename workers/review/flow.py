"""A review from its first question to the check's last word."""

from dataclasses import replace
from typing import Final

import structlog

from rules.elixir.parser import read
from rules.finding import Report
from rules.source import SourceFile
from workers.context import AnalysisFailed, Context, Done, Later, Origin, Outcome
from workers.figures import FAILURES
from workers.github.errors import NotFound, Rejected, StaleHead
from workers.github.models import CheckRun, Conclusion, PullRequest, Tip
from workers.jobs import ReviewMergeGroup
from workers.journal import CHECK_STARTED
from workers.review.counting import count
from workers.review.fetch import Material, fetch
from workers.review.fingerprint import MIGRATING, names_refused, reviewed
from workers.review.plan import conclusion_of, plan_review
from workers.review.publish import publish, summarise
from workers.review.rehearsal import origin_of, rehearsed
from workers.review.summary import (
    SUPERSEDED,
    check_output,
    configuration_output,
    failure_output,
    progress_output,
    summary_comment,
)
from workers.review.telling import told

log = structlog.get_logger(__name__)

CONFIGURATION_CHECK: Final = "ecto-fix configuration"
AT_ONCE: Final = Later(0, "the head moved")


def review_pull_request(context: Context) -> Outcome:
    """Review the head that the pull request has now; say nothing twice, and always conclude the check."""
    pull = context.github.pull_request()
    if not pull.open:
        return Done()
    run = _start(pull, context)
    try:
        return _review(pull, run, context)
    except StaleHead:
        context.lease.check()
        context.github.conclude_check(run, Conclusion.NEUTRAL, SUPERSEDED)
        return AT_ONCE
    except (AnalysisFailed, Rejected) as failed:
        context.journal.count(FAILURES, failed.kind.name.lower() if isinstance(failed, AnalysisFailed) else "refused")
        context.lease.check()
        context.github.conclude_check(run, Conclusion.NEUTRAL, failure_output(str(failed)))
        context.memory.say(context.key, [reviewed(pull.head.sha)])
        return Done()


def review_merge_group(context: Context, group: ReviewMergeGroup) -> Outcome:
    """Judge together what is about to be merged together; the check says it all, for nobody reads comments there."""
    run = _start_group(context, group)
    pull = context.github.pull_request()
    head = replace(pull, head=Tip(pull.base.repository, group.branch, group.head))
    try:
        material = fetch(head, context.github, context.memory)
        report = rehearsed(_analysed(material, run, context), material, context, Origin.MERGE_QUEUE)
    except (AnalysisFailed, Rejected) as failed:
        conclude_group_failure(context, group, str(failed))
        return Done()
    except NotFound:
        return Done()  # the group was dissolved, and with it its branch
    context.lease.check()
    output = check_output(report, material, report.findings, context.public_url)
    context.github.conclude_check(run, conclusion_of(report, material, draft=False), replace(output, buttons=()))
    return Done()


def conclude_group_failure(context: Context, group: ReviewMergeGroup, reason: str) -> None:
    """Conclude the check of a merge group without a review, so that the queue goes on."""
    run = _start_group(context, group)
    context.lease.check()
    context.github.conclude_check(run, Conclusion.NEUTRAL, failure_output(reason))


def _start_group(context: Context, group: ReviewMergeGroup) -> CheckRun:
    context.lease.check()
    run = context.github.start_check(group.head, f"queue/{group.key.number}/{group.head}")
    context.journal.step(CHECK_STARTED, head=group.head)
    return run


def conclude_failure(context: Context, reason: str) -> None:
    """Conclude the check of the present head without a review, so that nobody waits for it."""
    pull = context.github.pull_request()
    run = _start(pull, context)
    context.lease.check()
    context.github.conclude_check(run, Conclusion.NEUTRAL, failure_output(reason))
    context.memory.say(context.key, [reviewed(pull.head.sha)])


def _start(pull: PullRequest, context: Context) -> CheckRun:
    context.lease.check()
    # Two pull requests may have the same head: each has a check run of its own.
    run = context.github.start_check(pull.head.sha, f"{pull.number}/{pull.head.sha}")
    context.journal.step(CHECK_STARTED, head=pull.head.sha)
    return run


def _review(pull: PullRequest, run: CheckRun, context: Context) -> Outcome:
    material = fetch(pull, context.github, context.memory)
    context.journal.step("fetched")
    report = _analysed(material, run, context)
    context.journal.step("analysed", found=told(report, material))
    report = rehearsed(report, material, context, origin_of(pull))
    said = context.github.conversation()
    if said.head != pull.head.sha:
        raise StaleHead("the head moved while it was analysed")
    _check_configuration(pull, material, context)
    refused = names_refused(material.head, context.memory.said(context.key))
    plan = plan_review(report, material, said, draft=pull.draft, parses=is_elixir, refused=refused)
    rejected = publish(plan, report, material, context)
    if plan.summary:
        summarise(summary_comment(report, material, plan.annotated + rejected, context.public_url), said, context)
    context.journal.step("said")
    count(report, plan, context.journal)
    output = check_output(report, material, plan.annotated + rejected, context.public_url)
    context.lease.check()
    context.github.conclude_check(run, plan.conclusion, output)
    context.memory.say(context.key, [reviewed(material.head), *([MIGRATING] if material.change.proposed else [])])
    log.info("reviewed", head=material.head, conclusion=plan.conclusion.value, calls=context.github.calls)
    return Done()


def _check_configuration(pull: PullRequest, material: Material, context: Context) -> None:
    """Say on a check of its own, line by line, what is wrong with a configuration that is touched or wrong."""
    complaints = material.proposed_complaints
    if complaints is None:
        return
    context.lease.check()
    run = context.github.start_check(material.head, f"configuration/{pull.number}/{material.head}", CONFIGURATION_CHECK)
    conclusion = Conclusion.FAILURE if complaints else Conclusion.SUCCESS
    context.lease.check()
    output = configuration_output(complaints, context.public_url, material.proposed_path)
    context.github.conclude_check(run, conclusion, output)


def _analysed(material: Material, run: CheckRun, context: Context) -> Report:
    proposed = material.change.proposed
    if not proposed:
        return Report()
    context.lease.check()
    context.github.progress_check(run, progress_output(len(proposed)))
    return context.analyse(material.change, material.settings)


def is_elixir(source: SourceFile) -> bool:
    """Tell whether the whole of *source* can be read."""
    return not read(source).errors
