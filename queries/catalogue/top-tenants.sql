-- ---
-- name: top-tenants
-- title: Who used most of each meter
-- owner: platform
-- description: The greatest consumers of every service and meter in a window, in the meter's own unit.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
--   - { name: top, type: integer, default: 5, min: 1, max: 1000, description: tenants per meter }
-- columns:
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: rank, type: bigint, unit: "", description: 1 is the greatest }
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
-- ---
with by_tenant as (
  select
    service, meter, unit, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= {{window.start}} and event_hour < {{window.end}}
  group by service, meter, unit, tenant_id
),
ranked as (
  select
    service, meter, unit, tenant_id, quantity_micros, events,
    row_number() over (partition by service, meter, unit order by quantity_micros desc, tenant_id) as place
  from by_tenant
)
select service, meter, unit, place as rank, tenant_id, quantity_micros, events
from ranked
where place <= {{top}}
order by service, meter, unit, place
