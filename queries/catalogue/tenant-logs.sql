-- ---
-- name: tenant-logs
-- title: Log lines of one tenant
-- owner: platform
-- description: >
--   The newest lines a tenant's pods printed in a window, by severity and by a piece of text as it is written.
--   Heartbeats of the agents are left out; a line that came twice is shown once.
-- scope: tenant
-- table: events
-- expected_scan: events of one tenant that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_id, type: tenant_id, required: true, description: the tenant whose pods printed the lines }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: severity, type: enum, values: [any, debug, info, warn, error, fatal], default: any, description: "least severity; any includes lines that state none" }
--   - { name: search, type: text, default: "", description: "text in the message, capitals as they are" }
--   - { name: limit, type: integer, default: 100, min: 1, max: 10000, description: "lines to show, newest first" }
-- columns:
--   - { name: event_time, type: timestamp, unit: UTC, description: when it happened }
--   - { name: severity_text, type: varchar, unit: "", description: the source's own level }
--   - { name: service_name, type: varchar, unit: "", description: the service that printed the line }
--   - { name: pod, type: varchar, unit: "", description: k8s.pod.name }
--   - { name: container, type: varchar, unit: "", description: k8s.container.name }
--   - { name: body, type: varchar, unit: "", description: the message }
--   - { name: trace_id, type: varchar, unit: "", description: W3C trace id }
--   - { name: event_id, type: varchar, unit: "", description: identity of the line }
-- ---
with lines as (
  select
    event_time, severity_text, service_name, pod, container, body, trace_id, event_id,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = {{tenant_id}}
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and format <> 'heartbeat'
    and ({{severity}} = 'any' or severity_number >= case {{severity}}
      when 'debug' then 5 when 'info' then 9 when 'warn' then 13 when 'error' then 17 else 21 end)
    and ({{search}} = '' or body like {{search.contains}})
)
select event_time, severity_text, service_name, pod, container, body, trace_id, event_id
from lines
where copy = 1
order by event_time desc, event_id
limit {{limit}}
