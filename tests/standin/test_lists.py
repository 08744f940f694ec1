"""Pages of lists, limits, and answers that were given before."""

from concurrent.futures import ThreadPoolExecutor

from deploy.standin.control import PullRequest, StandIn
from tests.standin.conftest import Caller, as_installation, new_pull, new_repository


def test_a_list_comes_in_pages_that_know_each_other(bot: Caller, pull: PullRequest) -> None:
    for number in range(7):
        pull.comment(f"Comment {number}", by="maria")
    path = f"/issues/{pull.number}/comments"

    pages = [bot.get(path, per_page=3, page=number) for number in (1, 2, 3, 4)]

    where = f"<{bot.url}{bot.home}{path}?per_page=3&page="
    assert [[each["body"][-1] for each in page.json()] for page in pages] == [
        ["0", "1", "2"],
        ["3", "4", "5"],
        ["6"],
        [],
    ]
    assert pages[0].headers["link"] == f'{where}2>; rel="next", {where}3>; rel="last"'
    assert pages[1].links.keys() == {"prev", "next", "last", "first"}
    assert pages[2].links.keys() == {"prev", "first"}


def test_a_page_has_thirty_unless_asked_and_a_hundred_at_most(bot: Caller, pull: PullRequest) -> None:
    pull.push({f"many/{number:03}.txt": "x\n" for number in range(120)}, by="sam")
    path = f"/pulls/{pull.number}/files"

    sizes = [len(bot.get(path, **query).json()) for query in ({}, {"per_page": 100}, {"per_page": 1000}, {"page": 5})]

    assert sizes == [30, 100, 100, 2]


def test_a_short_list_has_no_links(bot: Caller, pull: PullRequest) -> None:
    assert "link" not in bot.get(f"/pulls/{pull.number}/files").headers


def test_pull_requests_are_found_by_head_base_and_state(bot: Caller, pull: PullRequest) -> None:
    owner = pull.repository.name.split("/")[0]
    pull.repository.push("second", {"mix.exs": "# 2\n"}, by="sam")
    second = pull.repository.open_pull_request("second", by="sam")
    second.close(by="sam")

    def numbers(**query: str) -> list[int]:
        return [each["number"] for each in bot.get("/pulls", **query).json()]

    assert numbers() == [1]
    assert numbers(state="all") == [2, 1]
    assert numbers(state="closed") == [2]
    assert numbers(head=f"{owner}:index-users") == [1]
    assert numbers(head=f"{owner}:nowhere") == []
    assert numbers(base="main", state="all", sort="updated", direction="desc") == [2, 1]


def test_what_the_caller_has_already_costs_nothing(bot: Caller, pull: PullRequest) -> None:
    first = bot.get(f"/pulls/{pull.number}")

    same = bot.ask("GET", f"/pulls/{pull.number}", headers={"If-None-Match": first.headers["etag"]})
    pull.comment("News", by="maria")
    changed = bot.ask("GET", f"/pulls/{pull.number}", headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, same.content, changed.status_code) == (304, b"", 200)
    assert same.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"]


def test_requests_are_counted_until_none_is_left(own: StandIn) -> None:
    repository = new_repository(own)
    bot = as_installation(own, repository)
    own.limit(3)

    answers = [bot.get("") for _ in range(4)]
    left = Caller(own.url, bot.token).get("/rate_limit")
    own.advance(3601)
    renewed = as_installation(own, repository).get("")

    assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["2", "1", "0", "0"]
    assert (answers[3].status_code, answers[3].json()["message"]) == (403, "API rate limit exceeded for installation.")
    assert int(answers[3].headers["x-ratelimit-reset"]) > 0
    assert left.json()["rate"]["remaining"] == 0
    assert renewed.status_code == 200


def test_who_writes_faster_than_eighty_times_a_minute_is_told_to_wait(own: StandIn) -> None:
    pull = new_pull(new_repository(own))
    bot = as_installation(own, pull.repository)
    own.limit_speed()

    answers = [bot.post(f"/issues/{pull.number}/comments", body=str(number)) for number in range(81)]
    reading = bot.get(f"/pulls/{pull.number}").status_code
    own.advance(60)
    later = bot.post(f"/issues/{pull.number}/comments", body="Later").status_code

    assert [each.status_code for each in answers] == [201] * 80 + [403]
    assert "secondary rate limit" in answers[80].json()["message"]
    assert 0 < int(answers[80].headers["retry-after"]) <= 60
    assert (reading, later) == (200, 201)


def test_every_answer_can_be_named(bot: Caller) -> None:
    names = {bot.get("").headers["x-github-request-id"] for _ in range(3)}

    assert len(names) == 3


def test_many_callers_at_once_lose_nothing(bot: Caller, pull: PullRequest) -> None:
    path = f"/issues/{pull.number}/comments"

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda number: bot.post(path, body=str(number)).json()["id"], range(40)))

    assert len(set(answers)) == 40
    assert sorted(int(each.body) for each in pull.look().comments) == list(range(40))


def test_requests_can_be_counted(own: StandIn) -> None:
    repository = new_repository(own)
    pull, bot = new_pull(repository), as_installation(own, repository)
    before = len(own.requests())

    bot.get(f"/pulls/{pull.number}")
    bot.get("/pulls/99")

    seen = [(each["method"], each["path"].rpartition("/")[2], each["status"]) for each in own.requests()[before:]]
    assert seen == [("GET", "1", 200), ("GET", "99", 404)]
