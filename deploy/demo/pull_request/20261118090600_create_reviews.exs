defmodule Shop.Repo.Migrations.CreateReviews do
  use Ecto.Migration

  # Nothing is wrong here: the table is born in this pull request, so nobody waits for its index.
  def change do
    create table(:reviews) do
      add :stars, :integer, null: false
      add :text, :text
      add :user_id, references(:users, on_delete: :delete_all), null: false

      timestamps()
    end

    create index(:reviews, [:user_id])
  end
end
