-- ARGV: what is written to (an installation, then its repository), and for each limit: which of the two, seconds, most.
-- Answers how many seconds to wait, as text; 0 when this write was counted.
local at, wait = now(), 0
local names = {prefix .. 'written:' .. ARGV[1], prefix .. 'written:' .. ARGV[2]}

for i = 3, #ARGV, 3 do
  local name, seconds, most = names[tonumber(ARGV[i])], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local oldest = redis.call('ZREVRANGE', name, most - 1, most - 1, 'WITHSCORES')[2]
  if oldest then wait = math.max(wait, tonumber(oldest) + seconds - at) end
end
if wait > 0 then return tostring(wait) end

for i, name in ipairs(names) do
  local longest = 0
  for j = 3, #ARGV, 3 do
    if tonumber(ARGV[j]) == i then longest = math.max(longest, tonumber(ARGV[j + 1])) end
  end
  redis.call('ZREMRANGEBYSCORE', name, '-inf', at - longest)
  redis.call('ZADD', name, at, redis.call('INCR', prefix .. 'writes'))
  redis.call('EXPIRE', name, math.ceil(longest))
end
return '0'
