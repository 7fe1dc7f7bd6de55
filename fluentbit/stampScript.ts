import { ENVELOPE_SCHEMA } from '../model/index.js';
import { LUA_HOURS, LUA_TEXT, luaString } from './luaText.js';
import type { SidecarOptions } from './SidecarOptions.js';

/** Tag of the sidecar's own sign of life; the application has no input that could use it. */
export const HEARTBEAT_TAG = 'tenantscope.heartbeat';

/**
 * The Lua filter that runs last on every record. It builds the envelope as a new table, key by key, so nothing the
 * application printed can stand beside the text (design decision 1); it cuts and marks long and broken text, applies the
 * plan's ingest limits, and counts for the heartbeat. The tenant is a literal in this script, which comes from a read-only
 * ConfigMap; pod and namespace come from the Downward API. Without them `tenant_id` is left out, and the transform
 * quarantines the record as `identity_missing`: it fails closed.
 */
export function stampScript(options: SidecarOptions): string {
  const { lines_per_second: rate, bytes_per_day: daily } = options.limits;
  return `-- Rendered by tenantscope; do not edit. Stamps who emitted a line, last and by assignment.
local TENANT = ${luaString(options.tenantId)}
local NAMESPACE = ${luaString(options.namespace)}
local CONTAINER = ${luaString(options.container)}
local CLUSTER = ${luaString(options.cluster)}
local SCHEMA = ${luaString(ENVELOPE_SCHEMA)}
local LINES_PER_SECOND = ${rate ?? 'nil'}
local BYTES_PER_DAY = ${daily ?? 'nil'}

${LUA_TEXT}
${LUA_HOURS}
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
  if tag == ${luaString(HEARTBEAT_TAG)} then
    out.file = ${luaString(HEARTBEAT_TAG)}
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
  if string.sub(text, -1) == "\\n" then text = string.sub(text, 1, -2) end
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
`;
}
