-- List every job, for people: the dead first, then in the order in which they are due. Returns for each its id, its
-- state, the second since which it is so or from which it is due, attempts, why it was put back or given up, its
-- JSON; before all of them the present second.
local rows = {}

local function add(set, word)
  local found = redis.call('ZRANGE', set, 0, -1, 'WITHSCORES')
  for at = 1, #found, 2 do
    local id, second = found[at], found[at + 1]
    rows[#rows + 1] = {
      id, word or state(id, tonumber(second)), second, redis.call('HGET', attempts, id) or '0',
      redis.call('HGET', reasons, id) or '', redis.call('HGET', jobs, id) or '',
    }
  end
end

add(dead, 'dead')
add(due)
return {string.format('%.6f', now()), rows}
