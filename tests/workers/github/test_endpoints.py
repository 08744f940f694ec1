"""Requests are counted by endpoint, without naming anybody."""

import pytest

from workers.github.endpoints import endpoint


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("/repos/acme/shop/pulls/7", "/repos/*/*/pulls/*"),
        ("/repos/app/user/pulls/7/comments?page=2", "/repos/*/*/pulls/*/comments"),
        ("/repos/acme/shop/contents/lib/shop/user.ex", "/repos/*/*/contents/*"),
        ("/repos/acme/shop/compare/main...feature", "/repos/*/*/compare/*"),
        ("/repos/acme/shop/commits/" + "a" * 40 + "/check-runs", "/repos/*/*/commits/*/check-runs"),
        ("/app/installations/42/access_tokens", "/app/installations/*/access_tokens"),
        ("/graphql", "/graphql"),
        ("/secret", "/*"),
    ],
)
def test_names_are_left_out(url: str, named: str) -> None:
    assert endpoint("GET", url) == f"GET {named}"
