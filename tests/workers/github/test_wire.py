"""What is repeated and what is not, when GitHub stumbles; and that nobody sleeps through its limits."""

import pytest

from tests.workers.github.hub import ADD_INDEX, NEW, Hub
from workers.github import wire
from workers.github.errors import Forbidden, NotFound, Rejected, RetryLater, StaleHead, Trouble, Unclear
from workers.github.models import (
    Annotation,
    CheckOutput,
    Conclusion,
    InlineComment,
    Level,
    NewCommit,
    Review,
)
from workers.github.wire import path

OUTPUT = CheckOutput("1 outage", "It locks `users`.")
ANNOTATED = CheckOutput("1 outage", "…", (Annotation(NEW, 1, 1, Level.NOTICE, "rule", "Said once."),))


def test_every_part_of_a_path_stays_one_part() -> None:
    assert path("repos", "o/../x", "a#b?c=%2F", 7) == "/repos/o%2F..%2Fx/a%23b%3Fc%3D%252F/7"


@pytest.mark.parametrize("fault", [{"status": 502}, {"status": 503}, {"status": 521}, {"status": 408}, {"drop": True}])
def test_a_question_is_asked_again(hub: Hub, fault: dict[str, int]) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    hub.standin.fail(method="GET", path="/pulls/1$", count=2, **fault)

    assert client.pull_request().number == 1
    assert client.calls == 3


def test_an_outage_puts_the_job_back(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    hub.standin.fail(method="GET", path="/pulls/1$", count=9, status=502)

    with pytest.raises(RetryLater, match="502"):
        client.pull_request()

    assert client.calls == 3


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
def test_a_review_whose_answer_was_lost_is_not_posted_again(hub: Hub, fault: dict[str, int]) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/reviews$", after=True, **fault)

    with pytest.raises(Unclear):
        hub.client(pull).post_review(Review(pull.look().head_sha, "1 outage.", (InlineComment(NEW, 5, 5, "Once."),)))

    assert len(pull.look().reviews) == 1


def test_an_answer_whose_arrival_is_unclear_is_not_given_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hub.standin.fail(method="POST", path="/issues/1/comments$", after=True, status=502)

    with pytest.raises(Unclear):
        hub.client(pull).answer(hub.command(pull), "Done.")

    assert [comment.body for comment in pull.look().comments] == ["Done."]


def test_a_commit_whose_answer_was_lost_is_not_made_again(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    change = NewCommit(hub.repository.name, "add-email", pull.look().head_sha, "Once", "", {NEW: "x\n"})
    client = hub.client(pull)
    hub.standin.fail(method="POST", path="/graphql$", after=True, status=502)

    with pytest.raises(Unclear):
        client.commit(change)

    messages = [commit["message"] for commit in hub.repository.log("add-email")]
    assert [message for message in messages if message.startswith("Once")] == ["Once"]


def test_a_check_run_whose_answer_was_lost_is_found(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha
    hub.standin.fail(method="POST", path="/check-runs$", after=True, status=502)

    run = client.start_check(head, "1/abc")

    assert [check.id for check in pull.checks()] == [run.id]


def test_a_check_run_that_was_not_created_puts_the_job_back(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha
    hub.standin.fail(method="POST", path="/check-runs$", status=502)

    with pytest.raises(RetryLater):
        client.start_check(head, "1/abc")

    assert pull.checks() == ()


def test_a_check_is_concluded_in_spite_of_a_lost_answer(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha
    run = client.start_check(head, "1/abc")
    hub.standin.fail(method="PATCH", path="/check-runs/", status=502, count=2)

    client.conclude_check(run, Conclusion.FAILURE, OUTPUT)

    assert [check.conclusion for check in pull.checks()] == ["failure"]


def test_annotations_are_said_once_though_an_answer_was_lost(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client, head = hub.client(pull), pull.look().head_sha
    run = client.start_check(head, "1/abc")
    hub.standin.fail(method="PATCH", path="/check-runs/", status=502, after=True)

    with pytest.raises(RetryLater):
        client.conclude_check(run, Conclusion.FAILURE, ANNOTATED)
    client.conclude_check(client.start_check(head, "1/abc"), Conclusion.FAILURE, ANNOTATED)

    (check,) = pull.checks()
    assert [annotation["message"] for annotation in check.annotations] == ["Said once."]


def test_a_secondary_limit_says_for_how_long_to_stay_away(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    hub.standin.hit_secondary_limit(path="/comments$", retry_after=3600)

    with pytest.raises(RetryLater) as limit:
        client.answer(hub.command(pull), "Done.")

    assert limit.value.seconds == 3600
    assert pull.look().comments == ()


def test_a_secondary_limit_without_a_time_is_a_minute(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    client = hub.client(pull)
    hub.standin.hit_secondary_limit(path="/comments$", retry_after=None)

    with pytest.raises(RetryLater) as limit:
        client.answer(hub.command(pull), "Done.")

    assert limit.value.seconds == 60


def test_too_many_requests_is_a_limit_too(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    hub.standin.fail(method="GET", path="/pulls/1$", status=429, headers={"Retry-After": "7"})

    with pytest.raises(RetryLater) as limit:
        client.pull_request()

    assert limit.value.seconds == 7


def test_what_older_servers_call_abuse_is_a_limit_too(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    refusal = {"status": 403, "message": "You have triggered an abuse detection mechanism."}
    hub.standin.fail(method="GET", path="/pulls/1$", **refusal)

    with pytest.raises(RetryLater):
        client.pull_request()


def test_the_primary_limit_ends_when_github_says(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    hub.standin.limit(1)

    with pytest.raises(RetryLater) as limit:
        [client.pull_request() for _ in range(3)]
    hub.standin.limit(5000)

    assert 0 < limit.value.seconds <= 3600


def test_graphql_falls_and_is_asked_again(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    hub.standin.fail(method="POST", path="/graphql$", status=502)

    assert client.conversation().threads == ()
    assert client.calls == 2


def test_a_right_that_was_taken_away_is_forbidden(hub: Hub) -> None:
    client = hub.client(hub.opens({NEW: ADD_INDEX}))
    refusal = {"status": 403, "message": "Resource not accessible by integration"}
    hub.standin.fail(method="GET", path="/pulls/1$", count=2, **refusal)  # a new token has no more rights

    with pytest.raises(Forbidden, match="Resource not accessible by integration"):
        client.pull_request()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, RetryLater),
        ({"type": "RATE_LIMIT", "message": "API limit already exceeded for installation ID 7."}, RetryLater),
        ({"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}, RetryLater),
        ({"type": "NOT_FOUND", "message": "Could not resolve to a Repository"}, NotFound),
        ({"type": "FORBIDDEN", "message": "Resource not accessible by integration"}, Forbidden),
        ({"type": "STALE_DATA", "message": "Expected branch to point to"}, StaleHead),
        ({"type": "UNPROCESSABLE", "message": "A path was requested that is not valid"}, Rejected),
        ({"message": "Something went wrong while executing your query."}, Unclear),
        ({"message": "We couldn't respond to your request in time. Sorry about that."}, Unclear),
        ({"message": "Field 'x' doesn't exist on type 'Query'"}, Rejected),
    ],
)
def test_every_error_of_graphql_is_told_apart(error: dict[str, str], kind: type[Trouble]) -> None:
    with pytest.raises(kind):
        wire._refuse_graphql(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 1),
        ({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"}, 1),
        ({"x-ratelimit-remaining": "0"}, 60),
        ({}, 60),
    ],
)
def test_github_says_how_long_to_wait_or_it_is_a_minute(headers: dict[str, str], seconds: float) -> None:
    assert wire._wait(headers) == seconds


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"message": "Unprocessable Entity", "errors": ["line must be part of the diff"]}, "line must be part"),
        ({"message": "Validation Failed", "errors": [{"field": "line", "code": "custom"}]}, "'field': 'line'"),
        ("<html>a gateway's page</html>", "a gateway's page"),
    ],
)
def test_every_shape_of_refusal_is_told_in_full(data: object, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        wire._refuse(422, {}, data)
