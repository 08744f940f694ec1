"""`/ecto-fix new`: what is asked for in a sentence is committed, and what cannot be is answered."""

import re

from tests.workers.commands.speaking import answers, done, heard, reactions
from tests.workers.github.hub import ADD_INDEX, CREATE_USERS, FOLDER, NEW, OLD, Hub

NAMED = re.compile(rf"{FOLDER}/\d+_\w+\.exs")
PHONE = """\
defmodule Shop.Repo.Migrations.AddPhoneToUsers do
  use Ecto.Migration

  def change do
    alter table(:users) do
      add :phone, :string
    end
  end
end
"""


def test_what_a_sentence_asks_for_is_committed_and_shown(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix new Add phone to users!"))

    (commit, *_) = hub.repository.log("add-email")
    (answer,) = answers(pull)
    (path,) = NAMED.findall(answer)
    assert path.endswith("_add_phone_to_users.exs")
    assert path > NEW
    assert commit["message"].startswith(f"Add 1 migration as asked for\n\n- {path}\n")
    assert hub.repository.read(path, ref="add-email") == PHONE
    assert answer == (
        "Add `phone` to `users`.\n"
        "\n"
        f"Committed in {commit['sha']}:\n"
        "\n"
        f"`{path}` adds `phone` to `users`: reversible.\n"
        "\n"
        f"<details><summary>The file</summary>\n\n```elixir\n{PHONE}```\n\n</details>"
    )
    assert reactions(pull) == ["eyes", "rocket"]


def test_the_sentence_builds_on_what_the_pull_request_proposes(hub: Hub) -> None:
    pull = hub.opens({NEW: CREATE_USERS.replace("Users", "Teams").replace(":users", ":teams")})

    done(hub, pull, heard(hub, pull, "/ecto-fix new add size to teams"))

    assert "_add_size_to_teams.exs` adds `size` to `teams`" in answers(pull)[0]


def test_a_pull_request_without_migrations_gets_its_first(hub: Hub) -> None:
    hub.repository.push("main", {OLD: CREATE_USERS}, by="maria")
    pull = hub.opens({"lib/shop.ex": "defmodule Shop do\nend\n"})

    done(hub, pull, heard(hub, pull, "/ecto-fix new add phone to users"))

    (path,) = NAMED.findall(answers(pull)[0])
    assert hub.repository.read(path, ref="add-email") == PHONE


def test_asking_twice_for_the_same_commits_it_once(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    command = heard(hub, pull, "/ecto-fix new add phone to users")

    done(hub, pull, command)
    done(hub, pull, command)

    assert len([one for one in hub.repository.log("add-email") if one["message"].startswith("Add ")]) == 1
    assert len(answers(pull)) == 1


def test_what_is_not_there_is_named_with_the_nearest_that_is(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha

    done(hub, pull, heard(hub, pull, "/ecto-fix new add phone to userz"))

    assert answers(pull) == ["There is no table `userz`. There is `users`."]
    assert reactions(pull) == ["eyes", "confused"]
    assert pull.look().head_sha == head


def test_what_cannot_be_read_gets_the_nearest_sentence_that_can(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix new shuffle the users round"))

    (answer,) = answers(pull)
    assert answer.startswith("I do not understand ")
    assert "- `/ecto-fix new " in answer


def test_nothing_said_is_asked_for(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})

    done(hub, pull, heard(hub, pull, "/ecto-fix new"))

    assert answers(pull) == ["What is wanted? For example `/ecto-fix new add phone to users`."]


def test_a_sentence_cannot_break_out_of_its_code(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    hostile = 'add `</details>` @all #1 [x](http://evil.example) <img src=x> to "us`er`s"'

    done(hub, pull, heard(hub, pull, f"/ecto-fix new {hostile}"))

    (answer,) = answers(pull)
    bare = re.sub(r"(`+)(?:(?!\1).)*\1", "", answer)
    assert not re.search(r"[@#<\[]|http", bare)


def test_who_may_not_push_adds_nothing(hub: Hub) -> None:
    pull = hub.opens({NEW: ADD_INDEX})
    head = pull.look().head_sha

    done(hub, pull, heard(hub, pull, "/ecto-fix new add phone to users", by="eve"))

    assert pull.look().head_sha == head
