-- ---
-- name: problems
-- title: What was wrong with lines that were kept
-- owner: platform
-- description: >
--   Per emitting tenant and problem code (docs/tables.md) and service: lines that were kept without their doubtful
--   part.
-- scope: platform
-- table: events
-- expected_scan: events of the tenants asked for that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_ids, type: tenant_ids, description: "emitting tenants; left out, every tenant of lake and registry" }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 1000, min: 1, max: 10000, description: "rows to show, most frequent first" }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: problem, type: varchar, unit: "", description: code of what was wrong }
--   - { name: service_name, type: varchar, unit: "", description: the service that printed the line }
--   - { name: lines, type: bigint, unit: lines, description: lines with this problem }
--   - { name: first_seen, type: timestamp, unit: UTC, description: the earliest of the window }
--   - { name: last_seen, type: timestamp, unit: UTC, description: the latest of the window }
-- merge: { after: counted }
-- ---
with lines as (
  select
    tenant_id, event_time, service_name, problems,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id in ({{tenant_ids}})
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
),
counted as (
  select
    l.tenant_id, p.problem, l.service_name,
    count(*) as lines,
    min(l.event_time) as first_seen,
    max(l.event_time) as last_seen
  from lines l
  cross join unnest(l.problems) as p(problem)
  where l.copy = 1
  group by l.tenant_id, p.problem, l.service_name
)
select c.tenant_id, c.problem, c.service_name, c.lines, c.first_seen, c.last_seen
from counted c
order by c.lines desc, c.tenant_id, c.problem, c.service_name
limit {{limit}}
