import { ENVELOPE_SCHEMA } from '../model/index.js';
import type { CollectorOptions } from './CollectorOptions.js';
import { LUA_HOURS, LUA_TEXT, luaString } from './luaText.js';
import { TENANT_LABEL } from './sidecarManifests.js';
import { HEARTBEAT_TAG } from './stampScript.js';

/**
 * The collector's Lua filter. Who emitted a line comes from the file's name, which the kubelet chose, and the namespace's
 * label, which the admission policy keeps for the platform; both arrive through the kubernetes filter, and nothing an
 * application printed is at the top of a record. Without metadata (the API was away), without the label, or when the two
 * disagree, no tenant is named: the record is quarantined and can be replayed.
 *
 * A heartbeat is sent per container whose log file is still there, so a pod that was deleted falls silent.
 */
export function collectorScript(options: CollectorOptions): string {
  const limits = [...options.limits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([tenant, { lines_per_second: rate, bytes_per_day: daily }]) =>
        `  [${luaString(tenant)}] = {rate = ${rate ?? 'nil'}, daily = ${daily ?? 'nil'}},\n`,
    )
    .join('');
  return `-- Rendered by tenantscope; do not edit. Stamps who emitted a line, last and by assignment.
local CLUSTER = ${luaString(options.cluster)}
local SCHEMA = ${luaString(ENVELOPE_SCHEMA)}
local LABEL = ${luaString(TENANT_LABEL)}
local LIMITS = {
${limits}}
${LUA_TEXT}
${LUA_HOURS}
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
      beat.file = ${luaString(HEARTBEAT_TAG)}
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
  if tag == ${luaString(HEARTBEAT_TAG)} then
    local beats = heartbeats(ts)
    if #beats == 0 then return -1, ts, record end
    return 2, ts, beats
  end
  local text = record.log
  if type(text) ~= "string" then text = tostring(text) end
  if string.sub(text, -1) == "\\n" then text = string.sub(text, 1, -2) end
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
`;
}
