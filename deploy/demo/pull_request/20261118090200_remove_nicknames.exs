defmodule Shop.Repo.Migrations.RemoveNicknames do
  use Ecto.Migration

  def change do
    alter table(:users) do
      # Nobody has set one since the profile page went away.
      remove :nickname
    end
  end
end
