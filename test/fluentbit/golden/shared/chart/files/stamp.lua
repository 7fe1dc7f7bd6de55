-- Rendered by tenantscope; do not edit. Stamps who emitted a line, last and by assignment.
local TENANT = "_shared"
local NAMESPACE = "shared-search"
local CONTAINER = "app"
local CLUSTER = "prod-1"
local SCHEMA = "tenantscope/1"
local LINES_PER_SECOND = nil
local BYTES_PER_DAY = nil

local LINE_LIMIT = 786432
local ESCAPED_LIMIT = 1000000
local ESCAPED_CUT = 163840

local function env(name)
  local value = os.getenv(name)
  if value == nil or value == "" then return nil end
  return value
end

local function iso(ts)
  return os.date("!%Y-%m-%dT%H:%M:%S", ts.sec) .. string.format(".%03dZ", math.floor(ts.nsec / 1000000))
end

-- Length of the longest prefix of at most limit bytes that does not end inside a UTF-8 sequence.
local function cut_length(text, limit)
  local last = limit
  while last > 0 and limit - last < 4 do
    local byte = string.byte(text, last + 1)
    if byte == nil or byte < 0x80 or byte >= 0xC0 then return last end
    last = last - 1
  end
  return limit
end

-- Text without a UTF-8 sequence that was cut at its end.
local function whole_characters(text)
  for back = 1, math.min(3, #text) do
    local byte = string.byte(text, #text - back + 1)
    if byte < 0x80 then return text end
    if byte >= 0xC0 then
      local size = byte >= 0xF0 and 4 or byte >= 0xE0 and 3 or 2
      return size > back and string.sub(text, 1, #text - back) or text
    end
  end
  return text
end

local function is_utf8(text)
  if not string.find(text, "[\128-\255]") then return true end
  local at, size = 1, #text
  while at <= size do
    local byte = string.byte(text, at)
    if byte < 0x80 then
      at = string.find(text, "[\128-\255]", at) or size + 1
    else
      local second = string.byte(text, at + 1) or 0
      local more
      if byte >= 0xC2 and byte <= 0xDF then more = 1
      elseif byte == 0xE0 then more = second >= 0xA0 and 2 or nil
      elseif byte == 0xED then more = second <= 0x9F and 2 or nil
      elseif byte >= 0xE1 and byte <= 0xEF then more = 2
      elseif byte == 0xF0 then more = second >= 0x90 and 3 or nil
      elseif byte == 0xF4 then more = second <= 0x8F and 3 or nil
      elseif byte >= 0xF1 and byte <= 0xF3 then more = 3
      end
      if more == nil then return false end
      for place = at + 1, at + more do
        local follow = string.byte(text, place)
        if follow == nil or follow < 0x80 or follow > 0xBF then return false end
      end
      at = at + more + 1
    end
  end
  return true
end

-- Upper bound of the bytes the text takes as a JSON string.
local function escaped_length(text)
  if #text <= ESCAPED_CUT then return #text end
  local _, controls = string.gsub(text, "%c", "")
  local _, quoted = string.gsub(text, '["\\]', "")
  local _, high = string.gsub(text, "[\128-\255]", "")
  return #text + 5 * controls + quoted + (is_utf8(text) and 0 or 2 * high)
end

-- Usage is never held back: a line that meters a call passes whatever the limits say.
local function is_metering(text)
  return string.find(text, '"ConsumedCapacity"', 1, true) ~= nil or string.find(text, '"metering":{"v":1,', 1, true) ~= nil
end

-- The text as it goes into the envelope, which is marked where the text was cut or is not UTF-8.
local function fit(text, out)
  -- tail cuts a longer line just below its buffer and does not say so.
  if #text >= LINE_LIMIT - 5 then
    text = whole_characters(text)
    out.truncated = true
  end
  if escaped_length(text) > ESCAPED_LIMIT then
    text = string.sub(text, 1, cut_length(text, ESCAPED_CUT))
    out.truncated = true
  end
  if not is_utf8(text) then out.invalid_utf8 = true end
  return text
end

local function hour_of(ts)
  return math.floor(ts.sec / 3600)
end

local function count_hour(hours, ts, held_back)
  local hour = hour_of(ts)
  local counts = hours[hour]
  if counts == nil then
    counts = {read = 0, held_back = 0}
    hours[hour] = counts
  end
  counts.read = counts.read + 1
  if held_back then counts.held_back = counts.held_back + 1 end
end

local function tell_hours(hours, ts, beat)
  local hour = hour_of(ts)
  for past in pairs(hours) do
    if past < hour - 1 then hours[past] = nil end
  end
  local this, last = hours[hour], hours[hour - 1]
  beat.hour_lines_read = this and this.read or 0
  beat.hour_lines_held_back = this and this.held_back or 0
  beat.last_hour_lines_read = last and last.read or 0
  beat.last_hour_lines_held_back = last and last.held_back or 0
end

local POD, POD_UID, NODE = env("POD_NAME"), env("POD_UID"), env("NODE_NAME")
local IN_NAMESPACE = env("POD_NAMESPACE")
-- A sidecar that runs in another namespace than it was rendered for has no identity to vouch for.
local PROVEN = POD ~= nil and POD_UID ~= nil and IN_NAMESPACE == NAMESPACE

local started = os.time()
local lines_read, bytes_read, lines_held_back, bytes_held_back = 0, 0, 0, 0
local hours = {}
local tokens, refilled = (LINES_PER_SECOND or 0) * 10, nil
local day, day_bytes = nil, 0

local function within_limits(text, ts)
  local today = math.floor(ts.sec / 86400)
  if today ~= day then day, day_bytes = today, 0 end
  if LINES_PER_SECOND ~= nil then
    local now = ts.sec + ts.nsec / 1000000000
    if refilled ~= nil and now > refilled then
      tokens = math.min(LINES_PER_SECOND * 10, tokens + (now - refilled) * LINES_PER_SECOND)
    end
    if refilled == nil or now > refilled then refilled = now end
  end
  if is_metering(text) then return true end
  if LINES_PER_SECOND ~= nil and tokens < 1 then return false end
  if BYTES_PER_DAY ~= nil and day_bytes + #text > BYTES_PER_DAY then return false end
  tokens = tokens - 1
  day_bytes = day_bytes + #text
  return true
end

local function envelope(ts)
  return {
    schema = SCHEMA,
    tenant_id = PROVEN and TENANT or nil,
    namespace = IN_NAMESPACE,
    pod = POD,
    pod_uid = POD_UID,
    container = CONTAINER,
    node = NODE,
    cluster = CLUSTER,
    time = iso(ts),
  }
end

function stamp(tag, ts, record)
  local out = envelope(ts)
  if tag == "tenantscope.heartbeat" then
    out.file = "tenantscope.heartbeat"
    out.offset = ts.sec
    out.heartbeat = {
      started = started,
      lines_read = lines_read,
      bytes_read = bytes_read,
      lines_held_back = lines_held_back,
      bytes_held_back = bytes_held_back,
    }
    tell_hours(hours, ts, out.heartbeat)
    return 2, ts, out
  end
  local text = record.log
  if type(text) ~= "string" then text = tostring(text) end
  -- The multiline parsers leave the line's end on it; it is no part of what the application said.
  if string.sub(text, -1) == "\n" then text = string.sub(text, 1, -2) end
  lines_read = lines_read + 1
  bytes_read = bytes_read + #text
  local passes = within_limits(text, ts)
  count_hour(hours, ts, not passes)
  if not passes then
    lines_held_back = lines_held_back + 1
    bytes_held_back = bytes_held_back + #text
    return -1, ts, record
  end
  out.file = record.file
  out.offset = record.offset
  out.log = fit(text, out)
  return 2, ts, out
end
