-- Count every job, and read none: this is asked every few seconds, however many wait. Returns how many are due, later,
-- held and dead, and the seconds for which the one has waited that waits longest.
local counts, oldest = {due = 0, later = 0, held = 0}, 0

local found = redis.call('ZRANGE', due, 0, -1, 'WITHSCORES')
for at = 1, #found, 2 do
  local id, second = found[at], tonumber(found[at + 1])
  local is = state(id, second)
  counts[is] = counts[is] + 1
  if is == 'due' then oldest = math.max(oldest, now() - second) end
end
return {counts.due, counts.later, counts.held, redis.call('ZCARD', dead), string.format('%.6f', oldest)}
