"""PyGithub, githubkit and Octokit live through the same story, and neither they nor GitHub's document object."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.clients import Stage, by_githubkit, by_octokit, by_pygithub
from tests.standin.conftest import NEW, NEW_TEXT, OLD, Caller


@pytest.mark.parametrize("live", [by_pygithub, by_githubkit, by_octokit])
@pytest.mark.parametrize("at", ["", "/api/v3"], ids=["github.com", "enterprise"])
def test_every_client_lives_through_the_same_story(
    standin: StandIn,
    repository: Repository,
    pull: PullRequest,
    bot: Caller,
    live: Callable[[Stage], dict[str, Any]],
    at: str,
) -> None:
    owner, _, name = repository.name.partition("/")
    before = len(standin.violations())
    stage = Stage(standin.url + at, bot.token, owner, name, pull.number, NEW, 5, OLD, 20, "sam")

    seen = live(stage)

    assert seen == {
        "files": sorted((NEW, OLD)),
        "text": NEW_TEXT,
        "checks": ["success"],
        "permission": "write",
        "refusal": 422,
    }
    picture = pull.look()
    (thread,) = picture.threads
    assert [each.body for each in thread.comments] == ["Here.", "Done."]
    assert thread.comments[0].reactions == ("rocket",)
    assert [(each.body, each.edited) for each in picture.comments] == [("Better summary", True)]
    assert repository.read(NEW, ref="index-users") == "better\n"
    assert standin.violations()[before:] == []
