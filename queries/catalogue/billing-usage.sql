-- ---
-- name: billing-usage
-- title: What billing reads
-- owner: platform
-- description: >
--   Usage per tenant, UTC day, service and meter as it was booked up to a day: with the day a bill was made it gives
--   the figures the bill was made from, later bookings left out. Reserved tenants are included, so that the sum is
--   everything.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows of the window
-- look_back: 31d
-- params:
--   - { name: window, type: window, required: true, description: what is counted }
--   - { name: booked_through, type: date, default: "9999-12-31", description: last day of booking that counts }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: day, type: varchar, unit: UTC day, description: when it was consumed }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: meter, type: varchar, unit: "", description: what was counted }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
--   - { name: last_booked, type: varchar, unit: UTC day, description: last day any of it was booked }
-- ---
select
  tenant_id,
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events,
  max(booked_date) as last_booked
from ledger
where event_hour >= {{window.start}} and event_hour < {{window.end}}
  and booked_date <= {{booked_through}}
group by tenant_id, substr(cast(cast(event_hour as date) as varchar), 1, 10), service, meter, unit
order by tenant_id, day, service, meter, unit
