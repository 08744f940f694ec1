"""Which comments are commands: those that a reader sees as one."""

import pytest

from workers.commands.parser import Spoken, spoken

FIX = Spoken("")
HELP = Spoken("help")


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("/ecto-fix", FIX),
        ("/ecto-fix help", HELP),
        ("/Ecto-Fix HELP", HELP),
        ("  /ecto-fix help  \n", HELP),
        ("/ecto-fix explain index-without-concurrently", Spoken("explain", ("index-without-concurrently",))),
        ("Thank you!\n\n/ecto-fix", FIX),
        ("/ecto-fix\r\nplease", FIX),
        ("/ecto-fix help\x1fme\x85please", Spoken("help", ("me", "please"))),
        ("/ecto-fix help\n/ecto-fix", HELP),
        ("> what I quote\n\n/ecto-fix", FIX),
        ("```elixir\nx = 1\n```\n/ecto-fix", FIX),
        ("<!-- a note -->\n/ecto-fix", FIX),
        ("/ecto-fix <!-- help -->", FIX),
        ("<details>\n/ecto-fix\n</details>", FIX),
    ],
)
def test_a_command_begins_a_line(comment: str, expected: Spoken) -> None:
    assert spoken(comment) == expected


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "looks good",
        "try /ecto-fix",
        "`/ecto-fix`",
        "> /ecto-fix",
        "> what I quote\n/ecto-fix",
        "    /ecto-fix",
        "\t/ecto-fix",
        "```\n/ecto-fix\n```",
        "```\n/ecto-fix",
        "~~~\n/ecto-fix\n~~~",
        "````\n```\n/ecto-fix\n```\n````",
        "<!-- /ecto-fix -->",
        "<!--\n/ecto-fix\n-->",
        "<!--\n/ecto-fix",
        "/ecto-fixes",
        "/ecto-fix-it",
        "/ecto\u200b-fix",
        "\u202e/ecto-fix",
        "\uff0fecto-fix",
        "/e\u0441to-fix",
        "- /ecto-fix",
        "a" * 70_000 + "\n/ecto-fix",
    ],
)
def test_what_a_reader_does_not_see_as_a_command_is_none(comment: str) -> None:
    assert spoken(comment) is None


@pytest.mark.parametrize(
    "piece",
    ["```\n", "<!--", "<", "> x\n", " ", "/ecto-fix\n", "/ecto-fix ", "~", "`", "\n", "    \n", "```a\n b", "\\"],
)
def test_any_comment_can_be_read(piece: str) -> None:
    comment = (piece * 20_000)[:65_536]

    assert (spoken(comment) is None) != piece.startswith("/ecto-fix")
