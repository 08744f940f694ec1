fn ->
end
###
fn a, b when c -> d end
###
fn (a, b) when c -> d end
###
fn (a, b) when c -> end
###
fn (a) when c -> d end
###
fn () when c -> d end
###
fn () -> d end
###
fn (()) -> d end
###
fn a: 1 -> d end
###
fn (a: 1) -> d end
###
fn -> a; b end
###
f fn -> 1 end, 2
###
f fn a -> a end do b end
###
fn -> 1 end
###
fn a -> a end
###
fn a, b -> a + b end
###
fn {a, b} -> a end
###
fn
  1 -> 2
  3 -> 4
end
###
fn a ->
  b
  c
end
###
fn a when a > 1 -> b end
###
fn a, b when a > b -> c end
###
fn (a, b) -> c end
###
fn (a) -> c end
###
f fn a -> b end
###
Enum.map(a, fn b -> c end)
###
(fn -> 1 end).()
###
fn _ -> :ok end
###
fn -> fn -> 1 end end
###
fn a -> a end.(1)
###
fn ->
  a
end
###
fn %{a: b} = c -> d end
###
fn ; a -> b end
###
fn a -> ; b end
###
fn (not a) -> b end
###
fn (unquote_splicing(a); b) -> c end
