-- Let go of a job that is done, unless it was heard again meanwhile: then it is due again at once, as new.
-- ARGV: job id, token, generation. Returns 'lost', 'dropped', 'again' or 'finished'.
local id, token, generation = ARGV[1], ARGV[2], ARGV[3]

if not holds(id, token) then return 'lost' end
redis.call('DEL', lease(id))
if dropped(id) then return 'dropped' end
if redis.call('HGET', generations, id) ~= generation then
  redis.call('HDEL', attempts, id)
  redis.call('HDEL', reasons, id)
  redis.call('ZADD', due, now(), id)
  redis.call('HSET', since, id, now())
  return 'again'
end
forget(id)
return 'finished'
