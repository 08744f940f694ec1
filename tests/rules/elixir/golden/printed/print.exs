# Prints each expression of expressions.txt as Elixir's formatter does at several indentations:
# elixir print.exs < expressions.txt > printed.jsonl
arities = [
  add: [2, 3],
  add_if_not_exists: [2, 3],
  alter: [2],
  create: [1, 2],
  create_if_not_exists: [1, 2],
  drop: [1, 2],
  drop_if_exists: [1, 2],
  execute: [1, 2],
  modify: [2, 3],
  remove: [1, 2, 3],
  rename: [2, 3],
  timestamps: [1]
]

locals = for {name, numbers} <- arities, arity <- numbers, do: {name, arity}

# Elixir escapes as JSON does, save for interpolations.
json = fn term -> term |> inspect(printable_limit: :infinity) |> String.replace("\\\#{", "\#{") end

for line <- IO.stream(:stdio, :line), source = String.trim(line), depth <- [0, 4, 30] do
  options = [locals_without_parens: locals, line_length: 98 - depth]
  printed = source |> Code.format_string!(options) |> IO.iodata_to_binary()
  IO.puts("[#{json.(source)}, #{depth}, #{json.(printed)}]")
end
