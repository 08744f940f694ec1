# Says which Elixir in the golden drafts its formatter would write otherwise: elixir formatted.exs [FILE]
arities = [
  add: [2, 3],
  alter: [2],
  create: [1, 2],
  drop: [1, 2],
  execute: [1, 2],
  modify: [2, 3],
  remove: [1, 2, 3],
  rename: [2, 3]
]

locals = for {name, numbers} <- arities, arity <- numbers, do: {name, arity}
path = List.first(System.argv()) || Path.join(__DIR__, "drafts.markdown")
blocks = Regex.scan(~r/```elixir\n(.*?)```/s, File.read!(path), capture: :all_but_first)

others =
  for [text] <- blocks,
      printed = text |> Code.format_string!(locals_without_parens: locals) |> IO.iodata_to_binary(),
      printed <> "\n" != text,
      do: IO.puts(["-- written\n", text, "-- formatted\n", printed, "\n"])

IO.puts("#{length(blocks)} files, #{length(others)} of them formatted otherwise")
if others != [], do: System.halt(1)
