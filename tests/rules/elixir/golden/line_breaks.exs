a \
 b
###
x
-1
###
x
- 1
###
x
+ 1
###
x -
1
###
x not in y
###
x
not in y
###
x in
y
###
x
in y
###
a; b
###
a;
b
###
a
;b
###
a # c

# d

b
###
f(
 a,
 b
)
###
a |> b() |> c
###
a
|> b()
|> c
###
a
# x
|> b()
###
a ||
# x

b
###
a
b
###
a


b
###
a; b; c
###
a;

b
###
a +

  b
###
f(a,

  b)
###
a =
  b
###
a
  |> b()
  |> c()
###
a and
  b
###
a
and b
###
a
  when b
###
a \
  + b
###
f a,
  b: 1,
  c: 2
###
f(

  a

)
###
if a,
  do: b,
  else: c
###
a
::
b
###
a..
b
###
not
a
###
!
a
###
a
++ b
++ c
###
[

a

]
###
{

a,

b}
