"""What Prometheus is told, and who else is not."""

import secrets
from collections.abc import Mapping

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.bot.payloads import pull_request
from tests.bot.sender import METRICS_TOKEN, Sender, listening
from workers.figures import CALL_SECONDS, FIGURES, JOBS
from workers.memory.tally import Tally

ALLOWED = {"Authorization": f"Bearer {METRICS_TOKEN}"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"Authorization": "Bearer wrong"}])
def test_without_the_token_there_is_no_such_page(github: Sender, headers: Mapping[str, str]) -> None:
    assert github.get("/metrics", headers) == (404, b"")


def test_every_figure_is_named_before_it_has_a_case(github: Sender) -> None:
    named = set(_told(github))

    assert {f"ecto_fix_{figure.name}" for figure in FIGURES} <= named
    assert {"ecto_fix_jobs_waiting", "ecto_fix_oldest_due_seconds", "ecto_fix_jobs_dead"} <= named


def test_deliveries_are_counted_by_event_and_answer(redis_url: str) -> None:
    with listening(redis_url, f"test-{secrets.token_hex(6)}:") as github:
        github.deliver("pull_request", pull_request())
        github.deliver("star", {"action": "created"})
        github.post(b"{}", {"X-Hub-Signature-256": "sha256=" + "0" * 64})

        def counted() -> dict[tuple[str, str], float]:
            samples = _told(github)["ecto_fix_deliveries"].samples
            return {(one.labels["event"], one.labels["result"]): one.value for one in samples}

        github.until(lambda: len(counted()) == 3)
        assert counted() == {("pull_request", "accepted"): 1, ("other", "ignored"): 1, ("pull_request", "401"): 1}
        github.forget()


def test_what_waits_is_measured(github: Sender) -> None:
    github.deliver("pull_request", pull_request())

    told = _told(github)

    assert told["ecto_fix_jobs_waiting"].samples[0].value == 1
    assert told["ecto_fix_oldest_due_seconds"].samples[0].value > 0


def test_workers_are_heard_through_the_receiver(github: Sender) -> None:
    worker = Tally(github.redis, github.prefix)
    worker.count(JOBS, "ReviewPullRequest", "finished")
    worker.observe(CALL_SECONDS, 0.3, "GET /app")
    worker.observe(CALL_SECONDS, 99.0, "GET /app")
    worker.flush()

    told = _told(github)

    assert [one.value for one in told["ecto_fix_jobs"].samples] == [1]
    histogram = {one.labels.get("le", one.name): one.value for one in told["ecto_fix_github_call_seconds"].samples}
    assert (histogram["0.25"], histogram["0.5"], histogram["10.0"], histogram["+Inf"]) == (0, 1, 1, 2)
    assert histogram["ecto_fix_github_call_seconds_sum"] == pytest.approx(99.3)


def _told(github: Sender) -> dict[str, Metric]:
    status, text = github.get("/metrics", ALLOWED)
    assert status == 200
    return {family.name: family for family in text_string_to_metric_families(text.decode())}
