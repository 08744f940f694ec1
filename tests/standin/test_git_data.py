"""Trees, blobs, commits, references, contents and comparisons: all of it from real git."""

from base64 import b64decode
from typing import Any

import pytest

from deploy.standin.control import PullRequest, Repository
from tests.standin.conftest import NEW, OLD, OLD_TEXT, Caller


def head_of(bot: Caller, branch: str = "main") -> str:
    return str(bot.get(f"/git/ref/heads/{branch}").json()["object"]["sha"])


def test_a_tree_can_be_read_whole(bot: Caller) -> None:
    flat = bot.get("/git/trees/main").json()
    whole = bot.get("/git/trees/main", recursive="1").json()

    assert [each["path"] for each in flat["tree"]] == ["mix.exs", "priv"]
    assert OLD in [each["path"] for each in whole["tree"]]
    assert whole["truncated"] is False


def test_a_blob_comes_in_base64_or_raw(bot: Caller) -> None:
    tree = bot.get("/git/trees/main", recursive="1").json()["tree"]
    sha = next(each["sha"] for each in tree if each["path"] == OLD)

    encoded = bot.get(f"/git/blobs/{sha}").json()
    raw = bot.ask("GET", f"/git/blobs/{sha}", headers={"Accept": "application/vnd.github.raw+json"})

    assert b64decode(encoded["content"]).decode() == OLD_TEXT
    assert raw.text == OLD_TEXT


def test_contents_are_files_or_folders(bot: Caller, pull: PullRequest) -> None:
    file = bot.get(f"/contents/{NEW}", ref=pull.look().head_ref).json()
    folder = bot.get("/contents/priv/repo/migrations").json()
    root = bot.get("/contents/").json()

    assert b64decode(file["content"]).startswith(b"defmodule")
    assert [each["path"] for each in folder] == [OLD]
    assert [(each["name"], each["type"]) for each in root] == [("mix.exs", "file"), ("priv", "dir")]
    assert bot.get(f"/contents/{NEW}").status_code == 404
    assert bot.get("/contents/mix.exs", ref="nowhere").json()["message"] == "No commit found for the ref nowhere"


def test_a_commit_is_built_from_blob_and_tree_and_shown_to_the_pull_request(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha
    blob = bot.post("/git/blobs", content="better\n").json()["sha"]
    entry = {"path": NEW, "mode": "100644", "type": "blob", "sha": blob}
    tree = bot.post("/git/trees", base_tree=head, tree=[entry]).json()["sha"]
    commit = bot.post("/git/commits", message="Better", tree=tree, parents=[head]).json()

    moved = bot.patch("/git/refs/heads/index-users", sha=commit["sha"])

    assert moved.status_code == 200
    assert pull.look().head_sha == commit["sha"]
    assert commit["verification"]["verified"] is True
    assert {each["filename"] for each in bot.get(f"/pulls/{pull.number}/files").json()} == {NEW, OLD}


def test_a_commit_with_an_author_of_its_own_is_not_signed(bot: Caller) -> None:
    head = head_of(bot)
    tree = bot.get(f"/git/commits/{head}").json()["tree"]["sha"]
    author = {"name": "Maria", "email": "maria@example.com"}

    commit = bot.post("/git/commits", message="Mine", tree=tree, parents=[head], author=author).json()

    assert (commit["author"]["name"], commit["verification"]["verified"]) == ("Maria", False)


def test_a_branch_moves_only_forwards_unless_forced(bot: Caller, pull: PullRequest) -> None:
    main = head_of(bot)

    refused = bot.patch("/git/refs/heads/index-users", sha=main)
    forced = bot.patch("/git/refs/heads/index-users", sha=main, force=True)

    assert (refused.status_code, refused.json()["message"]) == (422, "Update is not a fast forward")
    assert forced.status_code == 200
    assert pull.look().head_sha == main


@pytest.mark.parametrize(
    ("path", "wanted", "words"),
    [
        ("/git/refs", {"ref": "refs/heads/main"}, "Reference already exists"),
        ("/git/refs", {"ref": "main"}, "Reference name must start with 'refs/heads/' or 'refs/tags/'."),
        ("/git/refs", {"ref": "refs/heads/x", "sha": "1" * 40}, "Object does not exist"),
        ("/git/commits", {"message": "m", "tree": "1" * 40}, "Tree SHA does not exist"),
        ("/git/trees", {"tree": [{"path": "../x", "mode": "100644", "content": "x"}]}, "tree.sha is not a valid blob"),
    ],
)
def test_what_git_cannot_do_is_said(bot: Caller, path: str, wanted: dict[str, Any], words: str) -> None:
    given = {"sha": head_of(bot)} if path == "/git/refs" else {}

    answer = bot.post(path, **(given | wanted))

    assert answer.status_code == 422
    assert answer.json()["message"].startswith(words)


def test_branches_are_made_matched_and_deleted(bot: Caller, repository: Repository) -> None:
    main = head_of(bot)
    bot.post("/git/refs", ref="refs/heads/fix/one", sha=main)
    bot.post("/git/refs", ref="refs/heads/fix/two", sha=main)

    matched = [each["ref"] for each in bot.get("/git/matching-refs/heads/fix").json()]
    gone = bot.ask("DELETE", "/git/refs/heads/fix/one").status_code

    assert matched == ["refs/heads/fix/one", "refs/heads/fix/two"]
    assert gone == 204
    assert bot.get("/git/ref/heads/fix/one").status_code == 404
    assert bot.get("/branches/fix%2Ftwo").json()["commit"]["sha"] == main
    assert repository.read("mix.exs", ref="fix/two") == "# mix\n"


def test_deleting_the_branch_closes_its_pull_request(bot: Caller, pull: PullRequest) -> None:
    bot.ask("DELETE", "/git/refs/heads/index-users")

    assert pull.look().state == "closed"


def test_a_comparison_starts_where_the_branch_left(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    repository.push("main", {"mix.exs": "# newer\n"}, by="maria")

    compared = bot.get("/compare/main...index-users").json()

    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("diverged", 1, 1)
    assert {each["filename"] for each in compared["files"]} == {NEW, OLD}
    assert compared["merge_base_commit"]["sha"] != head_of(bot)
    assert [each["sha"] for each in compared["commits"]] == [pull.look().head_sha]


def test_history_and_single_commits_are_shown(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha

    log = [each["sha"] for each in bot.get("/commits", sha="index-users").json()]
    commit = bot.get(f"/commits/{head}").json()
    pulls = [each["number"] for each in bot.get(f"/commits/{head}/pulls").json()]

    assert log == [head, head_of(bot)]
    assert commit["stats"] == {"additions": 9, "deletions": 2, "total": 11}
    assert pulls == [pull.number]


def test_a_rename_names_where_the_file_was(bot: Caller, pull: PullRequest) -> None:
    moved = OLD.replace("create_users", "create_people")
    pull.push({OLD: None, moved: OLD_TEXT}, by="sam")

    files = {each["filename"]: each for each in bot.get(f"/pulls/{pull.number}/files").json()}

    assert (files[moved]["status"], files[moved]["previous_filename"]) == ("renamed", OLD)
    assert "patch" not in files[moved]


def test_names_that_git_would_quote_arrive_as_they_are(bot: Caller, pull: PullRequest) -> None:
    odd = 'priv/repo/migrations/2024_ümlaut "quoted"\ttab.exs'
    pull.push({odd: "x\n"}, by="sam")

    files = {each["filename"]: each for each in bot.get(f"/pulls/{pull.number}/files").json()}

    assert files[odd]["patch"] == "@@ -0,0 +1 @@\n+x"


def test_binary_files_have_no_patch(bot: Caller, pull: PullRequest) -> None:
    pull.push({"logo.png": b"\x89PNG\0\0"}, by="sam")

    files = {each["filename"]: each for each in bot.get(f"/pulls/{pull.number}/files").json()}

    assert "patch" not in files["logo.png"]


def test_a_pull_request_can_be_had_as_a_diff_unless_it_is_too_large(bot: Caller, pull: PullRequest) -> None:
    small = bot.ask("GET", f"/pulls/{pull.number}", headers={"Accept": "application/vnd.github.diff"})
    pull.push({f"many/{number}.txt": "x\n" for number in range(300)}, by="sam")
    large = bot.ask("GET", f"/pulls/{pull.number}", headers={"Accept": "application/vnd.github.diff"})

    assert small.text.startswith("diff --git a/")
    assert (large.status_code, large.json()["errors"][0]["code"]) == (406, "too_large")
