-- ---
-- name: trace
-- title: One trace of one tenant, in order
-- owner: platform
-- description: >
--   The lines of one tenant that carry a trace id, oldest first, over all its services.
-- scope: tenant
-- table: events
-- expected_scan: events of one tenant that arrived from a day before the window to late_days after it
-- look_back: 7d
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the tenant whose pods printed the lines }
--   - { name: trace_id, type: trace_id, required: true, description: W3C trace id }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 1000, min: 1, max: 10000, description: "lines to show, oldest first" }
-- columns:
--   - { name: event_time, type: timestamp, unit: UTC, description: when it happened }
--   - { name: span_id, type: varchar, unit: "", description: W3C span id }
--   - { name: service_name, type: varchar, unit: "", description: the service that printed the line }
--   - { name: severity_text, type: varchar, unit: "", description: the source's own level }
--   - { name: http_request_method, type: varchar, unit: "", description: HTTP method }
--   - { name: http_route, type: varchar, unit: "", description: route template }
--   - { name: http_response_status_code, type: integer, unit: "", description: HTTP status }
--   - { name: duration_ms, type: double, unit: ms, description: duration the line states }
--   - { name: body, type: varchar, unit: "", description: the message }
-- ---
with lines as (
  select
    event_time, span_id, service_name, severity_text, http_request_method, http_route, http_response_status_code,
    duration_ms, body, event_id,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = {{tenant_id}}
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and trace_id = {{trace_id}}
)
select
  event_time, span_id, service_name, severity_text, http_request_method, http_route, http_response_status_code,
  duration_ms, body
from lines
where copy = 1
order by event_time, event_id
limit {{limit}}
