"""Tests that hold on any PostgreSQL: on the one at hand each time, on others by `make prove`."""

import pytest

from rules.postgres.observation import MISSING, Observation, Outcome

OTHERS = (12, 15, 16, 18)
SINCE = 15  # every page is about what PostgreSQL has had since then at the latest
LACKING = MISSING | {"42601", "0A000"}  # what an older one calls a syntax error, or a feature that it lacks


def on_versions(fixture: str, *majors: int) -> pytest.MarkDecorator:
    """Run a test on the PostgreSQL at hand, and on others in the long proofs; *fixture* takes the version, or None."""
    others = (pytest.param(major, id=f"PostgreSQL {major}", marks=pytest.mark.prove) for major in majors)
    return pytest.mark.parametrize(fixture, [pytest.param(None, id="at hand"), *others], indirect=True)


on_any_postgres = on_versions("databases", *OTHERS)


def lacks(major: int, seen: Observation) -> bool:
    """Tell whether an old PostgreSQL lacks what was tried: a function, a word, an extension that owners may create."""
    refused = {one.sqlstate for one in (seen.up.refusal, seen.down.refusal) if one is not None}
    return major < SINCE and (seen.outcome is Outcome.NOT_REHEARSED or not refused.isdisjoint(LACKING))
