-- ---
-- name: tenant-errors
-- title: Errors of one tenant, by kind
-- owner: platform
-- description: >
--   Lines of one tenant that are errors (severity error or worse, HTTP status 500 or more, or an error type), by
--   service, error type, route and status, with the latest message of each.
-- scope: tenant
-- table: events
-- expected_scan: events of one tenant that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the tenant whose pods printed the lines }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 100, min: 1, max: 10000, description: "kinds to show, most frequent first" }
-- columns:
--   - { name: service_name, type: varchar, unit: "", description: the service that printed the line }
--   - { name: error_type, type: varchar, unit: "", description: "error.type, or exception.type" }
--   - { name: http_route, type: varchar, unit: "", description: route template }
--   - { name: http_response_status_code, type: integer, unit: "", description: HTTP status }
--   - { name: lines, type: bigint, unit: lines, description: lines of this kind }
--   - { name: first_seen, type: timestamp, unit: UTC, description: the earliest of the window }
--   - { name: last_seen, type: timestamp, unit: UTC, description: the latest of the window }
--   - { name: latest, type: varchar, unit: "", description: "the latest message, its first 200 characters" }
-- ---
with lines as (
  select
    event_time, event_id, service_name, error_type, http_route, http_response_status_code, body,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = {{tenant_id}}
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and (severity_number >= 17 or http_response_status_code >= 500 or error_type is not null)
),
placed as (
  select
    event_time, service_name, error_type, http_route, http_response_status_code, body,
    row_number() over (
      partition by service_name, error_type, http_route, http_response_status_code
      order by event_time desc, event_id
    ) as place
  from lines
  where copy = 1
)
select
  service_name, error_type, http_route, http_response_status_code,
  count(*) as lines,
  min(event_time) as first_seen,
  max(event_time) as last_seen,
  max(case when place = 1 then substr(body, 1, 200) end) as latest
from placed
group by service_name, error_type, http_route, http_response_status_code
order by count(*) desc, service_name, error_type, http_route, http_response_status_code
limit {{limit}}
