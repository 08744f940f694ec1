# a
###
a # b
###
# a
b
###
a
# b
c
###
f(
  # a
  b # c
)
###
[
  1, # one
  2
]
###
a |> # b
  c
###
a
# b
|> c
###
f do # a
  b # c
# d
end
###
a

# b

# c

d
###
case a do
  # b
  c -> d
  # e
end
###
%{
  # a
  b: 1
}
###
fn -> # a
  b
end
###
a =
  # b
  c
###
a. # b
c
###
#{a}
###
"#a"
###
a;# b
c
###
if a do
  # b
else
  # c
end
###
f a, # b
  c
