-- ---
-- name: unattributed
-- title: What belongs to no tenant, and whom to register
-- owner: platform
-- description: >
--   Everything of _unknown in a window. As line: namespaces no tenant has, with the services in them, and how many
--   lines they printed. As usage: what shared services did for consumers no tenant is registered for, by the
--   resource used. Registering the namespace or resource and replaying moves it to its tenant.
-- scope: platform
-- table: events
-- expected_scan: events of _unknown that arrived from a day before the window to late_days after it, and ledger rows of the window
-- params:
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: limit, type: integer, default: 1000, min: 1, max: 10000, description: "rows to show, greatest first" }
-- columns:
--   - { name: seen_as, type: varchar, unit: "", description: line or usage }
--   - { name: namespace, type: varchar, unit: "", description: k8s.namespace.name of the lines; null for usage }
--   - { name: emitter, type: varchar, unit: "", description: the tenant whose pods printed it }
--   - { name: service, type: varchar, unit: "", description: "the service that printed the lines, or the shared service used" }
--   - { name: resource, type: varchar, unit: "", description: "table, bucket, host; null for lines" }
--   - { name: meter, type: varchar, unit: "", description: "log_events for lines, or what was counted" }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantity }
--   - { name: quantity_micros, type: decimal, unit: millionths, description: quantity }
-- ---
with lines as (
  select
    namespace, service_name,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = '_unknown'
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
),
found as (
  select
    'line' as seen_as, namespace, '_unknown' as emitter, service_name as service, cast(null as varchar) as resource,
    'log_events' as meter, 'Events' as unit,
    cast(count(*) as decimal(38, 0)) * cast(1000000 as decimal(38, 0)) as quantity_micros
  from lines
  where copy = 1
  group by namespace, service_name
  union all
  select
    'usage', cast(null as varchar), emitter, service, resource, meter, unit,
    cast(sum(quantity_micros) as decimal(38, 0))
  from ledger
  where tenant_id = '_unknown'
    and event_hour >= {{window.start}} and event_hour < {{window.end}}
    and not (service = 'Pipeline' and emitter = '_unknown')
  group by emitter, service, resource, meter, unit
)
select seen_as, namespace, emitter, service, resource, meter, unit, quantity_micros
from found
order by seen_as, quantity_micros desc, namespace, emitter, service, resource, meter, unit
limit {{limit}}
