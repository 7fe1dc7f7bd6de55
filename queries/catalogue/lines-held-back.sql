-- ---
-- name: lines-held-back
-- title: What ingest limits held back
-- owner: platform
-- description: Log lines each tenant's pods printed in a window, and those its plan's limits kept from being sent, as the agents' heartbeats count them.
-- scope: platform
-- table: booked_heartbeats
-- expected_scan: booked heartbeats to the end of the window, one row an hour and pod
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the tenant whose pods printed them }
--   - { name: pods, type: bigint, unit: pods, description: pods heard in the window }
--   - { name: lines_read, type: bigint, unit: lines, description: lines the agents read }
--   - { name: lines_held_back, type: bigint, unit: lines, description: lines they held back }
--   - { name: bytes_held_back, type: bigint, unit: B, description: bytes of those }
-- ---
with per_agent as (
  -- Counts are cumulative since the agent started: the last of the window less the last before it.
  select
    tenant_id, pod_uid, container, started,
    max(case when event_hour >= {{window.start}} then minutes_heard else 0 end) as heard,
    max(lines_read) - coalesce(max(case when event_hour < {{window.start}} then lines_read end), 0) as lines_read,
    max(lines_held_back) - coalesce(max(case when event_hour < {{window.start}} then lines_held_back end), 0) as lines_held_back,
    max(bytes_held_back) - coalesce(max(case when event_hour < {{window.start}} then bytes_held_back end), 0) as bytes_held_back
  from booked_heartbeats
  where event_hour < {{window.end}}
  group by tenant_id, pod_uid, container, started
)
select
  tenant_id,
  cast(count(distinct pod_uid) as bigint) as pods,
  cast(sum(lines_read) as bigint) as lines_read,
  cast(sum(lines_held_back) as bigint) as lines_held_back,
  cast(sum(bytes_held_back) as bigint) as bytes_held_back
from per_agent
where heard > 0
group by tenant_id
order by lines_held_back desc, tenant_id
