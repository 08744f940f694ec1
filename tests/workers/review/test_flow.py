"""A pull request is reviewed: what people see on it afterwards, whatever happened on the way."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from deploy.standin.control import PullRequest
from rules.finding import Report
from rules.settings import Settings
from rules.source import Change
from tests.workers.github.hub import ADD_INDEX, FOLDER, NEW, OLD, Hub
from tests.workers.review.surroundings import FakeLease, FakeMemory, LeaseEnded, judge, surroundings
from workers.context import AnalysisFailed, Done, Failure, Later
from workers.github.client import Client
from workers.github.errors import RetryLater
from workers.github.models import InlineComment, Review
from workers.review.flow import conclude_failure, review_pull_request

FIXED = ADD_INDEX.replace("[:email])", "[:email], concurrently: true)")
MANY = "".join(f"    create index(:users, [:c{number}])\n" for number in range(30))
THIRTY = ADD_INDEX.replace("    create index(:users, [:email])\n", MANY)
CLEAN = "defmodule Shop.Clean do\nend\n"


def reviewed(hub: Hub, pull: PullRequest, **different: object) -> None:
    """Review the pull request, and insist that this was all there was to do."""
    assert review_pull_request(surroundings(hub, pull, **different)) == Done()  # type: ignore[arg-type]  # passed on


def conclusion(pull: PullRequest) -> tuple[str | None, str | None]:
    (check,) = pull.checks("ecto-fix")
    return check.conclusion, check.title


def test_a_hazard_is_said_once_with_a_suggestion_that_a_click_applies(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    reviewed(hub, pull)

    (review,) = pull.look().reviews
    (thread,) = pull.threads()
    assert (review.state, review.commit) == ("COMMENTED", pull.look().head_sha)
    assert (thread.path, thread.line) == (NEW, 5)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")
    pull.apply_suggestion(thread, by="maria")
    assert hub.repository.read(NEW, ref="add-email") == FIXED


def test_a_clean_pull_request_gets_nothing_but_the_green_check(hub: Hub) -> None:
    pull = hub.opens({NEW: FIXED})

    reviewed(hub, pull)

    assert (pull.look().reviews, pull.look().comments) == ((), ())
    assert conclusion(pull) == ("success", "No objection to 1 migration")


def test_without_a_migration_the_check_is_green_in_few_calls(hub: Hub) -> None:
    pull = hub.opens({"README.md": "Hello\n", "lib/shop/repo.ex": "x\n"})
    context = surroundings(hub, pull)

    review_pull_request(context)

    assert conclusion(pull) == ("success", "No migrations changed")
    assert context.github.calls == 6


def test_a_fixed_finding_is_resolved_and_the_check_turns_green(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    pull.push({NEW: FIXED}, by="maria")

    reviewed(hub, pull)

    assert [thread.resolved for thread in pull.threads()] == [True]
    assert conclusion(pull) == ("success", "No objection to 1 migration")


def test_what_was_said_is_not_said_again_after_a_push(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    pull.push({NEW: f"# A comment moves the line.\n{ADD_INDEX}"}, by="maria")

    reviewed(hub, pull)
    reviewed(hub, pull)

    assert (len(pull.threads()), len(pull.look().reviews)) == (1, 1)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_what_a_person_resolved_stays_resolved_and_the_gate_stays_shut(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    pull.resolve(pull.threads()[0], by="maria")

    reviewed(hub, pull)

    assert [thread.resolved for thread in pull.threads()] == [True]
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_what_comes_back_is_said_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    pull.push({NEW: FIXED}, by="maria")
    reviewed(hub, pull)
    pull.push({NEW: ADD_INDEX}, by="maria")

    reviewed(hub, pull)

    assert [thread.resolved for thread in pull.threads()] == [True, False]


def test_without_the_right_to_resolve_a_fixed_finding_is_folded(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    permissions = {"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write"}
    hub.standin.set_installation(hub.repository.name, permissions=permissions)
    pull.push({NEW: FIXED}, by="maria")

    reviewed(hub, pull)

    (thread,) = pull.threads()
    hub.standin.set_installation(hub.repository.name, permissions=permissions | {"contents": "write"})
    assert (thread.resolved, thread.comments[0].minimized) == (False, "RESOLVED")


def test_a_draft_is_judged_in_silence_until_it_is_ready(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX}, draft=True)
    reviewed(hub, pull)
    in_silence = pull.look()
    pull.mark_ready(by="maria")

    reviewed(hub, pull)

    assert in_silence.reviews == ()
    assert [check.conclusion for check in in_silence.checks] == ["neutral"]
    assert len(pull.threads()) == 1
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_more_than_25_findings_are_annotated_and_listed(hub: Hub) -> None:
    pull = hub.opens({NEW: THIRTY})

    reviewed(hub, pull)

    (check,) = pull.checks()
    assert (len(pull.threads()), len(check.annotations)) == (25, 5)
    assert (check.summary or "").count("- `priv/") == 30


def test_what_was_there_before_is_not_reviewed(hub: Hub) -> None:
    hub.repository.push("main", {f"{FOLDER}/20230201000000_old.exs": ADD_INDEX}, by="maria")
    pull = hub.opens({NEW: CLEAN})
    hub.repository.push("main", {f"{FOLDER}/20240301000000_other.exs": ADD_INDEX}, by="maria")
    seen: list[Change] = []

    def watch(change: Change, settings: Settings) -> Report:
        seen.append(change)
        return judge(change, settings)

    reviewed(hub, pull, analyse=watch)

    (change,) = seen
    assert [file.path.rpartition("/")[2] for file in change.merged] == [
        "20230101000000_create_users.exs",
        "20230201000000_old.exs",
        "20240301000000_other.exs",
    ]
    assert [file.path for file in change.proposed] == [NEW]
    assert [file.path for file in change.project] == ["mix.exs"]


def test_an_edited_migration_is_judged_where_it_was_edited(hub: Hub) -> None:
    lines = "".join(f"    # {number}\n" for number in range(40))
    old = f"{FOLDER}/20230201000000_old.exs"
    before = ADD_INDEX.replace("  end\nend", f"{lines}    create index(:users, [:name])\n  end\nend")
    hub.repository.push("main", {old: before}, by="maria")
    pull = hub.opens({old: before.replace("# 39", "# thirty-nine")})

    reviewed(hub, pull)

    (thread,) = pull.threads()
    (check,) = pull.checks()
    assert thread.line == 46
    assert [annotation["start_line"] for annotation in check.annotations] == [5]


def test_a_renamed_migration_runs_once_in_history(hub: Hub) -> None:
    hub.repository.push("main", {f"{FOLDER}/20230201000000_old.exs": ADD_INDEX}, by="maria")
    pull = hub.opens({f"{FOLDER}/20230201000000_old.exs": None, f"{FOLDER}/20240201000000_new.exs": ADD_INDEX})
    seen: list[Change] = []

    def watch(change: Change, settings: Settings) -> Report:
        seen.append(change)
        return judge(change, settings)

    reviewed(hub, pull, analyse=watch)

    (check,) = pull.checks()
    assert [file.path for file in seen[0].merged] == [OLD]
    assert pull.threads() == ()  # the diff of a renamed file shows no line
    assert len(check.annotations) == 1


def test_a_deleted_migration_stays_history(hub: Hub) -> None:
    pull = hub.opens({OLD: None, NEW: CLEAN})
    seen: list[Change] = []

    def watch(change: Change, settings: Settings) -> Report:
        seen.append(change)
        return judge(change, settings)

    reviewed(hub, pull, analyse=watch)

    (check,) = pull.checks()
    assert [file.path for file in seen[0].merged] == [OLD]
    assert f"A database that ran them keeps what they did: `{OLD}`." in (check.summary or "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"# latin \xe9\n", "is not UTF-8"), (b"#" * 1_000_001, "is larger than 1 MB")],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(hub: Hub, content: bytes, reason: str) -> None:
    pull = hub.opens({NEW: content, f"{FOLDER}/20240101130000_clean.exs": CLEAN})

    reviewed(hub, pull)

    (check,) = pull.checks()
    assert conclusion(pull) == ("neutral", "1 file not read")
    assert f"- `{NEW}` {reason}." in (check.summary or "")


def test_the_configuration_of_the_base_branch_counts(hub: Hub) -> None:
    hub.repository.push("main", {".github/ecto-fix.yml": "gate: [risk]\n"}, by="maria")
    pull = hub.opens({NEW: ADD_INDEX, ".github/ecto-fix.yml": "gate: []\n"})

    reviewed(hub, pull)

    assert conclusion(pull) == ("neutral", "1 outage in 1 migration")


def test_a_configuration_that_does_not_count_says_why(hub: Hub) -> None:
    hub.repository.push("main", {".github/ecto-fix.yml": "gat: [risk]\n"}, by="maria")
    pull = hub.opens({NEW: FIXED})

    reviewed(hub, pull)

    (check,) = pull.checks()
    assert check.conclusion == "neutral"
    assert "- Line 1: there is no setting `gat`; `gate` is near" in (check.summary or "")


def test_the_head_that_moved_during_the_review_is_reviewed_next(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    def push_meanwhile(change: Change, settings: Settings) -> Report:
        pull.push({NEW: FIXED}, by="maria")
        return judge(change, settings)

    outcome = review_pull_request(surroundings(hub, pull, analyse=push_meanwhile))
    reviewed(hub, pull)

    assert outcome == Later(0, "the head moved")
    assert pull.look().reviews == ()
    assert conclusion(pull) == ("success", "No objection to 1 migration")


def test_an_analysis_that_fails_concludes_the_check(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    def fail(_change: Change, _settings: Settings) -> Report:
        raise AnalysisFailed(Failure.TIME)

    reviewed(hub, pull, analyse=fail)

    assert conclusion(pull) == ("neutral", "Not reviewed")


def test_giving_up_concludes_the_check(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    conclude_failure(surroundings(hub, pull), "the worker died")

    (check,) = pull.checks()
    assert (check.status, check.conclusion) == ("completed", "neutral")
    assert "the worker died." in (check.summary or "")


def test_a_closed_pull_request_is_left_alone(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    pull.close(by="maria")

    reviewed(hub, pull)

    assert pull.checks() == ()


def test_two_pull_requests_with_one_head_have_a_check_each(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.repository.push("release", {"README.md": "Hello\n"}, by="maria")
    other = hub.repository.open_pull_request("add-email", by="maria", base="release")

    reviewed(hub, pull)
    reviewed(hub, other)

    assert len({check.external_id for check in pull.checks()}) == 2


def test_a_review_costs_few_calls_and_the_next_one_fewer_bytes(hub: Hub) -> None:
    files = {f"{FOLDER}/2024010112000{number}_m.exs": ADD_INDEX for number in range(2)}
    three = ADD_INDEX.replace(
        "[:email])\n", "[:email])\n    create index(:users, [:a])\n    create index(:users, [:b])\n"
    )
    pull = hub.opens({**files, f"{FOLDER}/20240101120009_m.exs": three})
    context = surroundings(hub, pull)

    review_pull_request(context)

    assert len(pull.threads()) == 5
    assert context.github.calls <= 13


def test_contents_are_fetched_once(hub: Hub) -> None:
    pull, memory = hub.opens({NEW: ADD_INDEX}), FakeMemory()
    first = surroundings(hub, pull, memory=memory)
    review_pull_request(first)
    second = surroundings(hub, pull, memory=memory)

    review_pull_request(second)

    assert len(memory.blobs) == 3
    assert second.github.calls == first.github.calls - 4  # no blobs, no check run, no review, no reading back


@pytest.mark.parametrize("writes", range(4))
def test_a_worker_that_dies_anywhere_leaves_nothing_twice(hub: Hub, writes: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    with pytest.raises(LeaseEnded):
        review_pull_request(surroundings(hub, pull, lease=FakeLease(writes)))
    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads()), len(pull.checks())) == (1, 1, 1)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_a_review_whose_answer_was_lost_is_found_and_not_repeated(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/reviews$", status=502, after=True)

    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads())) == (1, 1)


def test_a_review_that_did_not_arrive_is_posted_on_the_next_try(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/reviews$", status=502)

    with pytest.raises(RetryLater):
        review_pull_request(surroundings(hub, pull))
    reviewed(hub, pull)

    assert (len(pull.look().reviews), len(pull.threads())) == (1, 1)


class Interrupted(Client):
    """A client that is frozen just before it posts its review, while another worker is not."""

    meanwhile: Callable[[], None]

    def post_review(self, review: Review) -> None:
        self.meanwhile()
        super().post_review(review)


def test_what_two_workers_said_at_once_is_said_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    frozen = Interrupted(hub.app, hub.key(pull))
    frozen.meanwhile = lambda: reviewed(hub, pull)

    review_pull_request(replace(surroundings(hub, pull), github=frozen))

    assert len(pull.threads()) == 1


class Beaten(Interrupted):
    """A client to whom the other worker is always one step ahead."""

    def delete(self, comment: int) -> None:
        super().delete(comment)
        super().delete(comment)


def test_a_copy_that_another_worker_took_back_is_no_trouble(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    frozen = Beaten(hub.app, hub.key(pull))
    frozen.meanwhile = lambda: reviewed(hub, pull)

    assert review_pull_request(replace(surroundings(hub, pull), github=frozen)) == Done()

    assert len(pull.threads()) == 1


class Rebased(Client):
    """A client that posts its review just after the branch was rewritten."""

    meanwhile: Callable[[], object]

    def post_review(self, review: Review) -> None:
        self.meanwhile()
        super().post_review(replace(review, head="0" * 40))


def test_a_review_that_comes_too_late_is_made_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    late = Rebased(hub.app, hub.key(pull))
    late.meanwhile = lambda: pull.push({NEW: FIXED}, by="maria")

    outcome = review_pull_request(replace(surroundings(hub, pull), github=late))
    reviewed(hub, pull)

    assert outcome == Later(0, "the head moved")
    assert conclusion(pull) == ("success", "No objection to 1 migration")


class Stubborn(Client):
    """A client whose GitHub takes no comment on line 7, and does not say which of a review's comments it means."""

    def post_review(self, review: Review) -> None:
        if any(comment.last == 7 for comment in review.comments):
            review = replace(review, comments=(*review.comments, InlineComment(NEW, 999, 999, "nowhere")))
        super().post_review(review)


def test_one_comment_that_github_refuses_costs_only_that_comment(hub: Hub) -> None:
    pull = hub.opens({NEW: THIRTY})

    review_pull_request(replace(surroundings(hub, pull), github=Stubborn(hub.app, hub.key(pull))))

    (check,) = pull.checks()
    assert len(pull.threads()) == 24
    assert 7 not in {thread.line for thread in pull.threads()}
    assert 7 in {annotation["start_line"] for annotation in check.annotations}


@pytest.mark.parametrize("call", range(12))
def test_whichever_answer_is_lost_the_review_is_right_and_there_once(hub: Hub, call: int) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    context = surroundings(hub, pull)
    hub.standin.fail(path="/repos/|/graphql", skip=call, status=502, after=True)

    for _ in range(2):
        with suppress(RetryLater):
            review_pull_request(context)

    assert hub.standin.heal() == 1
    assert (len(pull.look().reviews), len(pull.threads()), len(pull.checks())) == (1, 1, 1)
    assert conclusion(pull) == ("failure", "1 outage in 1 migration")


def test_a_hostile_table_pings_nobody(hub: Hub) -> None:
    hostile = ADD_INDEX.replace(":users", ':"@everyone`</code><img src=x>"').replace("create index(", "remove :x # ")
    pull = hub.opens({NEW: hostile})

    reviewed(hub, pull)

    outside_code = re.sub(r"(`+).*?\1", "", pull.threads()[0].comments[0].body)
    assert "@everyone" not in outside_code
    assert "<img" not in outside_code
