"""Attacks on the door by somebody who only knows its address, and by broken clients."""

import gzip
import json
import select

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bot.payloads import comment, pull_request
from tests.bot.sender import OTHER_SECRET, Sender, signed

BODY = json.dumps(pull_request()).encode()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        signed(BODY)[:-1],
        signed(BODY) + "0",
        signed(BODY).upper(),
        signed(BODY).replace("sha256", "sha1"),
        signed(BODY).removeprefix("sha256="),
        signed(BODY + b"\n"),
        signed(json.dumps(pull_request(), indent=1).encode()),
        signed(BODY, "some-other-secret-of-the-right-length"),
        "sha256=" + "ü" * 64,
        "sha256=" + "\xff" * 64,
        f"{signed(BODY)},{signed(BODY, OTHER_SECRET)}",
    ],
)
def test_a_signature_that_is_not_of_these_bytes_is_refused(github: Sender, signature: str | None) -> None:
    status, answer = github.post(BODY, {"X-Hub-Signature-256": signature})

    assert status == 401
    assert answer == b'{"detail":"Unauthorized"}'
    assert github.inbox.waiting() == 0


def test_two_signatures_are_none(github: Sender) -> None:
    head = request_head(len(BODY), f"X-Hub-Signature-256: {signed(BODY)}")

    answer = github.raw(head, BODY)

    assert answer.startswith(b"HTTP/1.1 401")


def test_a_nul_in_a_signature_is_refused(github: Sender) -> None:
    head = request_head(len(BODY)).replace(b"sha256=", b"sha256=\x00")

    answer = github.raw(head, BODY)

    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": None}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"X-GitHub-Delivery": None}, 400),
        ({"X-GitHub-Delivery": "x" * 101}, 400),
        ({"X-GitHub-Delivery": "ü"}, 400),
        ({"X-GitHub-Event": None}, 400),
    ],
)
def test_an_envelope_that_github_does_not_use_is_refused(
    github: Sender, headers: dict[str, str | None], status: int
) -> None:
    assert github.post(BODY, headers)[0] == status


def test_a_compressed_bomb_is_not_inflated(github: Sender) -> None:
    bomb = gzip.compress(b"[" * 50_000_000)

    status, _ = github.post(bomb, {"Content-Encoding": "gzip", "X-Hub-Signature-256": signed(bomb)})

    assert status == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"pull_request"',
        b"{",
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"action": ' + b"9" * 5_000 + b"}",
    ],
)
def test_signed_bytes_that_are_no_json_object_are_a_bad_request(github: Sender, body: bytes) -> None:
    status, answer = github.post(body)

    assert status == 400
    assert answer == b'{"detail":"Bad Request"}'


@pytest.mark.parametrize(
    "payload",
    [
        pull_request(repository={"full_name": "acme/shop/../other"}),
        pull_request(repository={"full_name": "acme/\ud800"}),
        pull_request(repository={"full_name": "acme/shop#8\n"}),
        pull_request(installation=None),
        pull_request(installation={"id": True}),
        pull_request(installation={"id": "42"}),
        pull_request(pull_request={"number": 10**400}),
        pull_request(pull_request={"number": -1}),
        pull_request(pull_request={"number": 7.5}),
        comment(id=2**63) | {},
        comment(created_at="yesterday"),
        comment(created_at="2026-01-01T00:00:00"),
    ],
)
def test_a_signed_payload_without_what_the_event_needs_is_a_bad_request(
    github: Sender, payload: dict[str, object]
) -> None:
    event = "issue_comment" if "comment" in payload else "pull_request"

    assert github.deliver(event, payload) == 400
    assert github.inbox.waiting() == 0


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("repository", pull_request("renamed", changes={"repository": {"name": {"from": "\ud800"}}})),
        ("repository", pull_request("renamed", changes={"repository": {"name": {"from": "shop*"}}})),
        ("repository", pull_request("transferred", changes={"owner": {"from": {"user": {"login": "\ud800"}}}})),
        ("installation_repositories", pull_request("removed", repositories_removed=[{"full_name": "acme/\ud800"}])),
        ("push", pull_request(None, ref="refs/heads/\ud800", commits=[{"added": ["priv/repo/migrations/1_a.exs"]}])),
        ("push", pull_request(None, ref="refs/heads/a\nb", commits=[{"added": ["priv/repo/migrations/1_a.exs"]}])),
    ],
)
def test_a_name_that_github_does_not_give_is_a_bad_request(
    github: Sender, event: str, payload: dict[str, object]
) -> None:
    assert github.deliver(event, payload) == 400
    assert github.places() == []


def test_strange_but_valid_json_is_understood(github: Sender) -> None:
    body = b'{"action": "closed", "score": NaN, "action": "opened", ' + BODY[1:-1] + b', "title": "\\ud800"}'

    status, _ = github.post(body)

    assert status == 202
    assert github.inbox.waiting() == 1


def test_a_comment_of_lone_surrogates_is_kept_as_it_is(github: Sender) -> None:
    assert github.deliver("issue_comment", comment("/ecto-fix \ud800 \u202e \u0000")) == 202
    assert github.inbox.waiting() == 1


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payload=st.sampled_from([pull_request("edited"), comment("/ecto-fix")]),
    path=st.sampled_from(
        [
            *[("action",), ("installation",), ("installation", "id"), ("repository",), ("repository", "full_name")],
            *[("pull_request",), ("pull_request", "number"), ("changes",), ("issue",), ("issue", "number")],
            *[("issue", "pull_request"), ("comment",), ("comment", "id"), ("comment", "body"), ("comment", "user")],
            *[("comment", "user", "login"), ("comment", "created_at")],
        ]
    ),
    value=nonsense,
)
def test_any_field_may_hold_anything(
    github: Sender, payload: dict[str, object], path: tuple[str, ...], value: object
) -> None:
    event = "issue_comment" if "comment" in payload else "pull_request"

    status = github.deliver(event, replaced(payload, path, value))

    assert status in {202, 400}


@pytest.mark.usefixtures("impatience")
def test_a_body_over_the_cap_is_refused(github: Sender) -> None:
    answer = github.raw(request_head(26_214_401), b"x" * 1000)

    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_of_the_largest_size_is_read(github: Sender) -> None:
    padded = BODY[:-1] + b', "padding": "' + b"x" * (26_214_400 - len(BODY) - 15) + b'"}'
    assert len(padded) == 26_214_400

    status, _ = github.post(padded)

    assert status == 202


@pytest.mark.usefixtures("impatience")
def test_a_chunked_body_without_end_is_cut_off(github: Sender) -> None:
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"

    answer = github.raw(request_head(None, "Transfer-Encoding: chunked"), *[chunk] * 60)

    assert answer.startswith(b"HTTP/1.1 413") or answer == b""
    assert github.get("/healthz")[0] == 200


@pytest.mark.parametrize(
    "line",
    ["Content-Length: -5", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: five", "Transfer-Encoding: cow"],
)
def test_a_length_that_cannot_be_is_refused(github: Sender, line: str) -> None:
    answer = github.raw(request_head(None, line), b"12345")

    assert answer[:12] in {b"HTTP/1.1 400", b"HTTP/1.1 501"}


@pytest.mark.usefixtures("impatience")
@pytest.mark.parametrize(
    "request_line",
    [
        b"POST /webhook HTTP/1.0",
        b"POST /webhook HTTP/9.9",
        b"POST /webhook",
        b"POST http://127.0.0.1/webhook HTTP/1.1",
        b"POST /webhook\x00 HTTP/1.1",
        b"POST /" + b"a" * 20_000 + b" HTTP/1.1",
        b"POST /../webhook HTTP/1.1",
        b"PRI * HTTP/2.0",
        b"GET /webhook HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01",
    ],
)
def test_a_request_that_is_none_is_no_delivery(github: Sender, request_line: bytes) -> None:
    answer = github.raw(request_line + b"\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")

    assert answer[:10] in {b"", b"HTTP/1.1 4"}
    assert github.inbox.waiting() == 0


@pytest.mark.usefixtures("impatience")
@pytest.mark.parametrize(
    "said",
    [
        [f"Content-Length: {len(BODY)}", "Transfer-Encoding: chunked"],  # request smuggling
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Transfer-Encoding: xchunked"],
        [f"Content-Length: {len(BODY)}", f"Content-Length: {len(BODY)}1"],
        [f"Content-Length: +{len(BODY)}"],
        [f"Content-Length: 0x{len(BODY):x}"],
        [f"Content-Length: {'9' * 100}"],
    ],
)
def test_two_opinions_of_a_length_are_no_delivery(github: Sender, said: list[str]) -> None:
    answer = github.raw(request_head(None, *said), BODY)

    assert answer[:10] in {b"", b"HTTP/1.1 4", b"HTTP/1.1 5"}
    assert github.inbox.waiting() == 0


def test_a_body_shorter_than_it_says_is_not_accepted(github: Sender) -> None:
    with github.connected() as wire:
        wire.sendall(request_head(len(BODY) + 1) + BODY)

    assert github.deliver("ping", {}) == 202
    assert github.inbox.waiting() == 0


def test_a_body_with_more_after_it_is_one_delivery_and_one_bad_request(github: Sender) -> None:
    answer = github.raw(request_head(len(BODY)), BODY + b"\r\nnonsense\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 202")
    assert b"HTTP/1.1 400" in answer
    assert github.inbox.waiting() == 1


@pytest.mark.parametrize("headers", [b"X: " + b"x" * 65_536, b"X: x\r\n" * 10_000])
def test_headers_without_end_are_refused(github: Sender, headers: bytes) -> None:
    answer = github.raw(b"POST /webhook HTTP/1.1\r\nHost: x\r\n" + headers)

    assert answer.startswith(b"HTTP/1.1 400")


@pytest.mark.usefixtures("impatience")
def test_headers_that_never_end_are_hung_up_on(github: Sender) -> None:
    answer = github.raw(b"POST /webhook HTTP/1.1\r\nHost: x\r\n")

    assert answer == b""


@pytest.mark.usefixtures("impatience")
def test_a_connection_that_asks_for_nothing_is_hung_up_on(github: Sender) -> None:
    assert github.raw() == b""


def test_a_stalled_body_is_timed_out(github: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.webhook.ARRIVES_WITHIN", 0.2)

    answer = github.raw(request_head(len(BODY)), BODY[:-1])

    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.usefixtures("impatience")
def test_a_body_that_nobody_wants_is_not_waited_for(github: Sender) -> None:
    answer = github.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", b"x")

    assert answer.startswith(b"HTTP/1.1 200")


def test_a_thousand_aborts_leave_no_trace(github: Sender, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        for _ in range(100):
            with github.connected() as wire:
                wire.sendall(request_head(len(BODY)) + BODY[:10])
        assert github.get("/healthz")[0] == 200  # so never more than a few hundred at once, which is allowed

    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR", "CRITICAL"}] == []


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants to wait five seconds to see that five seconds are waited."""
    monkeypatch.setattr("bot.server.REQUEST_WITHIN", 0.2)


def test_small_bodies_do_not_wait_for_large_ones(github: Sender) -> None:
    with github.connected() as first, github.connected() as second:
        for wire in (first, second):
            wire.sendall(request_head(20_000_000) + b"x" * 1000)

        assert github.deliver("pull_request", pull_request()) == 202


@pytest.mark.parametrize("zeros", ["", "0000000000"])
def test_large_bodies_wait_until_there_is_room_for_them(github: Sender, zeros: str) -> None:
    body = BODY[:-1] + b', "padding": "' + b"x" * 300_000 + b'"}'
    head = request_head(None, f"Content-Length: {zeros}{len(body)}")
    head = head.replace(signed(BODY).encode(), signed(body).encode())
    with github.connected() as third:
        with github.connected() as first, github.connected() as second:
            for wire in (first, second):
                wire.sendall(request_head(20_000_000) + b"x" * 1000)
            github.get("/healthz")  # by now both are being read

            third.sendall(head + body)
            early, _, _ = select.select([third], [], [], 0.3)

        assert (early, third.recv(12)) == ([], b"HTTP/1.1 202")


def test_eight_hundred_silent_connections_do_not_keep_the_next_one_out(github: Sender) -> None:
    silent = [github.connect() for _ in range(800)]

    status = github.deliver("pull_request", pull_request())

    for wire in silent:
        wire.close()
    assert status == 202


def request_head(length: int | None, *more: str) -> bytes:
    """Return a well signed request's head for BODY."""
    said = [] if length is None else [f"Content-Length: {length}"]
    lines = [
        "POST /webhook HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "X-GitHub-Delivery: d-1",
        "X-GitHub-Event: pull_request",
        f"X-Hub-Signature-256: {signed(BODY)}",
    ]
    return "\r\n".join([*lines, *said, *more, "", ""]).encode()


def replaced(payload: dict[str, object], path: tuple[str, ...], value: object) -> dict[str, object]:
    first, *rest = path
    inner = payload.get(first)
    return payload | {first: replaced(inner, tuple(rest), value) if rest and isinstance(inner, dict) else value}
