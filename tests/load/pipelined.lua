-- GET with a token, DEPTH requests (default 16) in one piece, then all their answers.
--   TOKEN=eyJ... wrk -t1 -c64 -d30s -s tests/load/pipelined.lua http://127.0.0.1:8080/items/
wrk.headers["Authorization"] = "Bearer " .. assert(os.getenv("TOKEN"), "TOKEN is not set")
local together

function init()
    together = string.rep(wrk.format(), tonumber(os.getenv("DEPTH")) or 16)
end

function request()
    return together
end

dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
