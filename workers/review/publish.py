"""Puts a plan on the pull request, so that doing it twice, or half and then whole, looks like doing it once."""

from collections.abc import Iterable
from typing import Final

from rules.finding import Finding, Report
from workers.context import Context
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, StaleHead, Unclear
from workers.github.models import Conversation, Review, Thread
from workers.review.fetch import Material
from workers.review.fingerprint import marked, review_name
from workers.review.plan import Remark, ReviewPlan, summaries
from workers.review.render import comments, review_body

READ_BACK: Final = 2.0  # seconds until a review whose answer was lost has surely become visible


def publish(plan: ReviewPlan, report: Report, material: Material, context: Context) -> tuple[Finding, ...]:
    """Post one review and close what is fixed; return the findings for which GitHub took no comment."""
    rejected = _post(plan.remarks, report, material, context)
    if plan.remarks:
        _take_back_copies(context)
    _close(plan.fixed, context)
    return rejected


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


def _post(remarks: tuple[Remark, ...], report: Report, material: Material, context: Context) -> tuple[Finding, ...]:
    """Post *remarks* together; where GitHub refuses one of them, which it does not name, in halves."""
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
        if context.github.conversation().head != material.head:
            raise StaleHead("the head moved before the review was posted") from None
        if len(remarks) == 1:
            return (remarks[0].finding,)
        half = len(remarks) // 2
        return _post(remarks[:half], report, material, context) + _post(remarks[half:], report, material, context)
    except Unclear as unclear:
        said = {marked("finding", thread.body) for thread in context.github.conversation().threads}
        if not said >= {remark.name for remark in remarks}:
            raise RetryLater(READ_BACK, str(unclear)) from unclear
    return ()


def _take_back_copies(context: Context) -> None:
    """Remove what was said twice: a worker that was frozen past its lease may post once more when it thaws."""
    for thread in _copies(context.github.conversation()):
        context.lease.check()
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


def _close(threads: Iterable[Thread], context: Context) -> None:
    """Resolve threads; where the installation may not, fold their comments."""
    for thread in threads:
        context.lease.check()
        try:
            context.github.resolve(thread.id)
        except Forbidden:
            context.github.minimize(thread.comment)
