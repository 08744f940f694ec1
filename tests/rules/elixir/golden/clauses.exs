(x -> y; z)
###
foo do
else
end
###
foo do 1 else 2 after 3 end
###
foo do -> 1 end
###
foo do
 -> 1
end
###
foo do a ->; b end
###
unquote_splicing(a)
###
(unquote_splicing(a))
###
fn (unquote_splicing(a)) -> 1 end
###
f do unquote_splicing(a) end
###
case a do
  1 -> 2
  _ -> 3
end
###
case a do
  1 ->
    b
    c

  2 ->
    d
end
###
cond do
  a -> b
  true -> c
end
###
case a do
  x when x > 1 -> y
end
###
case a do
  {:ok, b} -> b
  {:error, c} -> raise c
end
###
receive do
  a -> b
after
  1 -> c
end
###
with a <- b do
  c
else
  d -> e
  f -> g
end
###
try do
  a
rescue
  e in [A, B] -> f
  _ -> g
catch
  :exit, r -> h
end
###
case a do
  1 -> # why
    2
  # then
  3 -> 4
end
###
case a do 1 -> 2; 3 -> 4 end
###
case a do
  [] -> nil
  [h | t] -> {h, t}
end
###
case a do
  x, y -> z
end
###
case a do
  x: 1 -> y
end
###
case a do
  (x, y) -> z
end
###
case a do
  x -> !y
  z -> not w
end
###
case a do
  x ->
    (y -> z)
  v -> w
end
###
(a, b -> c; d -> e)
###
case a do
  "s" <> r -> r
  x -> (y; z)
end
