"""Behind the playground: how much of us strangers get, and what becomes of a file that ends its parser."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pages.playground import desk, rate
from bot.pages.playground.desk import Desk
from bot.pages.playground.paste import Paste, Refused, Sheet, Verb, Wish
from bot.pages.playground.rate import Rate
from bot.pages.playground.view import MOST_NOTES, view
from bot.pages.playground.work import GONE, Answer, answer
from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.source import Span
from workers.isolation import Analyst

HOSTILE = (sys.executable, str(Path(__file__).parents[2] / "workers/engine/hostile.py"))
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}  # noqa: TID251  # coverage's
MOMENT = 20250101000000


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    """A child that does what files tell it to do."""
    with Analyst(3.0, command=HOSTILE, environment=MEASURED, culprits=0) as started:
        yield started


def test_a_bucket_fills_again_and_a_household_has_one() -> None:
    now = 0.0
    bucket = Rate(lambda: now)

    spent = [bucket.allows(f"2001:db8::{number:x}") for number in range(int(rate.BURST) + 1)]
    other = bucket.allows("2001:db8:0:1::1")
    now = 1.0

    assert spent == [True] * int(rate.BURST) + [False]
    assert (other, bucket.allows("2001:db8::1"), bucket.allows("2001:db8::1")) == (True, True, False)


def test_addresses_are_forgotten() -> None:
    bucket = Rate(lambda: 0.0)

    for number in range(rate.REMEMBERED + 5):
        bucket.allows(str(number))

    assert len(bucket._buckets) == rate.REMEMBERED


def test_when_all_are_busy_the_next_is_told_so() -> None:
    async def crowd() -> list[object]:
        desk_, over = Desk(), threading.Event()
        asking = [asyncio.create_task(desk_.ask(lambda _: over.wait(60))) for _ in range(desk.AT_ONCE + desk.QUEUE)]
        await asyncio.sleep(0)
        late = await asyncio.gather(desk_.ask(lambda _: True), return_exceptions=True)
        over.set()
        answered = await asyncio.gather(*asking, return_exceptions=True)
        desk_.close()
        return [*late, *answered[: desk.AT_ONCE]]

    late, *answered = asyncio.run(crowd())

    assert isinstance(late, Refused)
    assert late.status == 503
    assert answered == [True] * desk.AT_ONCE


@pytest.mark.parametrize(
    ("text", "why"),
    [("eat", "it needed too much memory"), ("crash", "the parser crashed"), ("sleep", "it took too long")],
)
def test_what_ends_its_parser_is_told_and_the_next_is_judged(analyst: Analyst, text: str, why: str) -> None:
    bad, fine = (Paste((Sheet("1_a.exs", said),)) for said in (text, ""))

    assert answer(analyst, bad, Wish(), MOMENT).failure == f"This could not be reviewed: {why}."
    assert view(answer(analyst, fine, Wish(Verb.TAKE, "gone"), MOMENT)).answer.told == GONE


def test_what_is_found_a_thousand_times_is_shown_a_few_times() -> None:
    paste = Paste((Sheet("1_a.exs", "text"),))
    path = paste.sheets[0].file.path
    found = tuple(Finding("key-runs-out", Severity.RISK, path, Span(place, place), "m") for place in range(80))
    report = Report((FileReport(path, 1, "A", Verdict.REVERSIBLE, "", found),))

    (leaf,) = view(Answer(paste, report)).leaves

    assert (len(leaf.notes), leaf.more) == (MOST_NOTES, 80 - MOST_NOTES)


def test_files_come_and_go(analyst: Analyst) -> None:
    paste = Paste((Sheet("20990101000000_a.exs", "", is_merged=True),))

    added = answer(analyst, paste, Wish(Verb.ADD), MOMENT).paste
    dropped = answer(analyst, added, Wish(Verb.DROP, "1"), MOMENT)

    assert [sheet.name for sheet in added.sheets] == ["20990101000000_a.exs", "20990101000001_next.exs"]
    assert dropped == Answer(paste)
    assert view(dropped).status == "There is no new migration here."
