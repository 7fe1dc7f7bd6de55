-- Rendered by tenantscope; do not edit. Stamps who emitted a line, last and by assignment.
local CLUSTER = "prod-1"
local SCHEMA = "tenantscope/1"
local LABEL = "tenantscope.io/tenant"
local LIMITS = {
  ["acme"] = {rate = 1000, daily = 5000000000},
}
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

local NODE = env("NODE_NAME")
-- What is known of each container heard: counts for its heartbeat, and its share of the limits.
local heard = {}

local function text_of(value)
  if type(value) == "string" and value ~= "" then return value end
  return nil
end

-- Who a record's metadata says it comes from; tenant is nil when that is not proven.
local function identity(record)
  local pod = type(record.kubernetes) == "table" and record.kubernetes or {}
  local space = type(record.kubernetes_namespace) == "table" and record.kubernetes_namespace or {}
  local labels = type(space.labels) == "table" and space.labels or {}
  local who = {
    namespace = text_of(pod.namespace_name),
    pod = text_of(pod.pod_name),
    pod_uid = text_of(pod.pod_id),
    container = text_of(pod.container_name),
  }
  local same = space.name == nil or space.name == who.namespace
  if who.namespace ~= nil and who.pod ~= nil and who.pod_uid ~= nil and same then
    who.tenant_id = text_of(labels[LABEL])
  end
  return who
end

local function stamped(who, ts)
  return {
    schema = SCHEMA,
    tenant_id = who.tenant_id,
    namespace = who.namespace,
    pod = who.pod,
    pod_uid = who.pod_uid,
    container = who.container,
    node = NODE,
    cluster = CLUSTER,
    time = iso(ts),
  }
end

local function source_of(who, file)
  local key = who.pod_uid ~= nil and who.namespace .. "/" .. who.pod_uid .. "/" .. (who.container or "") or tostring(file)
  local source = heard[key]
  if source == nil then
    local limit = LIMITS[who.tenant_id] or {}
    source = {
      started = os.time(), lines_read = 0, bytes_read = 0, lines_held_back = 0, bytes_held_back = 0,
      hours = {}, limit = limit, tokens = (limit.rate or 0) * 10, day_bytes = 0,
    }
    heard[key] = source
  end
  source.who, source.file = who, file
  return source
end

local function within_limits(source, text, ts)
  local limit = source.limit
  local today = math.floor(ts.sec / 86400)
  if today ~= source.day then source.day, source.day_bytes = today, 0 end
  if limit.rate ~= nil then
    local now = ts.sec + ts.nsec / 1000000000
    if source.refilled ~= nil and now > source.refilled then
      source.tokens = math.min(limit.rate * 10, source.tokens + (now - source.refilled) * limit.rate)
    end
    if source.refilled == nil or now > source.refilled then source.refilled = now end
  end
  if is_metering(text) then return true end
  if limit.rate ~= nil and source.tokens < 1 then return false end
  if limit.daily ~= nil and source.day_bytes + #text > limit.daily then return false end
  source.tokens = source.tokens - 1
  source.day_bytes = source.day_bytes + #text
  return true
end

local function heartbeats(ts)
  local out = {}
  for key, source in pairs(heard) do
    local there = source.file ~= nil and io.open(source.file, "r")
    if there then there:close() end
    -- A sign of life nobody vouches for would only be quarantined, every minute.
    if there and source.who.tenant_id ~= nil then
      local beat = stamped(source.who, ts)
      beat.file = "tenantscope.heartbeat"
      beat.offset = ts.sec
      beat.heartbeat = {
        started = source.started,
        lines_read = source.lines_read,
        bytes_read = source.bytes_read,
        lines_held_back = source.lines_held_back,
        bytes_held_back = source.bytes_held_back,
      }
      tell_hours(source.hours, ts, beat.heartbeat)
      out[#out + 1] = beat
    elseif not there then
      heard[key] = nil
    end
  end
  return out
end

function stamp(tag, ts, record)
  if tag == "tenantscope.heartbeat" then
    local beats = heartbeats(ts)
    if #beats == 0 then return -1, ts, record end
    return 2, ts, beats
  end
  local text = record.log
  if type(text) ~= "string" then text = tostring(text) end
  if string.sub(text, -1) == "\n" then text = string.sub(text, 1, -2) end
  local who = identity(record)
  local source = source_of(who, record.file)
  source.lines_read = source.lines_read + 1
  source.bytes_read = source.bytes_read + #text
  local passes = within_limits(source, text, ts)
  count_hour(source.hours, ts, not passes)
  if not passes then
    source.lines_held_back = source.lines_held_back + 1
    source.bytes_held_back = source.bytes_held_back + #text
    return -1, ts, record
  end
  local out = stamped(who, ts)
  out.file = record.file
  out.offset = record.offset
  out.cri_time = text_of(record.time)
  out.stream = text_of(record.stream)
  out.log = fit(text, out)
  return 2, ts, out
end
