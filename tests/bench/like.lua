-- wrk: PUT one like a request, a random voter's token, a random project (or the first: HOT=1).
-- Environment: TOKENS (file), PROJECTS (file), PREFIX (/v1 or /bare), HOT, IN_TURN=1 (the tokens one after the other)
local tokens, projects = {}, {}
for l in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = l end
for l in io.lines(os.getenv("PROJECTS")) do projects[#projects + 1] = l end
local prefix = os.getenv("PREFIX") or "/v1"
local hot = os.getenv("HOT") == "1"
local in_turn, turn = os.getenv("IN_TURN") == "1", 0
local bodies = {'{"liked":true}', '{"liked":false}'}
math.randomseed(tonumber(os.getenv("SEED") or "1"))
local heads = {}
for i, t in ipairs(tokens) do
  heads[i] = {["Authorization"] = "Bearer " .. t, ["Content-Type"] = "application/json"}
end
request = function()
  local project = hot and projects[1] or projects[math.random(#projects)]
  turn = turn % #heads + 1
  return wrk.format("PUT", prefix .. "/projects/" .. project .. "/like", heads[in_turn and turn or math.random(#heads)], bodies[math.random(2)])
end
done = function(summary, latency)
  io.write(string.format("RESULT requests=%d duration_us=%d p50_us=%d p99_us=%d status_errors=%d socket_errors=%d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
