-- ---
-- name: conservation
-- title: What was read, against what is booked
-- owner: platform
-- description: >
--   Per emitting tenant and over the hours lines were stamped in: what its agents read, less what they held back, against the
--   lines that were counted. Read = held back + sent; sent - missing - read again + not told = counted. Missing lines were sent
--   and are not booked; lines read again by an agent that was started anew were sent twice and count once; lines not told of
--   came after the last heartbeat of a process. Lines without an agent are told of by nobody, such as imported files. Records
--   that were quarantined, by arrival, stand under _unknown, since whose they are is not proven.
-- scope: platform
-- table: booked_heartbeats
-- expected_scan: booked heartbeats and sources of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the tenant whose pods printed the lines }
--   - { name: agents, type: bigint, unit: agents, description: agents that told of the window (one a pod and container) }
--   - { name: lines_read, type: bigint, unit: lines, description: lines they read }
--   - { name: lines_held_back, type: bigint, unit: lines, description: lines they held back }
--   - { name: lines_sent, type: bigint, unit: lines, description: lines they sent }
--   - { name: lines_missing, type: bigint, unit: lines, description: lines sent that are not booked }
--   - { name: lines_read_again, type: bigint, unit: lines, description: lines sent twice by an agent that was started anew }
--   - { name: lines_not_told, type: bigint, unit: lines, description: lines booked beyond those that were told }
--   - { name: lines_counted, type: bigint, unit: lines, description: lines of agents that were counted }
--   - { name: lines_without_agent, type: bigint, unit: lines, description: lines counted that no agent told of }
--   - { name: duplicates, type: bigint, unit: lines, description: lines left out because they were counted before }
--   - { name: quarantined_records, type: bigint, unit: records, description: records not accepted }
--   - { name: residual, type: bigint, unit: lines, description: sent - missing - read again + not told - counted }
-- ---
with told as (
  select
    tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container, event_hour as hour,
    coalesce(hour_lines_read, 0) as lines_read, coalesce(hour_lines_held_back, 0) as lines_held_back,
    1 as processes, cast(0 as bigint) as lines, cast(0 as bigint) as duplicates
  from booked_heartbeats
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  union all
  select tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), hour, 0, 0, 0, lines, duplicates
  from booked_sources
  where hour >= {{window.start}} and hour < {{window.end}}
),
by_source as (
  select
    tenant_id, pod_uid, container, hour, cast(sum(lines_read) as bigint) as lines_read,
    cast(sum(lines_held_back) as bigint) as lines_held_back,
    cast(sum(lines_read) as bigint) - cast(sum(lines_held_back) as bigint) as sent,
    cast(sum(processes) as bigint) as processes, cast(sum(lines) as bigint) as lines, cast(sum(duplicates) as bigint) as duplicates
  from told
  group by tenant_id, pod_uid, container, hour
),
parts as (
  select
    tenant_id, pod_uid, container, lines_read, lines_held_back, duplicates, processes,
    case when processes > 0 then sent else 0 end as sent,
    case when processes > 0 then lines else 0 end as counted,
    case when processes = 0 then lines else 0 end as without_agent,
    case when processes > 0 and lines > sent then lines - sent else 0 end as not_told,
    case
      when processes = 0 or sent <= lines then 0
      when processes = 1 then sent - lines
      when sent - lines > duplicates then sent - lines - duplicates
      else 0
    end as missing,
    case
      when processes <= 1 or sent <= lines then 0
      when sent - lines > duplicates then duplicates
      else sent - lines
    end as read_again
  from by_source
),
by_tenant as (
  select
    tenant_id, count(distinct case when processes > 0 then pod_uid || ' ' || container end) as agents,
    cast(sum(lines_read) as bigint) as lines_read, cast(sum(lines_held_back) as bigint) as lines_held_back,
    cast(sum(sent) as bigint) as lines_sent, cast(sum(missing) as bigint) as lines_missing,
    cast(sum(read_again) as bigint) as lines_read_again, cast(sum(not_told) as bigint) as lines_not_told,
    cast(sum(counted) as bigint) as lines_counted, cast(sum(without_agent) as bigint) as lines_without_agent,
    cast(sum(duplicates) as bigint) as duplicates, cast(0 as bigint) as quarantined
  from parts
  group by tenant_id
  union all
  select '_unknown', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*)
  from quarantine q
  where q.dt >= {{window.first_dt}} and q.dt <= {{window.last_dt}}
    and q.arrival_time >= {{window.start}} and q.arrival_time < {{window.end}}
  having count(*) > 0
)
select
  tenant_id,
  cast(sum(agents) as bigint) as agents,
  cast(sum(lines_read) as bigint) as lines_read,
  cast(sum(lines_held_back) as bigint) as lines_held_back,
  cast(sum(lines_sent) as bigint) as lines_sent,
  cast(sum(lines_missing) as bigint) as lines_missing,
  cast(sum(lines_read_again) as bigint) as lines_read_again,
  cast(sum(lines_not_told) as bigint) as lines_not_told,
  cast(sum(lines_counted) as bigint) as lines_counted,
  cast(sum(lines_without_agent) as bigint) as lines_without_agent,
  cast(sum(duplicates) as bigint) as duplicates,
  cast(sum(quarantined) as bigint) as quarantined_records,
  cast(sum(lines_sent - lines_missing - lines_read_again + lines_not_told - lines_counted) as bigint) as residual
from by_tenant
group by tenant_id
order by tenant_id
