-- Ends a drain, if it still is the one under way. KEYS[1] the drain; ARGV[1] its id.
local current = redis.call('GET', KEYS[1])
if current and cjson.decode(current).id == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 1
end
return 0
