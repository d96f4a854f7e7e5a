-- POST /token with the form of a login.
--   wrk -t1 -c16 -d30s --timeout 10s -s tests/load/login.lua http://127.0.0.1:8080/token
-- USERNAME and PASSWORD in the environment replace the demo user of `latchkey dev`; write them url-encoded.
wrk.method = "POST"
wrk.body = "username=" .. (os.getenv("USERNAME") or "johndoe") .. "&password=" .. (os.getenv("PASSWORD") or "secret")
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
dofile((debug.getinfo(1, "S").source:sub(2):match("(.*/)") or "./") .. "summary.lua")
