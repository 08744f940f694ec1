"""Explains a rule: what it is about, what to write instead, and when it is safe."""

from typing import Final

from rules.catalog import rules
from workers.commands.command import Answer, Declined, Request, comment_command
from workers.commands.subject import named_rules, subject
from workers.review.markdown import within
from workers.review.render import directive, page_of
from workers.review.templating import environment

MOST_EXPLAINED: Final = 5  # in one answer; each has a page
LONGEST_ANSWER: Final = 60_000  # bytes


@comment_command(__name__, "/ecto-fix explain [RULE]", writes=False)
def command(request: Request) -> Answer:
    """Show the pages of the rules that are named, or else of those that speak here."""
    named = named_rules(request) or subject(request).rules
    if not named:
        raise Declined("No rule has anything to say here. Name one: `/ecto-fix explain RULE`.")
    site = request.context.public_url
    pages = {rule.name: rule.page for rule in rules()}
    text = (
        environment("workers.commands")
        .get_template("explain.md.j2")
        .render(
            explained=[
                {"rule": name, "page": pages[name], "link": page_of(name, site), "directive": directive(name)}
                for name in named[:MOST_EXPLAINED]
            ],
            more=named[MOST_EXPLAINED:],
        )
    )
    return Answer(within(text.strip(), LONGEST_ANSWER))
