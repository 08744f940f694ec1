"""Who is let in, to what, and in which words GitHub sends others away."""

from typing import Any

import pytest
import requests

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.conftest import Caller, as_app, as_installation, new_repository

HOUR = 3600


def test_the_app_is_known_by_its_json_web_token(standin: StandIn) -> None:
    answer = as_app(standin).get("/app")

    assert (answer.status_code, answer.json()["slug"]) == (200, "ecto-fix")


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": 1}, "'Expiration time' claim ('exp') must be in the future"),
        ({"exp": 99_999_999_999}, "'Expiration time' claim ('exp') is too far in the future"),
        ({"iss": "7"}, "Integration not found"),
    ],
)
def test_a_json_web_token_must_be_fresh_short_lived_and_its_own(
    standin: StandIn, claims: dict[str, Any], words: str
) -> None:
    answer = as_app(standin, **claims).get("/app")

    assert (answer.status_code, answer.json()["message"]) == (401, words)


def test_a_json_web_token_of_another_key_cannot_be_decoded(standin: StandIn) -> None:
    good = as_app(standin).token
    forged = good[:-8] + ("AAAAAAAA" if not good.endswith("AAAAAAAA") else "BBBBBBBB")

    answer = Caller(standin.url, forged).get("/app")

    assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_an_installation_token_is_not_enough_for_the_apps_own_endpoints(bot: Caller) -> None:
    bot.home = ""

    assert bot.get("/app/hook/deliveries").status_code == 401


def test_a_json_web_token_is_not_enough_for_a_repository(standin: StandIn, repository: Repository) -> None:
    answer = as_app(standin).get(f"/repos/{repository.name}")

    assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")


def test_a_token_lives_for_an_hour(own: StandIn) -> None:
    bot = as_installation(own, new_repository(own))

    own.advance(HOUR - 5)
    before = bot.get("").status_code
    own.advance(10)
    after = bot.get("")

    assert before == 200
    assert (after.status_code, after.json()["message"]) == (401, "Bad credentials")


def test_a_token_for_one_repository_does_not_see_the_other(standin: StandIn, repository: Repository) -> None:
    other = standin.create_repository(repository.name.replace("shop", "secret"), {"a": "1\n"}, by="maria")
    narrow = as_installation(standin, repository, repository_ids=[repository.id])

    assert narrow.get("").status_code == 200
    assert Caller(standin.url, narrow.token).get(f"/repos/{other.name}").status_code == 404


def test_a_public_repository_can_be_read_but_not_written_with_a_token_for_another(
    standin: StandIn, repository: Repository
) -> None:
    public = standin.create_repository(f"{repository.name}-site", {"a": "1\n"}, by="maria", private=False)
    sha = public.push("topic", {"a": "2\n"}, by="maria")
    narrow = as_installation(standin, repository, repository_ids=[repository.id])
    narrow.home = f"/repos/{public.name}"

    assert narrow.get("").status_code == 200
    assert narrow.post("/check-runs", name="ecto-fix", head_sha=sha).status_code == 403


def test_a_token_says_what_it_opens(standin: StandIn, repository: Repository) -> None:
    app = as_app(standin)
    number = app.get(f"/repos/{repository.name}/installation").json()["id"]

    wanted = {"repository_ids": [repository.id], "permissions": {"contents": "read"}}
    made = app.post(f"/app/installations/{number}/access_tokens", **wanted)

    assert made.status_code == 201
    assert made.json()["permissions"] == {"contents": "read", "metadata": "read"}
    assert [each["full_name"] for each in made.json()["repositories"]] == [repository.name]


@pytest.mark.parametrize(
    "wanted",
    [{"permissions": {"administration": "write"}}, {"permissions": {"members": "write"}}, {"repository_ids": [1]}],
)
def test_a_token_cannot_be_for_more_than_was_granted(
    standin: StandIn, repository: Repository, wanted: dict[str, Any]
) -> None:
    app = as_app(standin)
    number = app.get(f"/repos/{repository.name}/installation").json()["id"]

    assert app.post(f"/app/installations/{number}/access_tokens", **wanted).status_code == 422


def test_a_missing_permission_is_said_to_be_missing(
    standin: StandIn, repository: Repository, pull: PullRequest
) -> None:
    reader = as_installation(standin, repository, permissions={"pull_requests": "read"})

    assert reader.get(f"/pulls/{pull.number}").status_code == 200
    for answer in (
        reader.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="Hm"),
        reader.post("/check-runs", name="ecto-fix", head_sha=pull.look().head_sha),
        reader.get("/contents/mix.exs"),
    ):
        assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")


def test_a_suspended_installation_is_locked_out(standin: StandIn, repository: Repository, bot: Caller) -> None:
    standin.set_installation(repository.name, suspended=True)

    assert bot.get("").status_code == 403


def test_a_revoked_token_is_worthless(bot: Caller) -> None:
    token = Caller(bot.url, bot.token)

    assert token.ask("DELETE", "/installation/token").status_code == 204
    assert bot.get("").json()["message"] == "Bad credentials"


def test_strangers_do_not_see_what_is_private(standin: StandIn, repository: Repository) -> None:
    stranger = Caller(standin.url, standin.user("eve").token, f"/repos/{repository.name}")
    nobody = Caller(standin.url, "", f"/repos/{repository.name}")

    assert stranger.get("").status_code == 404
    assert nobody.get("").status_code == 401


def test_only_apps_make_check_runs(standin: StandIn, repository: Repository, pull: PullRequest) -> None:
    person = Caller(standin.url, standin.user("maria").token, f"/repos/{repository.name}")

    answer = person.post("/check-runs", name="mine", head_sha=pull.look().head_sha)

    assert (answer.status_code, answer.json()["message"]) == (403, "You must authenticate via a GitHub App.")


@pytest.mark.parametrize(
    ("login", "permission", "role"),
    [
        ("maria", "admin", "admin"),
        ("sam", "write", "write"),
        ("mo", "write", "maintain"),
        ("tia", "read", "triage"),
        ("rita", "read", "read"),
        ("eve", "none", "none"),
    ],
)
def test_the_old_word_for_a_permission_hides_the_role(
    repository: Repository, bot: Caller, login: str, permission: str, role: str
) -> None:
    repository.allow("mo", "maintain")
    repository.allow("tia", "triage")
    repository.standin.user("eve")

    answer = bot.get(f"/collaborators/{login}/permission").json()

    assert (answer["permission"], answer["role_name"]) == (permission, role)


def test_an_unknown_version_of_the_api_is_refused(bot: Caller) -> None:
    assert bot.ask("GET", "", headers={"X-GitHub-Api-Version": "2022-11-28"}).status_code == 200
    assert bot.ask("GET", "", headers={"X-GitHub-Api-Version": "1999-01-01"}).status_code == 400


def test_the_api_is_also_where_enterprise_server_has_it(bot: Caller) -> None:
    enterprise = Caller(f"{bot.url}/api/v3", bot.token, bot.home)

    repository = enterprise.get("").json()
    viewer = requests.post(
        f"{bot.url}/api/graphql",
        json={"query": "{ viewer { login } }"},
        headers={"Authorization": f"token {bot.token}"},
        timeout=30,
    ).json()

    assert repository["url"].startswith(f"{bot.url}/api/v3/repos/")
    assert viewer == {"data": {"viewer": {"login": "ecto-fix[bot]"}}}
