1 2
###
foo :a :b
###
foo "a" "b"
###
foo 'a' 'b'
###
foo(1, 2
###
foo)
###
[1, 2)
###
a = 1 +
###
if true do
###
end
###
foo do ] end
###
%{1}
###
{a: 1}
###
[a: 1, 2]
###
foo(a: 1, 2)
###
foo(1,)
###
foo a, bar b, c
###
[foo a, b]
###
fn 1 end
###
fn do 1 end
###
a -> b
###
case x do 1; 2 -> 3 end
###
"abc
###
'abc
###
~s(abc
###
:"abc
###
foo."abc
###
foo."a#{1}b"
###
"a#{1
###
"a#{foo(}"
###
"""abc"""
###
"a\xZ"
###
"a\u{110000}"
###
"a\uD800"
###
1.0e400
###
1abc
###
0x
###
foo@bar
###
Foo?
###
Foo?@
###
Foo(1)
###
foo:bar
###
:foo.Bar
###
1//2
###
%(a)
###
foo (1, 2)
###
a ; ; b
###
else
###
do
###
x = do 1 end
###
foo, do
###
@
###
&
###
..//
###
~x
###
~xAa
###
?
###
\
###
$
###
`
###
foo %a
###
def foo(a) do
  a +
end
###
[1 2]
###
{1 2}
###
<<1 2>>
###
%{a: 1 b: 2}
###
nil nil
###
1 true
###
1 fn
###
1 nil
###
1 ?a
###
1 0x1F
###
1 1.5
###
1 Foo
###
1 foo()
###
1 foo[1]
###
1 foo do end
###
1 @a
###
1 !a
###
1 ~s(a)
###
1 """
 a
 """
###
1 :"a b"
###
1 :"a#{b}"
###
1 "a#{b}"
###
1 <<1>>
###
1 {1}
###
1 (1)
###
1 %{}
###
1 %A{}
###
1 a: 2
###
foo a: 1 b: 2
###
1 not 2
###
1 end
###
1 else
###
foo => bar
###
[a | b | c
###
f(a => b)
###
x when
###
1..2//
###
not
###
foo.()()()
###
a.1
###
a.[b]
###
A.{b: 1}
###
a.:b
###
<<a::>>
###
f.(1,)
###
[,]
###
(,)
###
%{,}
###
{,}
###
foo(a: 1,
 2)
###
[a: 1,
 2]
###
a = "x

y
###
éA = 1; É
###
paурal
###
(a
;)
###
foo
, bar
###
[a
, b]
###
%
{}
###
%Foo;{}
###
if a, do: 1 else 2
###
x -> y
###
(z; x -> y)
###
%{a :: b | c: 1}
###
%{a | b | c: 1}
###
f x, a when b: c
###
[a when b: 1]
###
fn if a do b end -> c end
###
a..
###
f ..
###
x not
in y
###
foo do a -> 
 b -> end
###
"a": 1
###
?\x41
###
[
 1
 ,2]
###
<<a: 1>>
###
f(1)(2)(3)
###
a[b, c]
###
a[]
###
%{a: 1, b => 2}
###
%{@a}
###
%{(a)}
###
%{a + b}
###
%"a"{}
###
%nil{}
###
%f a{}
###
été: 1
###
x@y: 1
###
a ! = b
###
%{m | a | b}
###
%{a: 1, m | b => 2}
###
%"a"{}
###
%(a){}
###
%[a]
###
%1{}
###
@1 do end
###
"a\uZ"
###
..//
###
a..//b
###
é@b
###
É
###
aÉ@
###
foo.b@r
###
foo.bar:baz
###
a.b: 1
###
[a.b: 1]
###
Foo@
###
Fooé
###
Foo:bar
###
~é(a)
###
a.É
###
:~
###
x = :
###
%a
###
(a, b)
###
f(a, (b, c))
###
end: 1
###
fn a do b end
###
%{a: 1, m | b: 2}
###
%{a => 1, m | b: 2}
###
%{a => 1, m | b}
###
%{f do end}
###
%@(a){}
###
% (a){}
