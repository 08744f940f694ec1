-- Forget jobs, due or dead: one by its id, or all whose id begins so, up to the mark after an installation or a
-- repository. ARGV: id or beginning. Returns how many there were.
local wanted = ARGV[1]
local several = string.find(wanted, '[:#]$')

local count = 0
for _, set in ipairs({due, dead}) do
  for _, id in ipairs(redis.call('ZRANGE', set, 0, -1)) do
    if id == wanted or (several and string.sub(id, 1, #wanted) == wanted) then
      rise(id)
      forget(id)
      count = count + 1
    end
  end
end
return count
