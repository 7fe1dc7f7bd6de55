-- ---
-- name: active-users
-- title: Members of distinct counts, each once
-- owner: platform
-- description: >
--   Per consuming tenant and distinct meter, such as monthly active users of Cognito: how many different members
--   lines name in the window. Each counts once however often it is named; for a month give the whole month.
-- scope: platform
-- table: event_usage
-- expected_scan: events of the tenants asked for that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_ids, type: tenant_ids, description: "emitting tenants; left out, every tenant of lake and registry" }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 10000, min: 1, max: 10000, description: "rows to show" }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: members, type: bigint, unit: members, description: different members named }
--   - { name: mentions, type: bigint, unit: lines, description: "lines that name one, a line for each member it names" }
-- merge: { after: named }
-- ---
with named as (
  -- By emitter, so that a row is of one tenant of the list: a member can be named by several.
  select
    emitter, tenant_id, service, meter, unit, series,
    count(distinct event_id) as mentions
  from event_usage
  where emitter in ({{tenant_ids}})
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and kind = 'distinct'
  group by emitter, tenant_id, service, meter, unit, series
)
select
  tenant_id, service, meter, unit,
  count(distinct series) as members,
  cast(sum(mentions) as bigint) as mentions
from named
group by tenant_id, service, meter, unit
order by tenant_id, service, meter, unit
limit {{limit}}
