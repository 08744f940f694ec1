-- Find what is due, held by nobody and has no bell sounding, and return the ids to ring for, longest due first.
-- ARGV: seconds that a bell sounds, how many at most.
local sounds, most = ARGV[1], tonumber(ARGV[2])

local ring = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now(), 'LIMIT', 0, 10000)) do
  if #ring >= most then break end
  if redis.call('EXISTS', lease(id)) == 0 and redis.call('SET', bell(id), 1, 'NX', 'EX', sounds) then
    ring[#ring + 1] = id
  end
end
return ring
