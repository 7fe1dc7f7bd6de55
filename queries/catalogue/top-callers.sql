-- ---
-- name: top-callers
-- title: Which users or endpoints tenants' usage came from
-- owner: platform
-- description: >
--   Per consuming tenant and service, the users that its lines state (enduser.id, user.id, usr.id, user_id or userId)
--   or the endpoints, by what the lines that name them say was used: all meters with a list price together in USD, each
--   other meter by itself. What is beyond the first, and what states none, are rows of their own, so that the rows of a
--   tenant, service and basis are all its lines say. Name _shared beside the tenants whose usage shared services print.
--   Parts of a path that look like ids stand as *. Counters and distinct counts, which lines do not add up to, are left out.
-- scope: platform
-- table: event_usage
-- expected_scan: events of the tenants asked for that arrived from a day before the window to late_days after it
-- params:
--   - { name: tenant_ids, type: tenant_ids, description: "tenants, emitting and consuming; left out, every tenant of lake and registry" }
--   - { name: window, type: window, required: true, description: when it happened }
--   - { name: late_days, type: lateness, default: 7, description: days after the window in which its lines may have arrived }
--   - { name: dimension, type: enum, values: [user, endpoint], default: user, description: what is told of }
--   - { name: top, type: integer, default: 5, min: 1, max: 1000, description: "users or endpoints per tenant, service and basis" }
--   - { name: limit, type: integer, default: 10000, min: 1, max: 100000, description: "rows to show" }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant }
--   - { name: service, type: varchar, unit: "", description: the shared service }
--   - { name: basis, type: varchar, unit: "", description: "USD at list price, or the one meter counted" }
--   - { name: unit, type: varchar, unit: "", description: unit of the amounts }
--   - { name: kind, type: varchar, unit: "", description: "named, others (beyond top) or unstated" }
--   - { name: rank, type: bigint, unit: "", description: 1 is the greatest; null where none is named }
--   - { name: caller, type: varchar, unit: "", description: "the user or the endpoint; null where none is named" }
--   - { name: callers, type: bigint, unit: "", description: users or endpoints in the row }
--   - { name: amount, type: decimal, unit: see basis, description: used }
--   - { name: total, type: decimal, unit: see basis, description: all that the tenant's lines say of it }
--   - { name: events, type: bigint, unit: entries, description: usage entries summed }
-- merge: { never: "a tenant's usage stands in its own lines and in those of shared services, which can be in another batch" }
-- derive: parts
-- ---
with entries as (
  select
    tenant_id, service, meter, unit, quantity_micros, user_id, http_request_method, http_route, url_path,
    -- A line that was delivered twice lies in the lake twice, with each of its entries.
    row_number() over (partition by emitter, event_id, entry order by arrival_time) as copy
  from event_usage
  where emitter in ({{tenant_ids}})
    and tenant_id in ({{tenant_ids}})
    and dt >= {{window.first_dt}} and dt <= {{window.last_dt}}
    and event_time >= {{window.start}} and event_time < {{window.end}}
    and kind in ('sum', 'sampled')
),
summed as (
  select
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when {{dimension}} = 'user' then user_id end as user_id,
    cast(sum(cast(quantity_micros as decimal(38, 0))) as decimal(38, 0)) as quantity_micros,
    count(*) as events
  from entries
  where copy = 1
  group by
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when {{dimension}} = 'user' then user_id end
),
parts as (
  select
    tenant_id, service, meter, unit, http_request_method, http_route, url_path, user_id, quantity_micros, events,
    coalesce(split_part(url_path, '/', 2), '') as p1,
    coalesce(split_part(url_path, '/', 3), '') as p2,
    coalesce(split_part(url_path, '/', 4), '') as p3,
    coalesce(split_part(url_path, '/', 5), '') as p4,
    case when coalesce(split_part(url_path, '/', 6), '') = '' then '' else '/**' end as deeper
  from summed
),
-- All digits, or digits in a longer word: an id, and no name of a place.
masked as (
  select
    tenant_id, service, meter, unit, http_request_method, http_route, url_path, user_id, quantity_micros, events,
    case when p1 = '' then '' when translate(p1, '0123456789', '') = '' or (length(p1) > 3 and translate(p1, '0123456789', '') <> p1) then '/*' else '/' || p1 end
    || case when p2 = '' then '' when translate(p2, '0123456789', '') = '' or (length(p2) > 3 and translate(p2, '0123456789', '') <> p2) then '/*' else '/' || p2 end
    || case when p3 = '' then '' when translate(p3, '0123456789', '') = '' or (length(p3) > 3 and translate(p3, '0123456789', '') <> p3) then '/*' else '/' || p3 end
    || case when p4 = '' then '' when translate(p4, '0123456789', '') = '' or (length(p4) > 3 and translate(p4, '0123456789', '') <> p4) then '/*' else '/' || p4 end
    || deeper as path
  from parts
),
called as (
  select
    tenant_id, service, meter, unit, quantity_micros, events,
    case
      when {{dimension}} = 'user' then user_id
      when http_route <> '' then trim(coalesce(http_request_method, '') || ' ' || http_route)
      when url_path is not null then trim(coalesce(http_request_method, '') || ' ' || coalesce(nullif(path, ''), '/'))
      else http_request_method
    end as caller
  from masked
),
by_caller as (
  select
    c.tenant_id, c.service, c.caller,
    case when p.picodollars_per_unit is null then c.meter else 'USD' end as basis,
    case when p.picodollars_per_unit is null then c.unit else 'USD' end as unit,
    cast(sum(c.quantity_micros * cast(coalesce(p.picodollars_per_unit, 1) as decimal(38, 0))) as decimal(38, 0)) as amount,
    cast(sum(c.events) as bigint) as events
  from called c
  left join list_prices p on p.service = c.service and p.meter = c.meter
  group by
    c.tenant_id, c.service, c.caller,
    case when p.picodollars_per_unit is null then c.meter else 'USD' end,
    case when p.picodollars_per_unit is null then c.unit else 'USD' end
),
placed as (
  select
    tenant_id, service, basis, unit, caller, amount, events,
    row_number() over (
      partition by tenant_id, service, basis, unit
      order by case when caller is null then 1 else 0 end, amount desc, caller
    ) as place
  from by_caller
),
folded as (
  select
    tenant_id, service, basis, unit,
    case when caller is null then 'unstated' when place <= {{top}} then 'named' else 'others' end as kind,
    case when caller is not null and place <= {{top}} then place end as rank,
    case when place <= {{top}} then caller end as caller,
    count(caller) as callers,
    cast(sum(amount) as decimal(38, 0)) as amount,
    cast(sum(events) as bigint) as events
  from placed
  group by
    tenant_id, service, basis, unit,
    case when caller is null then 'unstated' when place <= {{top}} then 'named' else 'others' end,
    case when caller is not null and place <= {{top}} then place end,
    case when place <= {{top}} then caller end
)
select
  tenant_id, service, basis, unit, kind, rank, caller, callers, amount,
  cast(sum(amount) over (partition by tenant_id, service, basis, unit) as decimal(38, 0)) as total,
  events
from folded
order by tenant_id, service, basis, unit, kind, rank, caller
limit {{limit}}
