"""What people may want of the shop, by names that say it."""

from rules.ecto.types import NamedType
from rules.sentences import intent as asked
from rules.sentences.intent import ColumnIntent, Intent, Meaning, OtherColumn, Refers, Sql
from rules.sql.names import Name

TEAMS, USERS, ORDERS, NOTES, POSTS = (Name(None, name) for name in ("teams", "users", "orders", "notes", "posts"))
ABOUT_POSTS = (
    *map(ColumnIntent, ("title", "body", "price", "user_id", "tags", "published", "deleted_at", "email")),
    ColumnIntent("status", values=("draft", "it's out")),
    ColumnIntent("slug", unique=True),
    ColumnIntent("summary", length=200),
)

WISHES: dict[str, tuple[Intent, ...]] = {
    "create a table": (asked.CreateTable(POSTS, ABOUT_POSTS),),
    "create a table with nothing in it": (asked.CreateTable(POSTS),),
    "create a table without timestamps, with a number for a key": (
        asked.CreateTable(POSTS, (ColumnIntent("title"),), key_type=NamedType("bigint"), timestamps=False),
    ),
    "create a join table": (
        asked.CreateTable(
            Name(None, "memberships"),
            (
                ColumnIntent("user_id", references=Refers(USERS, on_delete="delete_all")),
                ColumnIntent("team_id", references=Refers(TEAMS)),
            ),
            joins=True,
        ),
    ),
    "create a table without a key, of columns that are unique together": (
        asked.CreateTable(
            POSTS,
            (ColumnIntent("a"), ColumnIntent("b", null=True)),
            keyed=False,
            timestamps=False,
            unique=(("a", "b"),),
        ),
    ),
    "create a tree with a type of its own": (
        asked.CreateTable(
            POSTS,
            (
                ColumnIntent("parent_id", references=Refers(POSTS)),
                ColumnIntent("kind", values=("leaf", "root"), native=True),
            ),
        ),
    ),
    "create two tables, of which one refers to the other": (
        asked.CreateTable(POSTS, (ColumnIntent("title"),)),
        asked.CreateTable(Name(None, "comments"), (ColumnIntent("post_id"), ColumnIntent("body"))),
    ),
    "add a column": (asked.AddColumns(USERS, (ColumnIntent("phone"),)),),
    "add a required column": (asked.AddColumns(USERS, (ColumnIntent("phone", null=False),)),),
    "add a required column and fill it": (
        asked.AddColumns(USERS, (ColumnIntent("phone", null=False),)),
        asked.Backfill(USERS, (("phone", "unknown"),), "phone IS NULL"),
    ),
    "add columns with values to begin with": (
        asked.AddColumns(USERS, (ColumnIntent("plan", default="free"), ColumnIntent("admin"), ColumnIntent("tags"))),
    ),
    "add a reference": (asked.AddColumns(ORDERS, (ColumnIntent("team_id"),)),),
    "add a required reference": (asked.AddColumns(ORDERS, (ColumnIntent("team_id", null=False),)),),
    "add a column that is different in each row": (
        asked.AddColumns(USERS, (ColumnIntent("token", NamedType("uuid"), False, Sql("gen_random_uuid()")),)),  # noqa: FBT003 - null
    ),
    "add a unique column, and one with values of its own": (
        asked.AddColumns(
            USERS, (ColumnIntent("nick", unique=True), ColumnIntent("state", values=("a", "b"), default="a"))
        ),
    ),
    "add a column of an extension's type": (asked.AddColumns(USERS, (ColumnIntent("mail", NamedType("citext")),)),),
    "add a column to all tables": tuple(
        asked.AddColumns(table, (ColumnIntent("tenant_id", references=Refers(TEAMS)),))
        for table in (NOTES, ORDERS, USERS)
    ),
    "add a plain column to all tables": tuple(
        asked.AddColumns(table, (ColumnIntent("tenant_id"),)) for table in (NOTES, ORDERS, TEAMS, USERS)
    ),
    "add a column with a type of its own": (
        asked.AddColumns(NOTES, (ColumnIntent("colour", values=("red", "blue"), native=True),)),
    ),
    "add timestamps": (asked.AddTimestamps(NOTES),),
    "remove a column with an index": (asked.RemoveColumns(USERS, ("legacy_id",)),),
    "remove a required column": (asked.RemoveColumns(USERS, ("code",)),),
    "remove a required reference": (asked.RemoveColumns(USERS, ("team_id",)),),
    "remove several columns": (asked.RemoveColumns(USERS, ("role", "age")),),
    "rename a column": (asked.RenameColumn(ORDERS, "status", "state"),),
    "rename a table": (asked.RenameTable(USERS, "members"),),
    "drop a table": (asked.DropTable(ORDERS),),
    "make a string a text": (asked.ChangeType(USERS, "name", NamedType("text")),),
    "make a string longer": (asked.ChangeType(USERS, "name", None, 400),),
    "make a string shorter": (asked.ChangeType(USERS, "name", None, 40),),
    "make a number larger": (asked.ChangeType(ORDERS, "amount", NamedType("bigint")),),
    "make a number money": (asked.ChangeType(ORDERS, "amount", Meaning.MONEY),),
    "make a text a number": (asked.ChangeType(USERS, "name", NamedType("integer")),),
    "require a column": (asked.SetRequired(USERS, "name"),),
    "let a column be empty": (asked.SetOptional(USERS, "email"),),
    "set a default": (asked.SetDefault(USERS, "name", "nobody"),),
    "set another default": (asked.SetDefault(USERS, "role", "it's me"),),
    "take a default away": (asked.DropDefault(USERS, "role"),),
    "allow some values": (asked.AllowValues(USERS, "role", ("member", "admin")),),
    "allow more values": (asked.AddValues(ORDERS, "status", ("paid", "it's")),),
    "allow more values of a type": (asked.AddValues(NOTES, "mood", ("calm",)),),
    "make a column unique": (asked.AddIndex(USERS, ("email",), unique=True),),
    "make columns unique together": (asked.AddIndex(USERS, ("name", "team_id"), unique=True),),
    "make a column unique whatever its case": (asked.AddIndex(USERS, (Sql("lower(email)"),), unique=True),),
    "index a column": (asked.AddIndex(USERS, ("name",)),),
    "index some rows": (asked.AddIndex(ORDERS, ("amount",), where="status = 'open'"),),
    "index with another column inside": (asked.AddIndex(ORDERS, ("amount",), include=("status",)),),
    "index words": (asked.AddIndex(USERS, ("name",), using="gin"),),
    "index a document": (asked.AddIndex(ORDERS, ("meta",)),),
    "index a list": (asked.AddIndex(ORDERS, ("tags",)),),
    "index what is new": (
        asked.AddColumns(ORDERS, (ColumnIntent("city"),)),
        asked.AddIndex(ORDERS, ("city", "status")),
    ),
    "drop an index by its columns": (asked.DropIndex(ORDERS, ("status",)),),
    "drop an index by its name": (asked.DropIndex(USERS, name="users_team_id_index"),),
    "rename an index": (asked.RenameIndex(USERS, "users_team_id_index", "users_by_team"),),
    "refer to a table": (asked.AddForeignKey(ORDERS, "user_id", Refers(USERS, on_delete="nilify_all")),),
    "refer to a table in another way": (asked.AddForeignKey(USERS, "team_id", Refers(TEAMS, on_delete="delete_all")),),
    "refer to nothing": (asked.DropForeignKey(USERS, "team_id"),),
    "check a condition": (asked.AddCheck(ORDERS, "amount > 0"),),
    "let no two meet": (asked.AddExclusion(ORDERS, (("user_id", "="), (Sql("tsrange(starts_at, ends_at)"), "&&"))),),
    "drop a check": (asked.DropConstraint(ORDERS, "orders_status_check"),),
    "create a type": (asked.CreateEnum(Name(None, "shade"), ("light", "dark")),),
    "create an extension": (asked.AddExtension("citext"),),
    "fill a column": (asked.Backfill(USERS, (("role", "member"),), "role IS NULL", 500),),
    "fill a column from another": (asked.Backfill(NOTES, (("body", OtherColumn("mood")),)),),
}
