"""What `rules` may be made of, and what every module looks like."""

import ast
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "workers", "rules", "deploy")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST = 400  # lines of a module; what grows beyond knows two things


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_rules_imports_the_standard_library_lark_libpg_query_and_yaml_alone() -> None:
    graph = grimp.build_graph("rules", include_external_packages=True, cache_dir=None)
    outside = {module for module in graph.modules if not module.startswith("rules")}

    assert outside - sys.stdlib_module_names <= {"lark", "pgparse", "yaml"}


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_opens_with_a_sentence(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert docstring.split("\n\n")[0].rstrip().endswith((".", "?", ":")), docstring


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_a_module_has_one_subject(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=shown)
def test_nothing_is_left_to_do(path: Path) -> None:
    words = path.read_text(encoding="utf-8").split()

    assert not {"TODO", "FIXME", "XXX", "HACK"} & {word.strip("#:,.") for word in words}
