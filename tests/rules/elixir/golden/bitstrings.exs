<<a::8, b::binary-size(1)>>
###
<<1, a: 1>>
###
<<a,>>
###
<<>>
###
<<1, 2, 3>>
###
<<a::size(8)>>
###
<<a::binary-size(2), rest::binary>>
###
<<"a"::utf8>>
###
<<x::8*4>>
###
<<1::little-unsigned-integer-size(16)>>
###
<<
  1,
  2
>>
###
<<"a#{b}">>
###
<<>> <> a
