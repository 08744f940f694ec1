"""What the program remembers in tests, it forgets with them."""

import pytest


@pytest.fixture(autouse=True)
def _forgetful(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
