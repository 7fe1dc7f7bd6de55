/** Longest line that is read, in bytes; the rest of a longer one is passed over, and the file read on. */
export const LINE_LIMIT_BYTES = 768 * 1024;

/** Bytes a text may take once its JSON escapes are counted: Fluent Bit discards a record over 1,048,556 bytes. */
const ESCAPED_LIMIT_BYTES = 1_000_000;

/** What is kept of a text whose escapes would not fit: JSON writes a control character in six bytes at most. */
const ESCAPED_CUT_BYTES = 160 * 1024;

/** Lua functions on a line's text, the same in every script that stamps: `fit(text, out)` cuts and marks what is too long. */
export const LUA_TEXT = `local LINE_LIMIT = ${LINE_LIMIT_BYTES}
local ESCAPED_LIMIT = ${ESCAPED_LIMIT_BYTES}
local ESCAPED_CUT = ${ESCAPED_CUT_BYTES}

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
  if not string.find(text, "[\\128-\\255]") then return true end
  local at, size = 1, #text
  while at <= size do
    local byte = string.byte(text, at)
    if byte < 0x80 then
      at = string.find(text, "[\\128-\\255]", at) or size + 1
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
  local _, quoted = string.gsub(text, '["\\\\]', "")
  local _, high = string.gsub(text, "[\\128-\\255]", "")
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
`;

/**
 * Lua functions that count lines by the hour of their stamp, which is the hour they are booked in: what the lake can be held
 * against to the line, whenever a heartbeat was made. The hour of the heartbeat and the one before it are told.
 */
export const LUA_HOURS = `local function hour_of(ts)
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
`;

/** Names of a heartbeat's counts, for Fluent Bit to write them as integers. */
export const COUNT_KEYS =
  'offset started lines_read bytes_read lines_held_back bytes_held_back hour_lines_read hour_lines_held_back last_hour_lines_read last_hour_lines_held_back';

/** A Lua string literal. Every value was validated before; escaping keeps the script well-formed whatever comes. */
export function luaString(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, '0')}`,
  );
  return `"${escaped.join('')}"`;
}
