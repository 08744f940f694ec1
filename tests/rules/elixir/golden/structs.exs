%Foo
{}
###
%@foo{}
###
%^a{}
###
%a.b{}
###
%a(){}
###
%A{}
###
%A.B{a: 1}
###
%:a{}
###
%User{name: "a"}
###
%User{u | name: "b"}
###
%__MODULE__{}
###
%unquote(a){}
###
%mod{} = x
###
%A.B.C{d: 1, e: 2}
###
%User{
  name: "a",
  age: 1
}
###
%@a.B{}
###
%_{}
