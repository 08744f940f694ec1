-- Hear one delivery: record it, make its jobs due, and return the ids of those whose bell is to be rung.
-- ARGV: delivery GUID, event, seconds that a GUID and a command are remembered, seconds that a bell sounds,
-- and for each job its id, its JSON and 'once' or 'again'.
local guid, event, remembered, sounds = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local fresh = redis.call('SET', prefix .. 'delivery:' .. guid, 1, 'NX', 'EX', remembered)
local ring, heard = {}, 0
for at = 5, #ARGV, 3 do
  local id, job, kind = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if kind == 'again' or redis.call('SET', prefix .. 'heard:' .. id, 1, 'NX', 'EX', remembered) then
    heard = heard + 1
    rise(id)
    -- A delivery that GitHub repeats while its job is still due says nothing new.
    if fresh or not redis.call('ZSCORE', due, id) then redis.call('HINCRBY', generations, id, 1) end
    redis.call('HSET', jobs, id, job)
    make_due(id)
    if tonumber(redis.call('ZSCORE', due, id)) <= now() and redis.call('SET', bell(id), 1, 'NX', 'EX', sounds) then
      ring[#ring + 1] = id
    end
  end
end
if fresh then
  -- How many jobs, and not which: what names a repository goes with it, and this stays.
  redis.call('XADD', deliveries, 'MAXLEN', '~', 100000, '*', 'guid', guid, 'event', event, 'jobs', heard)
end
return ring
