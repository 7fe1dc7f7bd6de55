-- ---
-- name: allocation-base
-- title: By what a shared cost is divided
-- owner: platform
-- description: >
--   Per service and meter, each tenant's quantity beside the sum of all, and what kind of consumer it is: the base
--   on which the cost of a shared service is divided. What no customer used (shared, idle, canary) and what could
--   not be attributed are rows of their own, to be divided by rule and never dropped.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
-- columns:
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: kind, type: varchar, unit: "", description: "tenant, platform (no customer's), unattributed or erased" }
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: total_micros, type: decimal, unit: millionths, description: quantity of all }
--   - { name: value_attodollars, type: decimal, unit: 1e-18 USD, description: at list price; null when the meter has none }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
-- ---
with used as (
  select
    service, meter, unit, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by service, meter, unit, tenant_id
)
select
  u.service, u.meter, u.unit,
  case
    when u.tenant_id = '_unknown' then 'unattributed'
    when u.tenant_id = '_erased' then 'erased'
    when u.tenant_id in ('_shared', '_idle', '_canary') then 'platform'
    else 'tenant'
  end as kind,
  u.tenant_id,
  u.quantity_micros,
  cast(sum(u.quantity_micros) over (partition by u.service, u.meter, u.unit) as decimal(38, 0)) as total_micros,
  u.quantity_micros * cast(p.picodollars_per_unit as decimal(38, 0)) as value_attodollars,
  u.events
from used u
left join list_prices p on p.service = u.service and p.meter = u.meter
order by u.service, u.meter, u.unit, u.tenant_id
