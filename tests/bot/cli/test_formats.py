"""The formats of a report, as the programs read them for which they are made."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from bot.cli.output.as_github import command

PROGRAM = Path(sys.executable).with_name("ecto-fix")
PATH = "priv/repo/migrations/20260201000000_change_größe.exs"
USERS = """defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :nickname, :string, size: 40
    end
  end
end
"""
CHANGE = """defmodule Shop.Repo.Migrations.ChangeUsers do
  use Ecto.Migration

  def change do
    alter table(:users) do
      # größer ist es nie
      modify :nickname, :string, size: 80, from: :string
    end

    create index(:users, [:nickname])
  end
end
"""
POSITION = {"type": "integer", "minimum": 1}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
ARTIFACT = {
    "type": "object",
    "required": ["uri", "uriBaseId"],
    "properties": {"uri": {"type": "string", "format": "uri-reference", "pattern": "^[!-~]+$"}},
}
REGION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "properties": dict.fromkeys(("startLine", "startColumn", "endLine", "endColumn"), POSITION),
}
# What the standard asks of the parts that we write (sections 3.13 to 3.57).
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": {**TEXT, "required": ["text", "markdown"]},
                                            },
                                        },
                                    }
                                },
                            }
                        }
                    },
                    "results": {
                        "items": {
                            "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
                            "properties": {
                                "message": TEXT,
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation", "region"],
                                                "properties": {"artifactLocation": ARTIFACT, "region": REGION},
                                            }
                                        }
                                    }
                                },
                                "fixes": {
                                    "items": {
                                        "required": ["artifactChanges"],
                                        "properties": {
                                            "description": TEXT,
                                            "artifactChanges": {
                                                "minItems": 1,
                                                "items": {
                                                    "required": ["artifactLocation", "replacements"],
                                                    "properties": {
                                                        "artifactLocation": ARTIFACT,
                                                        "replacements": {
                                                            "minItems": 1,
                                                            "items": {
                                                                "required": ["deletedRegion"],
                                                                "properties": {"deletedRegion": REGION},
                                                            },
                                                        },
                                                    },
                                                },
                                            },
                                        },
                                    }
                                },
                            },
                        }
                    },
                },
            },
        },
    },
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, text in (("priv/repo/migrations/20260101000000_create_users.exs", USERS), (PATH, CHANGE)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def checked(root: Path, format_: str) -> str:
    answer = subprocess.run(
        [str(PROGRAM), "check", "--format", format_], cwd=root, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (1, "")
    return answer.stdout


def edited(text: str, first: tuple[int, int], last: tuple[int, int], inserted: str) -> str:
    """Return *text* with what stands between two places replaced, as an editor does; columns count characters."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return text[: starts[first[0] - 1] + first[1] - 1] + inserted + text[starts[last[0] - 1] + last[1] - 1 :]


def test_sarif_has_every_rule_with_its_page_and_every_finding_with_its_place(shop: Path) -> None:
    document = json.loads(checked(shop, "sarif"))

    jsonschema_rs.validator_for(SARIF).validate(document)
    (run,) = document["runs"]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found = {result["ruleId"]: result for result in run["results"]}
    assert ids == sorted(ids) == sorted(found)
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    index = found["index-without-concurrently"]
    place = index["locations"][0]["physicalLocation"]
    assert index["level"] == "error"
    assert place["region"] == {"startLine": 10, "startColumn": 5, "endLine": 10, "endColumn": 38}
    assert place["artifactLocation"]["uri"] == "priv/repo/migrations/20260201000000_change_gr%C3%B6%C3%9Fe.exs"


def test_a_fix_of_sarif_makes_the_file_that_the_rewrite_makes(shop: Path) -> None:
    (run,) = json.loads(checked(shop, "sarif"))["runs"]

    (fix,) = [result["fixes"][0] for result in run["results"] if result["ruleId"] == FROM]
    text = CHANGE
    for one in reversed(fix["artifactChanges"][0]["replacements"]):
        region = one["deletedRegion"]
        first, last = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
        text = edited(text, first, last, one["insertedContent"]["text"])

    assert text == CHANGE.replace("from: :string", "from: {:string, size: 40}")


def test_what_needs_a_further_migration_is_no_fix_of_one_file(shop: Path) -> None:
    (run,) = json.loads(checked(shop, "sarif"))["runs"]
    diagnostics = json.loads(checked(shop, "rdjson"))["diagnostics"]
    suggested = {one["code"]["value"]: "suggestions" in one for one in diagnostics}

    assert {one["ruleId"]: "fixes" in one for one in run["results"]} == suggested
    assert suggested == {FROM: True, "index-without-concurrently": False}


def test_rdjson_counts_columns_in_bytes_and_suggests_the_whole_change(shop: Path) -> None:
    document = json.loads(checked(shop, "rdjson"))

    assert document["source"] == {"name": "ecto-fix"}
    (found,) = [one for one in document["diagnostics"] if one["code"]["value"] == FROM]
    assert found["severity"] == "WARNING"
    assert found["location"]["path"] == PATH
    (suggestion,) = found["suggestions"]
    start, end = suggestion["range"]["start"], suggestion["range"]["end"]
    made = edited(CHANGE, (start["line"], start["column"]), (end["line"], end["column"]), suggestion["text"])
    assert made == CHANGE.replace("from: :string", "from: {:string, size: 40}")


def test_workflow_commands_stand_one_a_line(shop: Path) -> None:
    lines = checked(shop, "github").splitlines()

    assert lines[0].startswith(f"::warning file={PATH},line=7,endLine=7,title={FROM}::")
    assert lines[1] == (
        f"::error file={PATH},line=10,endLine=10,title=index-without-concurrently::"
        "Building `users_nickname_index` blocks every read and write of `users` until it is done."
    )


def test_a_workflow_command_cannot_be_ended_or_faked_from_within() -> None:
    written = command("error", {"file": "a,b:c%.exs"}, "first\r\n::error::second, 100%")

    assert written == "::error file=a%2Cb%3Ac%25.exs::first%0D%0A::error::second, 100%25"
    assert re.fullmatch(r"[^\n]*", written)


FROM = "column-modified-with-incomplete-from"
