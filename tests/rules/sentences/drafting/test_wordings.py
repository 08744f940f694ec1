"""What people say, however they say it, becomes the files that are golden for it."""

import pytest

from rules.schema.model import Schema
from rules.sentences import read
from rules.sentences.answer import Understood
from tests.rules.sentences.drafting.golden import golden, shown
from tests.rules.sentences.drafting.shop import drafted, schema_of
from tests.rules.sentences.drafting.wordings import FIRST, WORDINGS

GOLDEN = golden()
# The first wording of each wish is read each time, the others by `make prove`.
SAID = [
    pytest.param(name, sentence, id=sentence, marks=() if number == 0 else pytest.mark.prove)
    for name, sentences in WORDINGS.items()
    for number, sentence in enumerate(sentences)
]
USERS = """\
defmodule Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :email, :string, null: false
      add :name, :string, null: false
      timestamps(type: :utc_datetime_usec)
    end
  end
end
"""


@pytest.mark.parametrize(("name", "sentence"), SAID)
def test_a_sentence_gives_its_files(name: str, sentence: str) -> None:
    answer = read(sentence, schema_of())

    assert isinstance(answer, Understood)
    assert shown(drafted(*answer.intents)) == GOLDEN[name]


@pytest.mark.parametrize("sentence", FIRST)
def test_the_first_sentence_of_a_project_gives_its_first_file(sentence: str) -> None:
    answer = read(sentence, Schema())

    assert isinstance(answer, Understood)
    (one,) = drafted(*answer.intents, history=()).files
    assert one.path.endswith("_create_users.exs")
    assert one.file.text == USERS


def test_the_sentences_are_many_and_each_stands_once() -> None:
    said = [*FIRST, *(sentence for sentences in WORDINGS.values() for sentence in sentences)]

    assert len(said) >= 250
    assert len(set(said)) == len(said)
