"""Every request is held against GitHub's published document, and so is every answer."""

from pathlib import Path

import pytest

from deploy.standin.control import StandIn
from deploy.standin.document import Document, published
from deploy.standin.extract_openapi import extract
from deploy.standin.operations import HANDLERS
from deploy.standin.server import running
from tests.standin.conftest import NEW, Caller, as_installation, new_pull, new_repository

TAIL = "#/components/schemas/tail"


@pytest.fixture(scope="module")
def document() -> Document:
    return published()


def test_every_operation_of_the_document_has_its_handler_and_the_reverse(document: Document) -> None:
    assert set(document.operations) == set(HANDLERS)


def test_a_property_that_github_would_ignore_is_refused_and_remembered(own: StandIn) -> None:
    repository = new_repository(own)
    pull, bot = new_pull(repository), as_installation(own, repository)
    comment = {"path": NEW, "line": 5, "startLine": 4, "body": "Typing error."}

    answer = bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", body="x", comments=[comment])

    assert answer.status_code == 422
    assert [(each["kind"], each["message"]) for each in own.violations()] == [
        ("request", "/comments/0/startLine is not a property that GitHub knows.")
    ]


def test_a_query_parameter_that_github_does_not_know_is_refused_and_remembered(own: StandIn) -> None:
    bot = as_installation(own, new_repository(own))

    answer = bot.get("/pulls", perpage=3)

    assert answer.status_code == 400
    assert [each["message"] for each in own.violations()] == ['Unknown query parameter "perpage".']


@pytest.mark.parametrize(
    ("path", "wanted", "words"),
    [
        ("/check-runs", {"name": "ecto-fix"}, "head_sha wasn't supplied."),
        ("/check-runs", {"name": 7, "head_sha": "x"}, "For 'properties/name', 7 is not of type \"string\""),
        ("/issues/1/comments", {}, "body wasn't supplied."),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused_in_githubs_words(
    own: StandIn, path: str, wanted: dict[str, object], words: str
) -> None:
    bot = as_installation(own, new_repository(own))

    answer = bot.post(path, **wanted)

    assert answer.status_code == 422
    assert answer.json()["message"].startswith("Invalid request.\n\n")
    assert words in answer.json()["message"]


def test_what_is_not_imitated_says_so(own: StandIn) -> None:
    bot = as_installation(own, new_repository(own))

    answer = bot.get("/teams")

    assert (answer.status_code, len(own.violations())) == (501, 1)
    assert answer.json()["message"].startswith("The stand-in does not imitate GET /repos/")


def test_the_lenient_stand_in_remembers_and_lets_pass(tmp_path: Path) -> None:
    with running(tmp_path, strict=False) as standin:
        bot = as_installation(standin, new_repository(standin))

        assert bot.get("/pulls", perpage=3).status_code == 200
        assert len(standin.violations()) == 1
        standin.close()


def test_an_answer_that_breaks_the_promise_is_noticed(document: Document) -> None:
    operation = document.operations["checks/create"]

    assert document.complaints_about_answer(operation, 201, {"id": "seven"}) != []
    assert document.complaints_about_answer(operation, 204, None) == ["status 204 is not documented for checks/create"]


def test_words_that_are_no_json_are_a_bad_request(own: StandIn) -> None:
    bot = as_installation(own, new_repository(own))

    answer = bot.ask("POST", "/check-runs", data=b"{")

    assert (answer.status_code, answer.json()["message"]) == (400, "Problems parsing JSON")


def test_a_caller_says_what_it_is(own: StandIn) -> None:
    anonymous = Caller(own.url, own.user("maria").token, headers={"User-Agent": ""})

    assert anonymous.get("/rate_limit").status_code == 403


def test_the_extract_has_what_its_operations_refer_to_and_no_prose() -> None:
    answer = {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/cat"}}}}
    operation = {"operationId": "cats/get", "summary": "Get a cat", "responses": {"200": answer, "404": answer}}
    schemas = {
        "cat": {"properties": {"description": {"type": "string", "example": "grey"}, "tail": {"$ref": TAIL}}},
        "tail": {"type": "integer", "description": "In centimetres"},
        "dog": {"type": "object"},
    }
    document = {"paths": {"/cats": {"get": operation, "post": {"operationId": "cats/add"}}}}

    cut = extract({**document, "components": {"schemas": schemas}}, frozenset({"cats/get"}), ())

    assert list(cut["paths"]["/cats"]) == ["get"]
    assert list(cut["paths"]["/cats"]["get"]["responses"]) == ["200"]
    assert cut["components"]["schemas"] == {
        "cat": {"properties": {"description": {"type": "string"}, "tail": {"$ref": TAIL}}},
        "tail": {"type": "integer"},
    }
