defmodule Shop.Repo.Migrations.RenameNotes do
  use Ecto.Migration

  def up do
    rename table(:orders), :note, to: :remark
  end
end
