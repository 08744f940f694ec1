"""The real servers that tests stand on."""

import os
import secrets
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.services.postgres import PostgresServer
from deploy.services.redis import RedisServer


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis that a test may kill and start again."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest) -> str:
    """The address of a real Redis: ECTO_FIX_REDIS_URL's, or one of our own."""
    given = os.environ.get("ECTO_FIX_REDIS_URL")  # noqa: TID251 - whoever runs the tests names their own server
    if given:
        return given
    server: RedisServer = request.getfixturevalue("redis_server")
    return server.url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for the whole run; tests take `postgres`, a database of their own in it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[psycopg.Connection]:
    """A connection to an empty database, in autocommit, that is dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
        with psycopg.connect(postgres_server.url_of(name), autocommit=True) as connection:
            yield connection
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium; no longer than a module, for its event loop occupies the thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window without a history."""
    page = browser.new_page()
    page.set_default_timeout(15_000)
    yield page
    page.close()
