"""A pull request is reviewed: what people see on it afterwards."""

import re
from dataclasses import replace

import pytest

from rules.finding import Report
from rules.settings import Settings
from rules.source import Change
from tests.workers.github.hub import ADD_INDEX, FOLDER, NEW, OLD, Hub
from tests.workers.review.surroundings import (
    CLEAN,
    FIXED,
    THIRTY,
    FakeMemory,
    conclusion,
    judge,
    reviewed,
    surroundings,
)
from workers.review.flow import review_pull_request


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
    assert [comment.body for comment in thread.comments[1:]] == [f"Fixed as of {pull.look().head_sha[:7]}."]


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

    (check,) = pull.checks()
    assert [(thread.subject, thread.line) for thread in pull.threads()] == [("line", 46), ("file", None)]
    assert "in line 5 · " in pull.threads()[1].comments[0].body
    assert check.annotations == ()


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
    assert [thread.subject for thread in pull.threads()] == ["file"]  # the diff of a renamed file shows no line
    assert check.annotations == ()


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

    (check,) = pull.checks("ecto-fix")
    assert check.conclusion == "neutral"
    assert "- Line 1: there is no setting `gat`; `gate` is near" in (check.summary or "")


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
    owner = f"thrifty-{hub.repository.id}"
    hub.standin.create_repository(f"{owner}/.github", {".github/ecto-fix.yml": "gate: [outage]\n"})
    hub = replace(hub, repository=hub.standin.create_repository(f"{owner}/shop", {OLD: "# nothing\n"}))
    pull = hub.opens({**files, f"{FOLDER}/20240101120009_m.exs": three})
    context = surroundings(hub, pull)

    review_pull_request(context)

    assert len(pull.threads()) == 5
    assert "in the owner's repository" in pull.look().comments[0].body
    assert context.github.calls <= 14


def test_one_comment_sums_the_review_up_and_is_kept_up_to_date(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    (comment,) = pull.look().comments
    assert comment.body.startswith("**1 outage in 1 migration** at ")
    assert "| `20240101120000_add_email.exs` | **reversible**" in comment.body
    pull.push({NEW: FIXED}, by="maria")

    reviewed(hub, pull)

    (updated,) = pull.look().comments
    assert updated.id == comment.id
    assert updated.body.startswith("**No objection to 1 migration** at ")


def test_a_draft_is_not_summed_up(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX}, draft=True)

    reviewed(hub, pull)

    assert pull.look().comments == ()


def test_a_second_summary_of_a_frozen_worker_is_taken_back(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    reviewed(hub, pull)
    (comment,) = pull.look().comments
    hub.client(pull).say(comment.body)
    pull.push({NEW: THIRTY}, by="maria")

    reviewed(hub, pull)

    assert [one.id for one in pull.look().comments] == [comment.id]


def test_contents_are_fetched_once(hub: Hub) -> None:
    pull, memory = hub.opens({NEW: ADD_INDEX}), FakeMemory()
    first = surroundings(hub, pull, memory=memory)
    review_pull_request(first)
    second = surroundings(hub, pull, memory=memory)

    review_pull_request(second)

    assert len(memory.blobs) == 3
    assert second.github.calls == first.github.calls - 5  # blobs, check run, review, reading back, summary


def test_a_hostile_table_pings_nobody(hub: Hub) -> None:
    hostile = ADD_INDEX.replace(":users", ':"@everyone`</code><img src=x>"').replace("create index(", "remove :x # ")
    pull = hub.opens({NEW: hostile})

    reviewed(hub, pull)

    outside_code = re.sub(r"(`+).*?\1", "", pull.threads()[0].comments[0].body)
    assert "@everyone" not in outside_code
    assert "<img" not in outside_code


def test_a_mistake_in_a_configuration_is_shown_on_its_line(hub: Hub) -> None:
    pull = hub.opens({".github/ecto-fix.yml": "gate: [outage]\npostgress: 16\n"})

    reviewed(hub, pull)

    (check,) = pull.checks("ecto-fix configuration")
    assert check.conclusion == "failure"
    assert [(one["path"], one["start_line"]) for one in check.annotations] == [(".github/ecto-fix.yml", 2)]
    pull.push({".github/ecto-fix.yml": "gate: [outage]\npostgres: 16\n"}, by="maria")
    reviewed(hub, pull)
    assert pull.checks("ecto-fix configuration")[-1].conclusion == "success"


def test_a_configuration_where_nobody_reads_it_is_told_where_it_belongs(hub: Hub) -> None:
    pull = hub.opens({".github/ecto-fix.yaml": "gate: []\n", NEW: ADD_INDEX})

    reviewed(hub, pull)

    (check,) = pull.checks("ecto-fix configuration")
    assert check.conclusion == "failure"
    assert [one["path"] for one in check.annotations] == [".github/ecto-fix.yaml"]
    assert "rename it to" in check.annotations[0]["message"]
    assert [one.conclusion for one in pull.checks("ecto-fix")] == ["failure"]


def test_the_owners_configuration_is_read_once_in_a_while(hub: Hub) -> None:
    shared = hub.standin.create_repository("orchard/.github", {".github/ecto-fix.yml": "gate: []\n"})
    hub = replace(hub, repository=hub.standin.create_repository("orchard/shop", {OLD: "# nothing\n"}))
    pull, again = hub.opens({NEW: ADD_INDEX}), hub.opens({f"{FOLDER}/20240102000000_again.exs": ADD_INDEX}, "again")

    reviewed(hub, pull)
    reviewed(hub, again)

    assert conclusion(pull)[0] == conclusion(again)[0] == "neutral"
    assert "in the owner's repository" in pull.look().comments[0].body
    asked = [one for one in hub.standin.requests() if f"/repos/{shared.name}/contents" in one["path"]]
    assert len(asked) == 1
