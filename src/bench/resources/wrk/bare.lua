-- The same server, without any work: what HTTP itself costs.
local text

function prepare()
  text = get("/health/live", "")
end

function request()
  return text
end
