-- ---
-- name: restatement
-- title: What moved after a date, and why
-- owner: platform
-- description: >
--   Per consuming tenant, service and meter what was booked after a date for hours before its end, beside what was booked by
--   then: late (lines that arrived after the date), replayed (lines that had arrived by then and were booked later: a replay,
--   or an import of old files), re-attributed (taken off _unknown, or off a shared service, and given to whom it belongs),
--   and corrected (sums that move because a sample of a counter came late). Lines that came again after the date change no
--   sum; they are counted as duplicates of their emitter, with no change.
-- scope: platform
-- table: ledger
-- expected_scan: ledger rows and booked events of the window
-- look_back: 31d
-- params:
--   - { name: window, type: window, required: true, description: event hours looked at }
--   - { name: booked_by, type: date, required: true, description: "the date the figures were taken on: what is booked later moved them" }
-- columns:
--   - { name: tenant_id, type: varchar, unit: "", description: the consuming tenant; of duplicates the emitter }
--   - { name: service, type: varchar, unit: "", description: the shared service; empty for duplicates }
--   - { name: meter, type: varchar, unit: "", description: what was counted; empty for duplicates }
--   - { name: unit, type: varchar, unit: "", description: unit of the quantities }
--   - { name: reason, type: varchar, unit: "", description: "late, replayed, re-attributed, corrected or duplicate" }
--   - { name: before_micros, type: decimal, unit: millionths, description: booked by the date }
--   - { name: change_micros, type: decimal, unit: millionths, description: what this reason added or took away }
--   - { name: after_micros, type: decimal, unit: millionths, description: everything that is booked }
--   - { name: entries, type: bigint, unit: entries, description: usage entries behind the change; of duplicates lines left out }
--   - { name: last_booked, type: varchar, unit: UTC day, description: the last day any of it was booked on }
-- ---
with
-- What was booked after the date: of most windows hardly anything, and everything below is asked of its tenants and meters only.
later as (
  select
    l.tenant_id, l.emitter, l.service, l.meter, coalesce(l.unit, '') as unit, l.event_hour, l.booked_date, l.manifest, l.quantity_micros, l.events
  from ledger l
  where l.event_hour >= {{window.start}} and l.event_hour < {{window.end}}
    and substr(cast(cast(l.event_hour as date) as varchar), 1, 10) <= {{booked_by}} and l.booked_date > {{booked_by}}
),
-- Whether a booking's lines of an hour had arrived by the date.
arrivals as (
  select b.emitter, b.event_hour, b.manifest, b.booked_date, max(b.dt) as arrived
  from booked_events b
  where b.event_hour >= {{window.start}} and b.event_hour < {{window.end}} and b.booked_date > {{booked_by}}
  group by b.emitter, b.event_hour, b.manifest, b.booked_date
),
-- A re-attribution takes something off _unknown in the hour it gives it to someone.
taken as (
  select distinct r.service, r.meter, r.unit, r.event_hour, r.manifest, r.booked_date
  from later r
  where r.tenant_id = '_unknown' and r.quantity_micros < 0
),
moved as (
  select
    r.tenant_id, r.service, r.meter, r.unit, r.quantity_micros, r.events, r.booked_date,
    case
      when t.manifest is not null then 're-attributed'
      when r.events = 0 or a.manifest is null then 'corrected'
      when a.arrived > {{booked_by}} then 'late'
      else 'replayed'
    end as reason
  from later r
  left join arrivals a on a.emitter = r.emitter and a.event_hour = r.event_hour and a.manifest = r.manifest and a.booked_date = r.booked_date
  left join taken t on t.service = r.service and t.meter = r.meter and t.unit = r.unit and t.event_hour = r.event_hour
    and t.manifest = r.manifest and t.booked_date = r.booked_date
),
changes as (
  select
    tenant_id, service, meter, unit, reason, cast(sum(quantity_micros) as decimal(38, 0)) as change_micros,
    cast(sum(events) as bigint) as entries, max(booked_date) as last_booked
  from moved
  group by tenant_id, service, meter, unit, reason
),
totals as (
  select
    k.tenant_id, k.service, k.meter, k.unit,
    cast(coalesce(sum(case when l.booked_date <= {{booked_by}} then l.quantity_micros end), 0) as decimal(38, 0)) as before_micros,
    cast(sum(l.quantity_micros) as decimal(38, 0)) as after_micros
  from ledger l
  join (select distinct tenant_id, service, meter, unit from changes) k
    on k.tenant_id = l.tenant_id and k.service = l.service and k.meter = l.meter and k.unit = coalesce(l.unit, '')
  where l.event_hour >= {{window.start}} and l.event_hour < {{window.end}}
    and substr(cast(cast(l.event_hour as date) as varchar), 1, 10) <= {{booked_by}}
  group by k.tenant_id, k.service, k.meter, k.unit
),
listed as (
  select
    c.tenant_id, c.service, c.meter, c.unit, c.reason, t.before_micros, c.change_micros, t.after_micros, c.entries, c.last_booked
  from changes c
  join totals t on t.tenant_id = c.tenant_id and t.service = c.service and t.meter = c.meter and t.unit = c.unit
  union all
  select
    d.emitter, '', '', '', 'duplicate', null, cast(0 as decimal(38, 0)), null, cast(sum(d.duplicates) as bigint), max(d.booked_date)
  from booked_events d
  where d.event_hour >= {{window.start}} and d.event_hour < {{window.end}}
    and substr(cast(cast(d.event_hour as date) as varchar), 1, 10) <= {{booked_by}} and d.booked_date > {{booked_by}} and d.duplicates > 0
  group by d.emitter
)
select
  tenant_id, service, meter, unit, reason, before_micros, change_micros, after_micros, entries, last_booked
from listed
order by tenant_id, service, meter, unit, reason, before_micros, change_micros, after_micros, entries, last_booked
