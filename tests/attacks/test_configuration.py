"""The configuration is data of strangers: small files that want much, and files that are not what they seem."""

from pathlib import Path

import pytest

from bot.cli.local.repository import configuration
from bot.cli.main import CannotRun
from rules.catalog import names
from rules.settings import Settings, from_yaml
from tests.attacks.bombs import YAML

# Not what anybody should write, and harmless as it is read.
READ = {"a character that turns text round (CVE-2021-42574)", "a directive"}


@pytest.mark.parametrize("name", YAML)
def test_a_bomb_is_refused_with_its_line(name: str) -> None:
    found = from_yaml(YAML[name], names())

    if name in READ:
        assert isinstance(found, Settings)
    else:
        assert not isinstance(found, Settings)
        assert all(1 <= one.line <= YAML[name].count("\n") + 2 and len(one.message) < 70_000 for one in found)


@pytest.mark.parametrize("target", ["/etc/passwd", "elsewhere.yml", "nowhere"])
def test_no_link_leads_the_command_line_out_of_the_repository(tmp_path: Path, target: str) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / "elsewhere.yml").write_text("paths: []\n")
    (tmp_path / ".github" / "ecto-fix.yml").symlink_to(target)

    with pytest.raises(CannotRun, match="it is a symbolic link"):
        configuration(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"paths: [\xff]\n", "it is not UTF-8"), (b"#" * 1_000_001, "it is larger than 1 MB")]
)
def test_no_other_file_is_taken_for_a_configuration(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "ecto-fix.yml").write_bytes(content)

    with pytest.raises(CannotRun, match=reason):
        configuration(tmp_path)


def test_where_there_is_none_the_defaults_count(tmp_path: Path) -> None:
    assert configuration(tmp_path) is None
