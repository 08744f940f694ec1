"""The client speaks GitHub: every method against the stand-in, over real HTTP."""

from dataclasses import replace

import pytest

from tests.workers.github.hub import ADD_INDEX, CREATE_USERS, FOLDER, NEW, OLD, Hub
from workers.github import git_data
from workers.github.auth import WRITING, App
from workers.github.client import Client, git_hash
from workers.github.errors import Forbidden, NotFound, Rejected, StaleHead
from workers.github.models import (
    Annotation,
    CheckOutput,
    Conclusion,
    InlineComment,
    Level,
    NewCommit,
    Reaction,
    Review,
    TreeEntry,
)
from workers.jobs import PullRequestKey

OUTPUT = CheckOutput("1 outage", "It *locks* `users`.")


def review(head: str, *comments: InlineComment) -> Review:
    return Review(head, "1 outage here.", comments)


ON_INDEX = InlineComment(NEW, 5, 5, "This locks `users`.")


def test_a_pull_request_is_read(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX}, draft=True)

    read = hub.client(pull).pull_request()

    assert (read.number, read.author, read.open, read.draft, read.from_fork) == (1, "maria", True, True, False)
    assert (read.head.branch, read.head.sha) == ("add-email", pull.look().head_sha)
    assert (read.base.branch, read.base.repository) == ("main", hub.repository.name)


def test_a_pull_request_from_a_fork_says_so(hub: Hub) -> None:
    hub.standin.user("zoe")
    fork = hub.repository.fork(by="zoe")
    fork.push("patch-1", {NEW: ADD_INDEX}, by="zoe")
    pull = hub.repository.open_pull_request("patch-1", by="zoe", head_repository=fork.name)

    assert hub.client(pull).pull_request().from_fork


def test_without_a_token_the_reason_is_githubs(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    refusal = {"status": 422, "message": "The permissions requested are not granted to this installation."}
    hub.standin.fail(method="POST", path="/access_tokens$", **refusal)

    with pytest.raises(Forbidden, match="not granted"):
        client.pull_request()


def test_under_a_former_name_nothing_is_reviewed(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, former = hub.client(pull), f"/repos/{hub.repository.name}/pulls/1"
    client.pull_request()  # the token opens the repository whatever it is called
    hub.repository.rename(f"{hub.repository.name.partition('/')[2]}-2", by="maria")
    now = f"{hub.standin.url}/repos/{hub.repository.name}/pulls/1"
    hub.standin.fail(method="GET", path=f"{former}$", status=301, headers={"Location": now})

    with pytest.raises(NotFound, match="any more"):
        client.pull_request()


def test_a_comparison_begins_where_the_branches_parted(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    started = hub.repository.log()[0]["sha"]
    moved = hub.repository.push("main", {"README.md": "Hello\n"}, by="maria")

    compared = hub.client(pull).compare("main", pull.look().head_sha)

    assert (compared.merge_base, compared.base) == (started, moved)
    assert [(file.path, file.status) for file in compared.files.values()] == [(NEW, "added")]
    assert (compared.files[NEW].patch or "").startswith("@@ -0,0 +1,7 @@\n+defmodule")
    assert [commit.message for commit in compared.commits] == ["Change migrations"]


def test_a_branch_may_be_called_anything(hub: Hub) -> None:
    branch = "feature/#7&x=%2F"
    pull = hub.opens({NEW: ADD_INDEX}, branch)
    client = hub.client(pull)

    assert client.pull_request().head.branch == branch
    assert client.compare(branch, pull.look().head_sha).merge_base == pull.look().head_sha


def test_a_tree_lists_files_with_their_hashes(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    entries = hub.client(pull).tree(pull.look().head_sha)

    content = ADD_INDEX.encode()
    assert {entry.path for entry in entries} == {OLD, NEW, "mix.exs"}
    assert TreeEntry(NEW, "100644", git_hash(content), len(content)) in entries


def test_blobs_come_by_their_hash_whatever_they_hold(hub: Hub) -> None:
    contents = [b"", b"plain\n", "é \u202e\n".encode(), b"\xef\xbb\xbfbom", b"latin \xe9", b"nul \0", b"crlf\r\n"]
    pull = hub.opens({f"{FOLDER}/{number}.exs": content for number, content in enumerate(contents)})
    shas = [git_hash(content) for content in contents]

    assert hub.client(pull).blobs([*shas, "0" * 40]) == dict(zip(shas, contents, strict=True))


def test_many_blobs_come_in_few_requests(hub: Hub) -> None:
    contents = [f"# {number}\n".encode() for number in range(150)]
    pull = hub.opens({f"{FOLDER}/{number}.exs": content for number, content in enumerate(contents)})
    client = hub.client(pull)

    assert len(client.blobs(git_hash(content) for content in contents)) == 150
    assert client.calls == 2


def test_a_check_run_goes_from_queued_to_its_conclusion(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha

    run = client.start_check(head, "1/abc")
    (queued,) = pull.checks()
    client.progress_check(run, CheckOutput("Reading", "Reading 1 migration."))
    (running,) = pull.checks()
    client.conclude_check(run, Conclusion.FAILURE, OUTPUT)
    (ended,) = pull.checks()

    assert (queued.name, queued.status, queued.external_id) == ("ecto-fix", "queued", "1/abc")
    assert (running.status, running.title) == ("in_progress", "Reading")
    assert (ended.status, ended.conclusion, ended.title) == ("completed", "failure", "1 outage")


def test_a_check_run_is_created_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha

    first, second = (hub.client(pull).start_check(head, "1/abc") for _ in range(2))
    other = hub.client(pull).start_check(head, "2/abc")

    assert first == second
    assert other != first


def test_annotations_go_in_fifties_and_are_not_sent_twice(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha
    annotations = tuple(Annotation(NEW, line, line, Level.WARNING, "rule", f"{line}") for line in range(1, 121))
    client = hub.client(pull)
    run = client.start_check(head, "1/abc")

    client.conclude_check(run, Conclusion.FAILURE, replace(OUTPUT, annotations=annotations))
    again = client.start_check(head, "1/abc")
    client.conclude_check(again, Conclusion.FAILURE, replace(OUTPUT, annotations=annotations))

    (ended,) = pull.checks()
    assert [annotation["message"] for annotation in ended.annotations] == [str(line) for line in range(1, 121)]


def test_a_review_is_posted_whole_and_read_back(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha

    client.post_review(review(head, ON_INDEX, InlineComment(NEW, 4, 6, "```suggestion\n```")))

    (posted,) = pull.look().reviews
    assert (posted.state, posted.commit, len(posted.comments)) == ("COMMENTED", head, 2)
    said = client.conversation()
    assert said.head == head
    assert [(thread.path, thread.body) for thread in said.threads] == [
        (NEW, ON_INDEX.body),
        (NEW, "```suggestion\n```"),
    ]


@pytest.mark.parametrize(
    "comment",
    [
        InlineComment(NEW, 90, 90, "beyond the file"),
        InlineComment(NEW, 5, 90, "half beyond the file"),
        InlineComment(OLD, 5, 5, "a file that is not changed"),
        InlineComment(NEW, 5, 5, "x" * 70_000),
    ],
)
def test_a_review_with_one_comment_that_cannot_stand_is_rejected_whole(hub: Hub, comment: InlineComment) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    with pytest.raises(Rejected, match="422"):
        hub.client(pull).post_review(review(pull.look().head_sha, ON_INDEX, comment))

    assert pull.look().reviews == ()


def test_only_our_own_threads_are_ours(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    client.post_review(review(pull.look().head_sha, ON_INDEX))
    pull.review("COMMENT", by="maria", body="<!-- ecto-fix finding 0a1b -->")

    assert [thread.body for thread in client.conversation().threads] == [ON_INDEX.body]


def test_more_threads_than_a_page_are_all_read(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha
    for _ in range(5):
        client.post_review(review(head, *[ON_INDEX] * 25))

    assert len(client.conversation().threads) == 125


def test_what_we_said_a_hundred_comments_ago_is_found(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    client.say("The summary.")
    for number in range(100):
        pull.comment(f"Comment {number}.", by="maria")
    client.say("An answer.")

    assert [one.body for one in client.conversation().comments] == ["The summary.", "An answer."]


def test_a_thread_tells_who_resolved_it(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    client.post_review(review(pull.look().head_sha, ON_INDEX, ON_INDEX, ON_INDEX))
    by_us, by_maria, _ = client.conversation().threads

    client.resolve(by_us.id)
    pull.resolve(pull.threads()[1], by="maria")

    told = [(thread.resolved, thread.resolved_by_us) for thread in client.conversation().threads]
    assert told == [(True, True), (True, False), (False, False)]
    assert by_maria.id != by_us.id


def test_without_the_right_to_write_contents_a_thread_is_folded_instead(hub: Hub) -> None:
    permissions = {"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "write"}
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    client.post_review(review(pull.look().head_sha, ON_INDEX))
    (thread,) = client.conversation().threads
    hub.standin.set_installation(hub.repository.name, permissions=permissions)

    with pytest.raises(Forbidden):
        client.resolve(thread.id)
    client.minimize(thread.comment)

    assert [thread.minimized for thread in client.conversation().threads] == [True]
    hub.standin.set_installation(hub.repository.name, permissions=permissions | {"contents": "write"})


def test_a_comment_can_be_taken_back_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    client.post_review(review(pull.look().head_sha, ON_INDEX))
    (thread,) = client.conversation().threads

    client.delete(thread.comment_number)

    assert client.conversation().threads == ()
    with pytest.raises(NotFound):
        client.delete(thread.comment_number)


def test_we_answer_and_find_our_answers_and_only_ours(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    pull.comment("/ecto-fix", by="maria")

    client.answer(hub.command(pull), "Done.")

    assert client.answers() == ("Done.",)


def test_a_reaction_given_twice_is_one(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    comment = pull.comment("/ecto-fix", by="maria")

    for reaction in (Reaction.SEEN, Reaction.SEEN, Reaction.DONE):
        hub.client(pull).react(hub.command(pull, comment), reaction)

    (commented,) = pull.look().comments
    assert [reaction.split(":")[-1] for reaction in commented.reactions] == ["eyes", "rocket"]


@pytest.mark.parametrize(
    ("role", "may_push"), [("read", False), ("triage", False), ("write", True), ("maintain", True), ("admin", True)]
)
def test_what_a_person_may_do_is_asked_of_github(hub: Hub, role: str, may_push: bool) -> None:  # noqa: FBT001  # a case
    pull = hub.opens({NEW: ADD_INDEX})
    hub.repository.allow("zoe", role)

    zoe = hub.client(pull).collaborator("zoe")

    assert (zoe.login, zoe.may_push) == ("zoe", may_push)


def test_a_stranger_may_not_push_and_a_ghost_is_not_found(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.user("stranger")

    assert not hub.client(pull).collaborator("stranger").may_push
    with pytest.raises(NotFound):
        hub.client(pull).collaborator("no/such?user")


def commit(hub: Hub, head: str, **files: str) -> NewCommit:
    contents = {f"{FOLDER}/{name}.exs": text for name, text in files.items()}
    return NewCommit(hub.repository.name, "add-email", head, "Rewrite 1 migration", "Body", contents)


def test_a_commit_lands_on_the_branch(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    sha = hub.client(pull).commit(commit(hub, pull.look().head_sha, **{"1_é": "é\r\n"}))

    assert pull.look().head_sha == sha
    assert hub.repository.read(f"{FOLDER}/1_é.exs", ref="add-email") == "é\r\n"
    assert hub.repository.log("add-email")[0]["message"] == "Rewrite 1 migration\n\nBody"


def test_a_commit_on_a_head_that_moved_is_refused(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    seen = pull.look().head_sha
    moved = pull.push({NEW: CREATE_USERS}, by="maria")

    with pytest.raises(StaleHead):
        hub.client(pull).commit(commit(hub, seen, a="x"))

    assert pull.look().head_sha == moved


def test_a_commit_made_of_its_parts_lands_on_the_head_that_was_seen_or_nowhere(hub: Hub) -> None:
    hub.repository.push("add/é", {NEW: ADD_INDEX}, by="maria")
    pull = hub.repository.open_pull_request("add/é", by="maria")
    seen, wire = pull.look().head_sha, hub.app.at(hub.key(pull).installation_id, hub.repository.name, WRITING)
    change = replace(commit(hub, seen, a="x\r\n"), branch="add/é")

    made = git_data.commit(wire, change)
    with pytest.raises(StaleHead):
        git_data.commit(wire, replace(change, body="Again"))
    with pytest.raises(Rejected):
        git_data.commit(wire, replace(change, files={"../outside": "x"}))

    assert pull.look().head_sha == made
    assert hub.repository.read(f"{FOLDER}/a.exs", ref="add/é") == "x\r\n"
    assert hub.repository.read(NEW, ref="add/é") == ADD_INDEX


def test_a_path_that_git_would_not_have_is_rejected(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    change = replace(commit(hub, pull.look().head_sha), files={"../outside": "x"})

    with pytest.raises(Rejected):
        hub.client(pull).commit(change)


def test_a_shared_configuration_that_is_a_folder_is_none(hub: Hub) -> None:
    owner = f"orla-{hub.repository.name[-8:]}"
    shop = hub.standin.create_repository(f"{owner}/shop", {OLD: CREATE_USERS}, by=owner)
    hub.standin.create_repository(f"{owner}/.github", {".github/ecto-fix.yml/README.md": "Hello\n"}, by=owner)
    installation = hub.app.wire.get(f"/repos/{shop.name}/installation")["id"]

    assert Client(hub.app, PullRequestKey(installation, shop.name, 1)).shared_file(".github/ecto-fix.yml") is None


def test_what_is_not_there_is_not_found(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    nowhere = Client(hub.app, replace(hub.key(pull), number=77))

    with pytest.raises(NotFound):
        nowhere.pull_request()
    with pytest.raises(NotFound):
        nowhere.conversation()
    with pytest.raises(NotFound):
        nowhere.tree("0" * 40)


def test_an_enterprise_server_is_another_address(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    app = App(f"{hub.standin.url}/api/v3", hub.app.id, hub.app.private_key)
    client = Client(app, hub.key(pull))

    assert client.pull_request().number == 1
    assert client.conversation().head == pull.look().head_sha
