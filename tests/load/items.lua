-- GET with a token, as wrk's default request so that no Lua runs for each of them.
--   TOKEN=eyJ... wrk -t1 -c64 -d30s -s tests/load/items.lua http://127.0.0.1:8080/items/
wrk.headers["Authorization"] = "Bearer " .. assert(os.getenv("TOKEN"), "TOKEN is not set")
dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
