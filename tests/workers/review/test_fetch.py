"""Which files a change is made of, and which are refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pytest

from rules.settings import Settings
from rules.source import SourceFile
from tests.workers.review.surroundings import FakeMemory
from workers.github.client import git_hash
from workers.github.models import ChangedFile, Commit, Comparison, PullRequest, Tip, TreeEntry
from workers.isolation import UNREADABLE
from workers.review.diff import Hunk
from workers.review.fetch import Material, Refusal, fetch

FOLDER = "priv/repo/migrations"
PULL = PullRequest(7, "maria", Tip("acme/shop", "add", "head"), Tip("acme/shop", "main", "?"), True, False, False)  # noqa: FBT003  # its three flags
A, B, C = (f"{FOLDER}/2024010{day}000000_{name}.exs" for day, name in ((1, "a"), (2, "b"), (3, "c")))
OTHER = "apps/other/priv/repo/migrations/20200101000000_other.exs"
Files = Mapping[str, str]


@dataclass(frozen=True)
class History:
    """A repository as three trees: where the branch began, what the base has since, and the head."""

    origin: Files = field(default_factory=dict)
    head: Files = field(default_factory=dict)
    base: Files | None = None
    patches: Files = field(default_factory=dict)
    modes: Files = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    listed: bool = True
    shared: str | None = None

    def shared_file(self, path: str) -> str | None:
        assert path == ".github/ecto-fix.yml"
        return self.shared

    def compare(self, base: str, head: str) -> Comparison:
        assert (base, head) == ("main", "head")
        changed = [path for path in {**self.origin, **self.head} if self.origin.get(path) != self.head.get(path)]
        files = {path: ChangedFile(path, self._status(path), self.patches.get(path)) for path in changed}
        everything = files if self.listed else {str(n): ChangedFile(str(n), "added", "") for n in range(300)}
        return Comparison("origin" if self.base is None else "base", "origin", everything, (Commit("head", "Add"),))

    def _status(self, path: str) -> str:
        return "added" if path not in self.origin else "modified" if path in self.head else "removed"

    def tree(self, commit: str) -> tuple[TreeEntry, ...]:
        files = {"origin": self.origin, "head": self.head, "base": self.base or {}}[commit]
        return tuple(
            TreeEntry(path, self.modes.get(path, "100644"), git_hash(text.encode()), self.sizes.get(path, len(text)))
            for path, text in files.items()
        )

    def blobs(self, shas: Iterable[str]) -> Mapping[str, bytes]:
        known = [text.encode() for files in (self.origin, self.head, self.base or {}) for text in files.values()]
        contents = {git_hash(content): content for content in known if content != b"lost"}
        return {sha: contents[sha] for sha in shas if sha in contents}


def fetched(history: History) -> Material:
    return fetch(PULL, history, FakeMemory())


def merged(material: Material) -> list[str]:
    return [file.path for file in material.change.merged]


def proposed(material: Material) -> list[str]:
    return [file.path for file in material.change.proposed]


def test_what_is_new_is_proposed_and_what_was_there_is_merged() -> None:
    material = fetched(History(origin={A: "a", OTHER: "o"}, head={A: "a", OTHER: "o", B: "b\nb\n"}))

    assert (merged(material), proposed(material)) == ([A], [B])
    assert material.diff == {B: (Hunk(1, 2),)}
    assert material.messages == ("Add",)


def test_history_is_in_the_order_in_which_it_ran() -> None:
    assert merged(fetched(History(origin={B: "b", A: "a"}, head={B: "b", A: "a", C: "c"}))) == [A, B]


def test_what_the_base_branch_got_since_is_merged() -> None:
    material = fetched(History(origin={A: "a"}, base={A: "a", B: "b"}, head={A: "a", C: "c"}))

    assert (merged(material), proposed(material)) == ([A, B], [C])


def test_an_edited_migration_is_proposed_and_not_merged() -> None:
    material = fetched(History(origin={A: "a", B: "b"}, head={A: "a2", B: "b"}, patches={A: "@@ -1 +1 @@\n-a\n+a2"}))

    assert (merged(material), proposed(material)) == ([B], [A])
    assert material.diff == {A: (Hunk(1, 1),)}


def test_what_ecto_passes_over_is_proposed_and_never_history() -> None:
    notes, tests = f"{FOLDER}/notes.exs", f"{FOLDER}/notes_test.exs"

    new = fetched(History(origin={A: "a"}, head={A: "a", notes: "n", tests: "t"}))
    old = fetched(History(origin={A: "a", notes: "n"}, head={A: "a", notes: "n", B: "b"}))

    assert (merged(new), proposed(new)) == ([A], [notes])
    assert (merged(old), proposed(old)) == ([A], [B])


def test_hunks_that_github_left_out_are_computed() -> None:
    before = "".join(f"{number}\n" for number in range(40))

    material = fetched(History(origin={A: before}, head={A: before.replace("20\n", "twenty\n")}))

    assert material.diff == {A: (Hunk(18, 24),)}


def test_a_pull_request_of_very_many_files_is_compared_by_its_trees() -> None:
    material = fetched(History(origin={A: "a"}, head={A: "a", B: "b\n"}, listed=False))

    assert (proposed(material), material.diff) == ([B], {B: (Hunk(1, 1),)})


@pytest.mark.parametrize("moved", [C, A.replace("_a.exs", "_z.exs")])
def test_a_moved_migration_is_history_once(moved: str) -> None:
    material = fetched(History(origin={A: "a", B: "b"}, head={moved: "a", B: "b"}))

    assert (merged(material), proposed(material), material.removed) == ([B], [moved], ())


def replaced(material: Material) -> list[tuple[str, str]]:
    return [(file.path, file.text) for file in material.change.replaced]


def test_what_the_base_branch_has_of_an_edited_migration_is_kept_beside_it() -> None:
    edited = fetched(History(origin={A: "a", B: "b"}, base={A: "a1", B: "b"}, head={A: "a2", B: "b"}))
    renamed = fetched(History(origin={A: "a", B: "b"}, head={A.replace("_a.exs", "_z.exs"): "z", B: "b"}))

    assert replaced(edited) == [(A, "a1")]
    assert replaced(renamed) == [(A, "a")]


def test_a_new_migration_replaces_none_that_has_its_version() -> None:
    twin = A.replace("_a.exs", "_z.exs")

    ours = fetched(History(origin={A: "a"}, head={A: "a", twin: "z"}))
    theirs = fetched(History(origin={B: "b"}, base={B: "b", A: "a"}, head={B: "b", twin: "z"}))

    assert (replaced(ours), merged(ours)) == ([], [A])
    assert (replaced(theirs), merged(theirs)) == ([], [A, B])


def test_a_deleted_migration_stays_history_and_is_told() -> None:
    material = fetched(History(origin={A: "a", B: "b"}, head={B: "b", C: "c"}))

    assert (merged(material), material.removed) == ([A, B], (A,))
    assert material.change.removed == {A}


@pytest.mark.parametrize(
    ("path", "text", "mode", "size", "reason"),
    [
        (B, "../../etc/passwd", "120000", 16, "is a symbolic link"),
        (B, "", "160000", 0, "is a submodule"),
        (B, "b", "100644", 1_000_001, "is larger than 1 MB"),
        (f"priv/../{B}", "b", "100644", 1, "has `..` in its path"),
        (B, "lost", "100644", 4, "could not be fetched"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(path: str, text: str, mode: str, size: int, reason: str) -> None:
    material = fetched(History(head={path: text, C: "c"}, modes={path: mode}, sizes={path: size}))

    assert (proposed(material), material.refusals) == ([C], (Refusal(path, reason, proposed=True),))
    assert material.change.merged == (SourceFile(path, UNREADABLE),)


def test_a_file_of_the_history_that_cannot_be_read_is_told_apart() -> None:
    material = fetched(History(origin={A: "lost"}, head={A: "lost", B: "b"}))

    assert material.refusals == (Refusal(A, "could not be fetched", proposed=False),)
    assert material.change.merged == (SourceFile(A, UNREADABLE),)


def test_the_project_is_that_of_the_head_and_the_dump_is_also_read_as_the_base_has_it() -> None:
    origin = {"mix.exs": "old", "priv/repo/structure.sql": "old"}
    head = {"mix.exs": "new", "priv/repo/structure.sql": "new", A: "a"}

    change = fetched(History(origin=origin, head=head)).change

    assert {file.path: file.text for file in change.project} == {"mix.exs": "new", "priv/repo/structure.sql": "new"}
    assert change.dumps == (SourceFile("priv/repo/structure.sql", "old"),)


def test_without_migrations_nothing_is_read() -> None:
    material = fetched(History(origin={"mix.exs": "old"}, head={"mix.exs": "new"}))

    assert (material.change.proposed, material.change.project) == ((), ())


def test_a_configuration_that_cannot_be_read_is_told() -> None:
    path = ".github/ecto-fix.yml"

    material = fetched(History(origin={path: "lost"}, head={path: "lost", A: "a"}))

    assert material.settings == Settings()
    assert material.refusals == (Refusal(path, "could not be fetched", proposed=False),)
    assert [one.message for one in material.complaints] == ["the file could not be fetched, so it is not read"]


def test_a_configuration_that_is_a_link_is_not_called_good() -> None:
    history = History(head={CONFIGURATION: "../other.yml"}, modes={CONFIGURATION: "120000"})

    assert [one.message for one in fetched(history).proposed_complaints or ()] == [
        "the file is a symbolic link, so it is not read"
    ]


def test_what_comes_after_all_that_a_review_reads_is_refused() -> None:
    many = {f"{FOLDER}/2023{number:010}_a.exs": f"{number}" for number in range(60)}

    material = fetched(History(head=many, sizes=dict.fromkeys(many, 1_000_000)))

    assert len(proposed(material)) == 50
    assert {one.reason for one in material.refusals} == {"comes after 50 MB of other files"}


def test_a_symlink_as_explanation_is_not_followed() -> None:
    origin = {"mix.exs": "/etc/passwd"}

    material = fetched(History(origin=origin, head={**origin, A: "a"}, modes={"mix.exs": "120000"}))

    assert material.change.project == ()
    assert material.refusals == (Refusal("mix.exs", "is a symbolic link", proposed=False),)


USER = 'schema "users" do\n  field :email, :string\nend\n'


def code(files: Iterable[SourceFile]) -> list[tuple[str, str]]:
    return [(file.path, file.text) for file in files]


def test_modules_that_name_a_table_of_the_change_come_as_they_run_and_as_they_will_be() -> None:
    before = {"lib/shop/user.ex": USER, "lib/shop/brand.ex": 'schema "brands"', "lib/shop/cart.ex": "no table", A: "a"}
    changed = USER.replace("email", "mail")
    head = {**before, "lib/shop/user.ex": changed, B: "alter table(:users)"}

    change = fetched(History(origin=before, head=head)).change

    assert code(change.running) == [("lib/shop/user.ex", USER)]
    assert code(change.coming) == [("lib/shop/user.ex", changed)]


def test_what_runs_is_what_the_base_branch_has_today() -> None:
    path = "apps/shop/lib/user.ex"
    history = History(origin={path: USER}, head={path: USER, B: ":users"}, base={path: f"{USER}# today\n"})

    assert code(fetched(history).change.running) == [(path, f"{USER}# today\n")]


def test_of_many_modules_those_are_read_first_that_may_know_the_tables() -> None:
    modules = {f"lib/shop/a{number}.ex": f'"users" {number}' for number in range(150)}
    head = {**modules, "lib/shop/user.ex": USER, B: ":users"}

    change = fetched(
        History(origin=head, head={**head, C: "alter table(:users)"}, patches={C: "+ table(:users)"})
    ).change

    assert len(change.running) == 100
    assert "lib/shop/user.ex" in {file.path for file in change.running}


def test_each_review_knows_more_of_the_code() -> None:
    modules = {f"lib/shop/a{number}.ex": f'"users" {number}' for number in range(150)}
    memory, history = FakeMemory(), History(origin=modules, head={**modules, C: ":users"}, patches={C: "+ :users"})

    known = [len(fetch(PULL, history, memory).change.running) for _ in range(2)]

    assert known == [100, 150]


@pytest.mark.parametrize("path", ["deps/ecto/lib/ecto/user.ex", "test/support/user.ex", "lib/user.exs"])
def test_what_is_no_module_of_the_application_is_left_alone(path: str) -> None:
    assert fetched(History(origin={path: USER}, head={path: USER, B: ":users"})).change.running == ()


CONFIGURATION = ".github/ecto-fix.yml"


def test_the_owners_configuration_counts_where_the_repository_has_none() -> None:
    material = fetched(History(head={B: "b"}, shared="postgres: 16\n"))

    assert material.settings.postgres == 16
    assert material.origin == "`.github/ecto-fix.yml` in the owner's repository `.github`"


def test_the_repositorys_own_configuration_comes_first() -> None:
    at = {CONFIGURATION: "postgres: 15\n"}

    material = fetched(History(origin=at, head={**at, B: "b"}, shared="postgres: 16\n"))

    assert (material.settings.postgres, material.origin) == (15, "`.github/ecto-fix.yml` on `main`")
    assert material.proposed_complaints is None


def test_a_configuration_that_is_proposed_is_read_and_does_not_count() -> None:
    material = fetched(History(head={CONFIGURATION: "postgres: 9\n"}))

    assert material.settings.postgres == 14
    assert [one.line for one in material.proposed_complaints or ()] == [1]
    assert fetched(History(head={CONFIGURATION: "postgres: 16\n"})).proposed_complaints == ()
