"""Puts a plan on the pull request, so that doing it twice, or half and then whole, looks like doing it once.

What GitHub does not take on its lines it is offered on its file; what it does not take there, either, is handed back,
for the check to show. That a finding was refused is remembered for its head, so that no try begins where the last did.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from rules.finding import Finding, Report
from workers.context import Context
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, StaleHead, Unclear
from workers.github.models import Conversation, Review, Thread
from workers.review.fetch import Material
from workers.review.fingerprint import marked, refused, review_name
from workers.review.plan import Remark, ReviewPlan, summaries
from workers.review.render import comments, file_comment, review_body

READ_BACK: Final = 2.0  # seconds until a review whose answer was lost has surely become visible


def publish(plan: ReviewPlan, report: Report, material: Material, context: Context) -> tuple[Finding, ...]:
    """Post one review and close what is fixed; return the findings for which GitHub took no comment."""
    rejected = _post(plan.remarks, report, material, context)
    left = tuple(one.finding for one in (*plan.on_files, *rejected) if not _post_on_file(one, material, context))
    if plan.remarks or plan.on_files:
        _take_back_copies(context)
    _close(plan.fixed, material.head, context)
    return left


def summarise(text: str, said: Conversation, context: Context) -> None:
    """Write the one comment that sums the review up, or bring it up to date."""
    first, *copies = summaries(said) or (None,)
    if first is not None and first.body == text:
        return
    context.lease.check()
    try:
        if first is None:
            context.github.say(text)
        else:
            context.github.say_instead(first.id, text)
        for copy in copies:
            if copy is not None:
                context.github.unsay(copy.id)
    except NotFound:
        return  # who deletes it does not want it back before the next push
    except Unclear as unclear:
        raise RetryLater(READ_BACK, str(unclear)) from unclear


def _post(remarks: tuple[Remark, ...], report: Report, material: Material, context: Context) -> tuple[Remark, ...]:
    """Post *remarks* together; where GitHub refuses one of them, which it does not name, in halves.

    Return those that it refuses even alone.
    """
    if not remarks:
        return ()
    name = review_name(material.head, (remark.name for remark in remarks))
    review = Review(
        material.head,
        review_body(remarks, report, name),
        comments(remarks, material, context.public_url),
    )
    context.lease.check()
    try:
        context.github.post_review(review)
    except Rejected:
        _insist_on_head(material, context)
        if len(remarks) == 1:
            context.memory.say(context.key, [refused(material.head, remarks[0].name)])
            return remarks
        half = len(remarks) // 2
        return _post(remarks[:half], report, material, context) + _post(remarks[half:], report, material, context)
    except Unclear as unclear:
        _insist_on_arrival(remarks, unclear, context)
    return ()


def _post_on_file(remark: Remark, material: Material, context: Context) -> bool:
    """Post a remark on its file as a whole, and tell whether GitHub took it."""
    context.lease.check()
    try:
        context.github.comment_on_file(file_comment(remark, material, context.public_url))
    except Rejected:
        _insist_on_head(material, context)
        return False
    except Unclear as unclear:
        _insist_on_arrival((remark,), unclear, context)
    return True


def _insist_on_head(material: Material, context: Context) -> None:
    """Raise StaleHead where a comment was refused because the head has moved."""
    if context.github.conversation().head != material.head:
        raise StaleHead("the head moved before the review was posted") from None


def _insist_on_arrival(remarks: tuple[Remark, ...], unclear: Unclear, context: Context) -> None:
    """Read back what was posted, and put the job back where it cannot be seen."""
    said = {marked("finding", thread.body) for thread in context.github.conversation().threads}
    if not said >= {remark.name for remark in remarks}:
        raise RetryLater(READ_BACK, str(unclear)) from unclear


def _take_back_copies(context: Context) -> None:
    """Remove what was said twice: a worker that was frozen past its lease may post once more when it thaws.

    No lease is asked for, since that worker has none, and whoever does this does the same.
    """
    for thread in _copies(context.github.conversation()):
        try:
            context.github.delete(thread.comment_number)
        except NotFound:
            continue  # the other worker was here


def _copies(said: Conversation) -> Iterable[Thread]:
    seen: set[str] = set()
    for thread in sorted(said.threads, key=lambda thread: thread.comment_number):
        name = marked("finding", thread.body)
        if name is None or thread.resolved:
            continue
        if name in seen:
            yield thread
        seen.add(name)


def _close(threads: Iterable[Thread], head: str, context: Context) -> None:
    """Resolve threads; where the installation may not, fold their comments and say why."""
    for thread in threads:
        context.lease.check()
        try:
            context.github.resolve(thread.id)
        except Forbidden:
            context.github.minimize(thread.comment)
            context.lease.check()
            with suppress(Unclear):  # the fold tells most of it
                context.github.reply(thread.comment_number, f"Fixed as of {head[:7]}.")
