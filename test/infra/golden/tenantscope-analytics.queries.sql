== active-users
Members of distinct counts, each once. Per consuming tenant and distinct meter, such as monthly active users of Cognito: how many different members lines name in the window. Each counts once however often it is named; for a month give the whole month. Window: 24h up to the last whole hour, UTC. Of the tenants registered when this was deployed.

-- active-users: Members of distinct counts, each once
-- Per consuming tenant and distinct meter, such as monthly active users of Cognito: how many different members lines name in the window. Each counts once however often it is named, for a month give the whole month.
-- Window: 24h up to the last whole hour, UTC.
-- Of the tenants registered when this was deployed.
with event_usage as (select l.tenant_id as emitter, l.dt, l.event_time, l.event_id, l.arrival_time, u."entry", coalesce(case when element_at(l.attributes, 'enduser.id') not in ('', '-', 'null') then element_at(l.attributes, 'enduser.id') end, case when element_at(l.attributes, 'user.id') not in ('', '-', 'null') then element_at(l.attributes, 'user.id') end, case when element_at(l.attributes, 'usr.id') not in ('', '-', 'null') then element_at(l.attributes, 'usr.id') end, case when element_at(l.attributes, 'user_id') not in ('', '-', 'null') then element_at(l.attributes, 'user_id') end, case when element_at(l.attributes, 'userId') not in ('', '-', 'null') then element_at(l.attributes, 'userId') end) as user_id,
    l.http_request_method, l.http_route, l.url_path, u."tenant_id", u."service", u."resource", u."operation", u."meter", u."unit", u."kind", u."series", u."quantity_micros"
    from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") l cross join unnest(l.usage) with ordinality as u ("tenant_id", "service", "resource", "operation", "meter", "unit", "kind", "series", "quantity_micros", "entry") where true),
 named as (
  -- By emitter, so that a row is of one tenant of the list: a member can be named by several.
  select
    emitter, tenant_id, service, meter, unit, series,
    count(distinct event_id) as mentions
  from event_usage
  where emitter in ('_canary', '_erased', '_idle', '_shared', '_unknown', 'acme', 'globex')
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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
limit 10000

== allocation-base
By what a shared cost is divided. Per service and meter, each tenant's quantity beside the sum of all, and what kind of consumer it is: the base on which the cost of a shared service is divided. What no customer used (shared, idle, canary) and what could not be attributed are rows of their own, to be divided by rule and never dropped. Window: 24h up to the last whole hour, UTC.

-- allocation-base: By what a shared cost is divided
-- Per service and meter, each tenant's quantity beside the sum of all, and what kind of consumer it is: the base on which the cost of a shared service is divided. What no customer used (shared, idle, canary) and what could not be attributed are rows of their own, to be divided by rule and never dropped.
-- Window: 24h up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 used as (
  select
    service, meter, unit, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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

== billing-usage
What billing reads. Usage per tenant, UTC day, service and meter as it was booked up to a day: with the day a bill was made it gives the figures the bill was made from, later bookings left out. Reserved tenants are included, so that the sum is everything. Window: 31d up to the last whole hour, UTC.

-- billing-usage: What billing reads
-- Usage per tenant, UTC day, service and meter as it was booked up to a day: with the day a bill was made it gives the figures the bill was made from, later bookings left out. Reserved tenants are included, so that the sum is everything.
-- Window: 31d up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted))
select
  tenant_id,
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events,
  max(booked_date) as last_booked
from ledger
where event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  and booked_date <= '9999-12-31'
group by tenant_id, substr(cast(cast(event_hour as date) as varchar), 1, 10), service, meter, unit
order by tenant_id, day, service, meter, unit

== completeness
Can the numbers of this window be trusted. Per emitting tenant and hour whether its lines are all there: complete (every agent heard around the hour was heard throughout it, and no more lines were sent than were booked), incomplete with the reason, open (may still become either), declared (lines without an agent: imported files are as complete as whoever imported them says), idle (agents of the tenant were heard before, and no pod ran as far as they tell). docs/how-it-works.md says how it is judged. Window: 24h up to the last whole hour, UTC. Not known here: objects that wait for their booking.

-- completeness: Can the numbers of this window be trusted
-- Per emitting tenant and hour whether its lines are all there: complete (every agent heard around the hour was heard throughout it, and no more lines were sent than were booked), incomplete with the reason, open (may still become either), declared (lines without an agent: imported files are as complete as whoever imported them says), idle (agents of the tenant were heard before, and no pod ran as far as they tell). docs/how-it-works.md says how it is judged.
-- Window: 24h up to the last whole hour, UTC.
-- Not known here: objects that wait for their booking.
with booked_events as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "emitter", "dt", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", cast("arrival_through" as timestamp(3)) as "arrival_through", "rows", "events", "duplicates" from "tenantscope"."booked_events" where attempt in (select attempt from counted)),
tenants as (select cast("tenant_id" as varchar) as "tenant_id", cast("name" as varchar) as "name", cast("plan" as varchar) as "plan", cast("cell" as varchar) as "cell" from (values ('acme', 'acme', '', 'default'), ('globex', 'globex', '', 'eu-2')) t ("tenant_id", "name", "plan", "cell")),
booked_heartbeats as (select cast(tenant_id as varchar) as tenant_id, cast(cluster as varchar) as cluster, cast(namespace as varchar) as namespace, cast(pod as varchar) as pod, cast(pod_uid as varchar) as pod_uid, cast(container as varchar) as container, cast(started as bigint) as started, cast(event_hour as timestamp(3)) as event_hour, cast(minutes_heard as bigint) as minutes_heard, cast(silent_minutes as bigint) as silent_minutes, cast(silent_from as bigint) as silent_from, cast(first_heard as timestamp(3)) as first_heard, cast(last_heard as timestamp(3)) as last_heard, cast(arrival_through as timestamp(3)) as arrival_through, cast(lines_read as bigint) as lines_read, cast(bytes_read as bigint) as bytes_read, cast(lines_held_back as bigint) as lines_held_back, cast(bytes_held_back as bigint) as bytes_held_back, cast(hour_lines_read as bigint) as hour_lines_read, cast(hour_lines_held_back as bigint) as hour_lines_held_back, cast(counted_by_hour as bigint) as counted_by_hour, cast(closed as bigint) as closed from (
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour, minutes_heard, silent_minutes,
      case when silent_minutes > 0 then
        length(to_base(minutes, 2)) - strpos(to_base(minutes, 2), rpad('', cast(silent_minutes as integer), '0')) - silent_minutes + 1
      end as silent_from,
      first_heard, last_heard, arrival_through, lines_read, bytes_read, lines_held_back, bytes_held_back,
      coalesce(hour_lines_read, lines_read - first_lines_read) as hour_lines_read,
      coalesce(hour_lines_held_back, lines_held_back - first_lines_held_back) as hour_lines_held_back,
      case when hour_lines_read is null then 0 else 1 end as counted_by_hour,
      case when hour_lines_read is null then 1 else closed end as closed
    from (
      select *, bit_count(minutes, 64) as minutes_heard,
        case when bit_count(minutes, 64) > 0 and minute(last_heard) - minute(first_heard) >= bit_count(minutes, 64)
          then array_max(transform(split(trim(trailing '0' from to_base(minutes, 2)), '1'), run -> length(run))) else 0 end as silent_minutes
      from (
        select tenant_id, max(cluster) as cluster, max(namespace) as namespace, max(pod) as pod, pod_uid, container, started,
          event_hour, bitwise_or_agg(minutes) as minutes, min(first_heard) as first_heard, max(last_heard) as last_heard,
          max(arrival_through) as arrival_through, max(lines_read) as lines_read, max(bytes_read) as bytes_read,
          max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
          min(first_lines_read) as first_lines_read, min(first_lines_held_back) as first_lines_held_back,
          max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
        from (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "minutes", cast("first_heard" as timestamp(3)) as "first_heard", cast("last_heard" as timestamp(3)) as "last_heard", cast("arrival_through" as timestamp(3)) as "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed" from "tenantscope"."booked_heartbeats" where attempt in (select attempt from counted)) b group by tenant_id, pod_uid, container, started, event_hour
      ) m
    ) r
  ) v),
booked_sources as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "pod_uid", "container", cast("hour" as timestamp(3)) as "hour", "booked_date", "manifest", "lines", "duplicates", "listed", cast("first_seen" as timestamp(3)) as "first_seen", cast("last_seen" as timestamp(3)) as "last_seen" from "tenantscope"."booked_sources" where attempt in (select attempt from counted)),
completeness_settings as (select cast("silent_minutes" as bigint) as "silent_minutes", cast("grace_minutes" as bigint) as "grace_minutes" from (values ('3', '15')) t ("silent_minutes", "grace_minutes")),
unbooked as (select cast(null as varchar) as "tenant_id", cast(null as varchar) as "dt", cast(null as bigint) as "objects" where false),
 hours as (
  select h.hour from unnest(array[date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -23, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -22, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -21, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -20, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -19, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -18, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -17, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -16, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -15, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -14, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -13, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -12, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -11, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -10, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -9, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -8, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -7, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -6, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -5, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -4, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -3, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -2, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))), date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))]) as h (hour)
),
beats as (
  select
    tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container, started, coalesce(pod, '') as pod,
    event_hour, minutes_heard, silent_minutes, silent_from, first_heard, last_heard, arrival_through,
    coalesce(hour_lines_read - hour_lines_held_back, 0) as sent
  from booked_heartbeats
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
),
-- A source, as far as its agents were heard: within the window, and in the week on either side.
heard as (
  select
    p.tenant_id, p.pod_uid, p.container, max(p.pod) as pod, min(p.first_heard) as first_heard, max(p.last_heard) as last_heard,
    max(p.arrived) as arrived, max(p.arrived_timely) as arrived_timely,
    min(p.first_within) as first_within, max(p.last_within) as last_within,
    max(p.last_before) as last_before, min(p.first_after) as first_after, max(p.doubtful) as doubtful
  from (
    select
      tenant_id, pod_uid, container, max(pod) as pod, min(first_heard) as first_heard, max(last_heard) as last_heard,
      max(arrival_through) as arrived,
      max(case when date_diff('millisecond', last_heard, arrival_through) < c.grace_minutes * 60000 then arrival_through end) as arrived_timely,
      min(first_heard) as first_within, max(last_heard) as last_within,
      cast(null as timestamp) as last_before, cast(null as timestamp) as first_after,
      -- One process, no hour left out, heard from the beginning of all but the first and to the end of all but the last:
      -- nobody needs to look for a silence between its heartbeats.
      case
        when min(started) <> max(started) then 1
        when count(*) * 3600000 <> date_diff('millisecond', min(event_hour), max(event_hour)) + 3600000 then 1
        when max(case when 2 * minute(first_heard) > c.silent_minutes then event_hour end) > min(event_hour) then 1
        when min(case when 2 * (59 - minute(last_heard)) > c.silent_minutes then event_hour end) < max(event_hour) then 1
        else 0
      end as doubtful
    from beats
    cross join completeness_settings c
    where minutes_heard > 0
    group by tenant_id, pod_uid, container
    union all
    select
      tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), coalesce(max(pod), ''), min(first_heard), max(last_heard),
      max(arrival_through),
      max(case when date_diff('millisecond', last_heard, arrival_through) < c.grace_minutes * 60000 then arrival_through end),
      null, null,
      max(case when event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then last_heard end),
      min(case when event_hour >= date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)) then first_heard end),
      0
    from booked_heartbeats
    cross join completeness_settings c
    where event_hour >= date_add('hour', -192, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_add('hour', 168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))
      and (event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) or event_hour >= date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))
      and last_heard is not null
    group by tenant_id, coalesce(pod_uid, ''), coalesce(container, '')
  ) p
  group by p.tenant_id, p.pod_uid, p.container
),
-- How far arrivals have come in each tenant's cell, shared services have a stream of their own, and who is not registered
-- may come by any. Files with old heartbeats say nothing of it, where there is nothing else, the heartbeats' own time does.
placed as (
  select
    h.tenant_id, h.pod_uid, h.container, h.pod, h.first_heard, h.last_heard, h.arrived, h.first_within, h.last_within,
    h.last_before, h.first_after,
    case when h.cell = '' then max(h.arrived_timely) over () else max(h.arrived_timely) over (partition by h.cell) end as timely,
    case when h.cell = '' then max(h.last_heard) over () else max(h.last_heard) over (partition by h.cell) end as last_of_cell
  from (
    select
      a.tenant_id, a.pod_uid, a.container, a.pod, a.first_heard, a.last_heard, a.arrived, a.arrived_timely, a.first_within,
      a.last_within, a.last_before, a.first_after,
      case when a.tenant_id = '_shared' then '_shared' else coalesce(t.cell, '') end as cell
    from heard a
    left join tenants t on t.tenant_id = a.tenant_id
  ) h
),
-- What a source says of the silence around its heartbeats: five spans of time, from a sign of life to the next.
spans as (
  select
    l.tenant_id, l.pod_uid, l.pod, k.kind,
    case k.kind
      when 1 then l.last_before
      when 2 then l.last_within
      when 3 then s.first_seen
      else l.last_heard
    end as quiet_since,
    case k.kind
      when 1 then coalesce(l.first_within, l.first_after)
      when 2 then l.first_after
      when 3 then l.first_heard
      when 4 then s.last_seen
      -- Waited for while something of it arrived a short while ago.
      when 5 then case
        when l.timely is null and date_diff('millisecond', l.last_heard, l.last_of_cell) < c.grace_minutes * 60000 then l.last_of_cell
        when date_diff('millisecond', l.arrived, l.timely) < c.grace_minutes * 60000 then l.timely
      end
    end as quiet_until
  from placed l
  cross join completeness_settings c
  left join (
    select
      tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container,
      min(first_seen) as first_seen, max(last_seen) as last_seen
    from booked_sources
    where hour >= date_add('hour', -192, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and hour < date_add('hour', 168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))
    group by tenant_id, coalesce(pod_uid, ''), coalesce(container, '')
  ) s on s.tenant_id = l.tenant_id and s.pod_uid = l.pod_uid and s.container = l.container
  cross join (
    select 1 as kind union all select 2 union all select 3 union all select 4 union all select 5
  ) k
  union all
  select
    b.tenant_id, b.pod_uid, b.pod, 0,
    max(b.last_heard) over (
      partition by b.tenant_id, b.pod_uid, b.container order by b.first_heard, b.last_heard, b.started
      rows between unbounded preceding and 1 preceding
    ),
    b.first_heard
  from beats b
  join heard h on h.tenant_id = b.tenant_id and h.pod_uid = b.pod_uid and h.container = b.container
  where b.minutes_heard > 0 and h.doubtful = 1
),
-- A silence is longer than is tolerated and shorter than a week: beyond, it is another life.
silences as (
  select s.tenant_id, s.pod_uid, s.pod, s.kind, s.quiet_since, s.quiet_until
  from spans s
  cross join completeness_settings c
  where s.quiet_until > s.quiet_since
    and case
      when s.kind = 5 then true
      else date_diff('millisecond', date_trunc('minute', s.quiet_since), date_trunc('minute', s.quiet_until)) > (c.silent_minutes + 1) * 60000
        and date_diff('millisecond', s.quiet_since, s.quiet_until) <= 604800000
    end
),
-- The hours each lies in, who is waited for is missed in hours that are over.
spread as (
  select
    s.tenant_id, h.hour, s.pod_uid, s.pod, case when s.kind = 5 then 'waiting' else 'silent' end as what, s.quiet_since,
    case when s.quiet_since >= h.hour then minute(s.quiet_since) + 1 else 0 end as from_minute,
    case when date_diff('millisecond', h.hour, s.quiet_until) < 3600000 then minute(s.quiet_until) else 60 end as until_minute,
    case when date_diff('millisecond', h.hour, s.quiet_until) >= 7200000 then 1 else 0 end as through_next
  from silences s
  join hours h on h.hour < s.quiet_until and h.hour >= date_trunc('hour', s.quiet_since)
  where s.kind <> 5 or date_diff('millisecond', h.hour, s.quiet_until) >= 3600000
  union all
  select b.tenant_id, b.event_hour, b.pod_uid, b.pod, 'silent', null, b.silent_from, b.silent_from + b.silent_minutes, 0
  from beats b
  cross join completeness_settings c
  where b.silent_minutes > c.silent_minutes
),
ranked as (
  select
    tenant_id, hour, pod_uid, pod, what, quiet_since, from_minute, until_minute - from_minute as minutes, through_next,
    row_number() over (
      partition by tenant_id, hour, what
      order by case when what = 'silent' then until_minute - from_minute else 0 end desc, quiet_since, pod, pod_uid, from_minute
    ) as place
  from spread
),
-- What the agents of a source say they sent of an hour, beside what was booked of it.
counts as (
  select
    c.tenant_id, c.pod_uid, c.container, c.hour,
    cast(sum(c.sent) as bigint) as sent, cast(sum(c.processes) as bigint) as processes, max(c.heard) as heard,
    cast(sum(c.lines) as bigint) as lines, cast(sum(c.duplicates) as bigint) as duplicates
  from (
    select
      tenant_id, pod_uid, container, event_hour as hour, sent, 1 as processes,
      case when minutes_heard > 0 then 1 else 0 end as heard, 0 as lines, 0 as duplicates
    from beats
    union all
    select tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), hour, 0, 0, 0, lines, duplicates
    from booked_sources
    where hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  ) c
  group by c.tenant_id, c.pod_uid, c.container, c.hour
),
-- What is said of an hour's silences, few hours have any, so it is counted here and not among all hours below.
quiet as (
  select
    tenant_id, hour,
    count(distinct case when what = 'silent' and minutes > 0 then pod_uid end) as silent_pods,
    max(case when what = 'silent' and place = 1 and minutes > 0 then pod end) as silent_pod,
    max(case when what = 'silent' and place = 1 and minutes > 0 then from_minute end) as silent_from,
    max(case when what = 'silent' and place = 1 and minutes > 0 then minutes end) as silent_minutes,
    -- Silent from the end of the hour, and through the next: its last count was never told.
    count(distinct case when what = 'silent' and minutes = 0 and through_next = 1 then pod_uid end) as uncounted_pods,
    count(distinct case when what = 'waiting' then pod_uid end) as waiting_pods,
    max(case when what = 'waiting' and place = 1 then pod end) as waiting_pod,
    max(case when what = 'waiting' and place = 1 then quiet_since end) as heard_through
  from ranked
  group by tenant_id, hour
),
facts as (
  -- Every hour of a tenant with agents.
  select
    r.tenant_id, h.hour, r.reached, cast(0 as bigint) as agents, cast(0 as bigint) as sent, cast(0 as bigint) as missing,
    cast(0 as bigint) as declared, cast(0 as bigint) as events
  from (select tenant_id, max(coalesce(timely, last_of_cell)) as reached from placed group by tenant_id) r
  cross join hours h
  union all
  select
    c.tenant_id, c.hour, null, c.heard, c.sent,
    -- Lines that a restarted agent read again were sent twice and count once.
    case
      when c.processes = 0 or c.sent <= c.lines then 0
      when c.processes = 1 then c.sent - c.lines
      when c.sent - c.lines > c.duplicates then c.sent - c.lines - c.duplicates
      else 0
    end,
    case when c.processes = 0 and h.tenant_id is null then c.lines else 0 end,
    0
  from counts c
  left join heard h on h.tenant_id = c.tenant_id and h.pod_uid = c.pod_uid and h.container = c.container
  union all
  select emitter, event_hour, null, 0, 0, 0, 0, events
  from booked_events
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)) and events > 0
  union all
  select tenant_id, hour, null, 0, 0, 0, 0, 0 from quiet
),
known as (
  select
    f.tenant_id, f.hour, f.reached, f.agents, f.sent, f.missing, f.declared, f.events,
    coalesce(q.silent_pods, 0) as silent_pods, q.silent_pod, q.silent_from, q.silent_minutes,
    coalesce(q.uncounted_pods, 0) as uncounted_pods, coalesce(q.waiting_pods, 0) as waiting_pods, q.waiting_pod, q.heard_through
  from (
    select
      tenant_id, hour, max(reached) as reached, cast(sum(agents) as bigint) as agents, cast(sum(sent) as bigint) as sent,
      cast(sum(missing) as bigint) as missing, cast(sum(declared) as bigint) as declared, cast(sum(events) as bigint) as events
    from facts
    where tenant_id <> '_canary'
    group by tenant_id, hour
  ) f
  left join quiet q on q.tenant_id = f.tenant_id and q.hour = f.hour
),
judged as (
  select
    k.tenant_id, k.hour,
    date_diff('millisecond', k.hour, coalesce(k.reached, a.arrived)) as passed_ms,
    c.grace_minutes * 60000 as grace_ms,
    k.agents, k.sent, k.missing, case when k.reached is null then k.events else k.declared end as declared, k.events,
    k.silent_pods, k.silent_pod, k.silent_from, k.silent_minutes, k.uncounted_pods, k.waiting_pods, k.waiting_pod, k.heard_through,
    case when substr(cast(cast(k.hour as date) as varchar), 1, 10) <= u.last_dt then u.objects else 0 end as unbooked
  from known k
  cross join completeness_settings c
  cross join (select max(arrival_through) as arrived from booked_events) a
  left join (
    select tenant_id, max(dt) as last_dt, cast(sum(objects) as bigint) as objects from unbooked group by tenant_id
  ) u on u.tenant_id = k.tenant_id
  where k.reached is not null or k.events > 0
),
stated as (
  select
    tenant_id, hour,
    case
      when passed_ms is null or passed_ms < 3600000 then 'open'
      when silent_pods + uncounted_pods + waiting_pods + missing > 0 then
        case when passed_ms < 3600000 + grace_ms then 'open' else 'incomplete' end
      when declared > 0 and unbooked > 0 then 'incomplete'
      when declared > 0 then 'declared'
      when agents = 0 and events = 0 then 'idle'
      else 'complete'
    end as state,
    agents, sent, missing, declared, silent_pods, silent_pod, silent_from, silent_minutes, uncounted_pods, waiting_pods,
    waiting_pod, heard_through, unbooked
  from judged
)
select
  tenant_id, hour, state, agents, sent as lines_sent, missing as lines_missing, declared as lines_declared,
  silent_pods, silent_pod, silent_from, silent_minutes, waiting_pods, waiting_pod, heard_through, uncounted_pods,
  unbooked as unbooked_objects
from stated
where 'all' = 'all' or state in ('incomplete', 'open')
order by tenant_id, hour

== conservation
What was read, against what is booked. Per emitting tenant and over the hours lines were stamped in: what its agents read, less what they held back, against the lines that were counted. Read = held back + sent; sent - missing - read again + not told = counted. Missing lines were sent and are not booked; lines read again by an agent that was started anew were sent twice and count once; lines not told of came after the last heartbeat of a process. Lines without an agent are told of by nobody, such as imported files. Records that were quarantined, by arrival, stand under _unknown, since whose they are is not proven. Window: 24h up to the last whole hour, UTC.

-- conservation: What was read, against what is booked
-- Per emitting tenant and over the hours lines were stamped in: what its agents read, less what they held back, against the lines that were counted. Read = held back + sent, sent - missing - read again + not told = counted. Missing lines were sent and are not booked, lines read again by an agent that was started anew were sent twice and count once, lines not told of came after the last heartbeat of a process. Lines without an agent are told of by nobody, such as imported files. Records that were quarantined, by arrival, stand under _unknown, since whose they are is not proven.
-- Window: 24h up to the last whole hour, UTC.
with quarantine as (select substr(cast(arrival_time as varchar), 1, 10) as dt, arrival_time, reason, bytes
    from (select date_add('millisecond', arrivaltimestamp % 86400000, date_add('day', arrivaltimestamp / 86400000, timestamp '1970-01-01 00:00:00.000')) as arrival_time, coalesce(nullif(regexp_extract(errormessage, ': ([a-z_]+)\z', 1), ''), 'unstated') as reason,
      length(from_base64(rawdata)) as bytes from "tenantscope"."errors" where arrivaltimestamp is not null and true)),
booked_heartbeats as (select cast(tenant_id as varchar) as tenant_id, cast(cluster as varchar) as cluster, cast(namespace as varchar) as namespace, cast(pod as varchar) as pod, cast(pod_uid as varchar) as pod_uid, cast(container as varchar) as container, cast(started as bigint) as started, cast(event_hour as timestamp(3)) as event_hour, cast(minutes_heard as bigint) as minutes_heard, cast(silent_minutes as bigint) as silent_minutes, cast(silent_from as bigint) as silent_from, cast(first_heard as timestamp(3)) as first_heard, cast(last_heard as timestamp(3)) as last_heard, cast(arrival_through as timestamp(3)) as arrival_through, cast(lines_read as bigint) as lines_read, cast(bytes_read as bigint) as bytes_read, cast(lines_held_back as bigint) as lines_held_back, cast(bytes_held_back as bigint) as bytes_held_back, cast(hour_lines_read as bigint) as hour_lines_read, cast(hour_lines_held_back as bigint) as hour_lines_held_back, cast(counted_by_hour as bigint) as counted_by_hour, cast(closed as bigint) as closed from (
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour, minutes_heard, silent_minutes,
      case when silent_minutes > 0 then
        length(to_base(minutes, 2)) - strpos(to_base(minutes, 2), rpad('', cast(silent_minutes as integer), '0')) - silent_minutes + 1
      end as silent_from,
      first_heard, last_heard, arrival_through, lines_read, bytes_read, lines_held_back, bytes_held_back,
      coalesce(hour_lines_read, lines_read - first_lines_read) as hour_lines_read,
      coalesce(hour_lines_held_back, lines_held_back - first_lines_held_back) as hour_lines_held_back,
      case when hour_lines_read is null then 0 else 1 end as counted_by_hour,
      case when hour_lines_read is null then 1 else closed end as closed
    from (
      select *, bit_count(minutes, 64) as minutes_heard,
        case when bit_count(minutes, 64) > 0 and minute(last_heard) - minute(first_heard) >= bit_count(minutes, 64)
          then array_max(transform(split(trim(trailing '0' from to_base(minutes, 2)), '1'), run -> length(run))) else 0 end as silent_minutes
      from (
        select tenant_id, max(cluster) as cluster, max(namespace) as namespace, max(pod) as pod, pod_uid, container, started,
          event_hour, bitwise_or_agg(minutes) as minutes, min(first_heard) as first_heard, max(last_heard) as last_heard,
          max(arrival_through) as arrival_through, max(lines_read) as lines_read, max(bytes_read) as bytes_read,
          max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
          min(first_lines_read) as first_lines_read, min(first_lines_held_back) as first_lines_held_back,
          max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
        from (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "minutes", cast("first_heard" as timestamp(3)) as "first_heard", cast("last_heard" as timestamp(3)) as "last_heard", cast("arrival_through" as timestamp(3)) as "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed" from "tenantscope"."booked_heartbeats" where attempt in (select attempt from counted)) b group by tenant_id, pod_uid, container, started, event_hour
      ) m
    ) r
  ) v),
booked_sources as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "pod_uid", "container", cast("hour" as timestamp(3)) as "hour", "booked_date", "manifest", "lines", "duplicates", "listed", cast("first_seen" as timestamp(3)) as "first_seen", cast("last_seen" as timestamp(3)) as "last_seen" from "tenantscope"."booked_sources" where attempt in (select attempt from counted)),
 told as (
  select
    tenant_id, coalesce(pod_uid, '') as pod_uid, coalesce(container, '') as container, event_hour as hour,
    coalesce(hour_lines_read, 0) as lines_read, coalesce(hour_lines_held_back, 0) as lines_held_back,
    1 as processes, cast(0 as bigint) as lines, cast(0 as bigint) as duplicates
  from booked_heartbeats
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  union all
  select tenant_id, coalesce(pod_uid, ''), coalesce(container, ''), hour, 0, 0, 0, lines, duplicates
  from booked_sources
  where hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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
  where q.dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and q.dt <= date_format(date_add('day', 0, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and q.arrival_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and q.arrival_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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

== duplicates
Lines that came more than once and were counted once. Per emitting tenant and UTC day of the lines: how many the booked objects hold, how many count, and how many were left out because the same line was counted before. Delivery is at least once, so a few are ordinary. Window: 24h up to the last whole hour, UTC.

-- duplicates: Lines that came more than once and were counted once
-- Per emitting tenant and UTC day of the lines: how many the booked objects hold, how many count, and how many were left out because the same line was counted before. Delivery is at least once, so a few are ordinary.
-- Window: 24h up to the last whole hour, UTC.
with booked_events as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "emitter", "dt", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", cast("arrival_through" as timestamp(3)) as "arrival_through", "rows", "events", "duplicates" from "tenantscope"."booked_events" where attempt in (select attempt from counted))
select
  emitter,
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  cast(sum(b.rows) as bigint) as lines,
  cast(sum(b.events) as bigint) as counted,
  cast(sum(b.duplicates) as bigint) as duplicates
from booked_events b
where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
group by emitter, substr(cast(cast(event_hour as date) as varchar), 1, 10)
having sum(b.duplicates) > 0
order by duplicates desc, emitter, day

== ingest-lag
How far behind each tenant's lines are. Per emitting tenant: the last hour with lines and the last arrival, and over the window's hours how long after the end of an hour its last line arrived (0 when all came within the hour): the median and the greatest. An hour whose last line came long after it ended was not complete until then. Window: 24h up to the last whole hour, UTC.

-- ingest-lag: How far behind each tenant's lines are
-- Per emitting tenant: the last hour with lines and the last arrival, and over the window's hours how long after the end of an hour its last line arrived (0 when all came within the hour): the median and the greatest. An hour whose last line came long after it ended was not complete until then.
-- Window: 24h up to the last whole hour, UTC.
with booked_events as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "emitter", "dt", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", cast("arrival_through" as timestamp(3)) as "arrival_through", "rows", "events", "duplicates" from "tenantscope"."booked_events" where attempt in (select attempt from counted)),
 by_hour as (
  select emitter, event_hour, max(arrival_through) as arrival_through, cast(sum(events) as bigint) as events
  from booked_events
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by emitter, event_hour
),
lagged as (
  select
    emitter, event_hour, arrival_through, events,
    case
      when date_diff('millisecond', event_hour, arrival_through) <= 3600000 then 0
      else date_diff('millisecond', event_hour, arrival_through) - 3600000
    end as lag_ms
  from by_hour
),
placed as (
  select
    emitter, event_hour, arrival_through, events, lag_ms,
    row_number() over (partition by emitter order by lag_ms, event_hour) as place,
    count(*) over (partition by emitter) as hours
  from lagged
)
select
  emitter,
  count(*) as hours,
  cast(sum(events) as bigint) as lines,
  max(event_hour) as last_event_hour,
  max(arrival_through) as last_arrival,
  cast(max(case when 2 * place >= hours and 2 * (place - 1) < hours then lag_ms end) as bigint) as median_lag_ms,
  cast(max(lag_ms) as bigint) as greatest_lag_ms
from placed
group by emitter
order by greatest_lag_ms desc, emitter

== late-data
Lines that arrived on a later day. Per emitting tenant, UTC day of the lines and day of arrival: lines that came at least so many days after the day they belong to. What came after a day was billed changes its figures. Window: 7d up to the last whole hour, UTC.

-- late-data: Lines that arrived on a later day
-- Per emitting tenant, UTC day of the lines and day of arrival: lines that came at least so many days after the day they belong to. What came after a day was billed changes its figures.
-- Window: 7d up to the last whole hour, UTC.
with booked_events as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "emitter", "dt", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", cast("arrival_through" as timestamp(3)) as "arrival_through", "rows", "events", "duplicates" from "tenantscope"."booked_events" where attempt in (select attempt from counted)),
 by_day as (
  select
    emitter, cast(event_hour as date) as event_day, dt,
    cast(sum(events) as bigint) as counted,
    cast(sum(duplicates) as bigint) as duplicates
  from booked_events
  where event_hour >= date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by emitter, cast(event_hour as date), dt
)
select
  emitter, substr(cast(event_day as varchar), 1, 10) as day, dt as arrived,
  date_diff('day', event_day, cast(dt as date)) as days_late,
  counted, duplicates
from by_day
where date_diff('day', event_day, cast(dt as date)) >= 1
order by date_diff('day', event_day, cast(dt as date)) desc, emitter, event_day, dt

== lines-held-back
What ingest limits held back. Log lines each tenant's pods printed in a window, and those its plan's limits kept from being sent, as the agents' heartbeats count them. Window: 24h up to the last whole hour, UTC.

-- lines-held-back: What ingest limits held back
-- Log lines each tenant's pods printed in a window, and those its plan's limits kept from being sent, as the agents' heartbeats count them.
-- Window: 24h up to the last whole hour, UTC.
with booked_heartbeats as (select cast(tenant_id as varchar) as tenant_id, cast(cluster as varchar) as cluster, cast(namespace as varchar) as namespace, cast(pod as varchar) as pod, cast(pod_uid as varchar) as pod_uid, cast(container as varchar) as container, cast(started as bigint) as started, cast(event_hour as timestamp(3)) as event_hour, cast(minutes_heard as bigint) as minutes_heard, cast(silent_minutes as bigint) as silent_minutes, cast(silent_from as bigint) as silent_from, cast(first_heard as timestamp(3)) as first_heard, cast(last_heard as timestamp(3)) as last_heard, cast(arrival_through as timestamp(3)) as arrival_through, cast(lines_read as bigint) as lines_read, cast(bytes_read as bigint) as bytes_read, cast(lines_held_back as bigint) as lines_held_back, cast(bytes_held_back as bigint) as bytes_held_back, cast(hour_lines_read as bigint) as hour_lines_read, cast(hour_lines_held_back as bigint) as hour_lines_held_back, cast(counted_by_hour as bigint) as counted_by_hour, cast(closed as bigint) as closed from (
    select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour, minutes_heard, silent_minutes,
      case when silent_minutes > 0 then
        length(to_base(minutes, 2)) - strpos(to_base(minutes, 2), rpad('', cast(silent_minutes as integer), '0')) - silent_minutes + 1
      end as silent_from,
      first_heard, last_heard, arrival_through, lines_read, bytes_read, lines_held_back, bytes_held_back,
      coalesce(hour_lines_read, lines_read - first_lines_read) as hour_lines_read,
      coalesce(hour_lines_held_back, lines_held_back - first_lines_held_back) as hour_lines_held_back,
      case when hour_lines_read is null then 0 else 1 end as counted_by_hour,
      case when hour_lines_read is null then 1 else closed end as closed
    from (
      select *, bit_count(minutes, 64) as minutes_heard,
        case when bit_count(minutes, 64) > 0 and minute(last_heard) - minute(first_heard) >= bit_count(minutes, 64)
          then array_max(transform(split(trim(trailing '0' from to_base(minutes, 2)), '1'), run -> length(run))) else 0 end as silent_minutes
      from (
        select tenant_id, max(cluster) as cluster, max(namespace) as namespace, max(pod) as pod, pod_uid, container, started,
          event_hour, bitwise_or_agg(minutes) as minutes, min(first_heard) as first_heard, max(last_heard) as last_heard,
          max(arrival_through) as arrival_through, max(lines_read) as lines_read, max(bytes_read) as bytes_read,
          max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
          min(first_lines_read) as first_lines_read, min(first_lines_held_back) as first_lines_held_back,
          max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
        from (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "minutes", cast("first_heard" as timestamp(3)) as "first_heard", cast("last_heard" as timestamp(3)) as "last_heard", cast("arrival_through" as timestamp(3)) as "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed" from "tenantscope"."booked_heartbeats" where attempt in (select attempt from counted)) b group by tenant_id, pod_uid, container, started, event_hour
      ) m
    ) r
  ) v),
 per_agent as (
  -- Counts are cumulative since the agent started: the last of the window less the last before it.
  select
    tenant_id, pod_uid, container, started,
    max(case when event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then minutes_heard else 0 end) as heard,
    max(lines_read) - coalesce(max(case when event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then lines_read end), 0) as lines_read,
    max(lines_held_back) - coalesce(max(case when event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then lines_held_back end), 0) as lines_held_back,
    max(bytes_held_back) - coalesce(max(case when event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then bytes_held_back end), 0) as bytes_held_back
  from booked_heartbeats
  where event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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

== pipeline-cost
What each tenant costs in the pipeline itself. Log lines and bytes each tenant sent through the pipeline in a window, beside the sums of all tenants, and their value where the Pipeline meters have a list price (by default they have none; see list_prices). Window: 24h up to the last whole hour, UTC.

-- pipeline-cost: What each tenant costs in the pipeline itself
-- Log lines and bytes each tenant sent through the pipeline in a window, beside the sums of all tenants, and their value where the Pipeline meters have a list price (by default they have none, see list_prices).
-- Window: 24h up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 used as (
  select
    tenant_id, meter,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros
  from ledger
  where service = 'Pipeline'
    and event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by tenant_id, meter
),
by_tenant as (
  select
    u.tenant_id,
    cast(coalesce(sum(case when u.meter = 'log_events' then u.quantity_micros end), 0) as decimal(38, 0)) as log_events_micros,
    cast(coalesce(sum(case when u.meter = 'log_bytes' then u.quantity_micros end), 0) as decimal(38, 0)) as log_bytes_micros,
    cast(sum(u.quantity_micros * cast(p.picodollars_per_unit as decimal(38, 0))) as decimal(38, 0)) as value_attodollars
  from used u
  left join list_prices p on p.service = 'Pipeline' and p.meter = u.meter
  group by u.tenant_id
)
select
  tenant_id,
  log_events_micros,
  cast(sum(log_events_micros) over () as decimal(38, 0)) as all_log_events_micros,
  log_bytes_micros,
  cast(sum(log_bytes_micros) over () as decimal(38, 0)) as all_log_bytes_micros,
  value_attodollars
from by_tenant
order by log_bytes_micros desc, tenant_id

== problems
What was wrong with lines that were kept. Per emitting tenant and problem code (docs/tables.md) and service: lines that were kept without their doubtful part. Window: 24h up to the last whole hour, UTC. Of the tenants registered when this was deployed.

-- problems: What was wrong with lines that were kept
-- Per emitting tenant and problem code (docs/tables.md) and service: lines that were kept without their doubtful part.
-- Window: 24h up to the last whole hour, UTC.
-- Of the tenants registered when this was deployed.
with events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    tenant_id, event_time, service_name, problems,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by tenant_id, id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id in ('_canary', '_erased', '_idle', '_shared', '_unknown', 'acme', 'globex')
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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
limit 1000

== quarantine
What did not get through, and why. Records that arrived in the window and were not accepted, by reason (docs/tables.md). Their bytes are kept; replay brings them in once the cause is mended, and they stay listed here. Window: 24h up to the last whole hour, UTC.

-- quarantine: What did not get through, and why
-- Records that arrived in the window and were not accepted, by reason (docs/tables.md). Their bytes are kept, replay brings them in once the cause is mended, and they stay listed here.
-- Window: 24h up to the last whole hour, UTC.
with quarantine as (select substr(cast(arrival_time as varchar), 1, 10) as dt, arrival_time, reason, bytes
    from (select date_add('millisecond', arrivaltimestamp % 86400000, date_add('day', arrivaltimestamp / 86400000, timestamp '1970-01-01 00:00:00.000')) as arrival_time, coalesce(nullif(regexp_extract(errormessage, ': ([a-z_]+)\z', 1), ''), 'unstated') as reason,
      length(from_base64(rawdata)) as bytes from "tenantscope"."errors" where arrivaltimestamp is not null and true))
select
  q.reason,
  count(*) as records,
  cast(sum(q.bytes) as bigint) as bytes,
  min(q.arrival_time) as first_arrival,
  max(q.arrival_time) as last_arrival
from quarantine q
where q.dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and q.dt <= date_format(date_add('day', 0, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
  and q.arrival_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and q.arrival_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
group by q.reason
order by count(*) desc, q.reason

== quota-usage
How much of each shared limit is used, and by whom. Per quota of tenantscope.yaml the busiest period of the window (an hour for limits per second), what each tenant used in it, and all of them. Days until the limit follow the straight line through each day's busiest period (least squares); it says "no growth" when that falls or stays, and nothing is projected for limits per month. Window: 7d up to the last whole hour, UTC.

-- quota-usage: How much of each shared limit is used, and by whom
-- Per quota of tenantscope.yaml the busiest period of the window (an hour for limits per second), what each tenant used in it, and all of them. Days until the limit follow the straight line through each day's busiest period (least squares), it says "no growth" when that falls or stays, and nothing is projected for limits per month.
-- Window: 7d up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
quotas as (select cast("name" as varchar) as "name", cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("per" as varchar) as "per", cast("grain" as varchar) as "grain", cast("limit_micros" as decimal(38, 0)) as "limit_micros" from (values ('dynamodb-table-reads', 'DynamoDB', 'read_units', 'second', 'hour', '144000000000000'), ('dynamodb-table-writes', 'DynamoDB', 'write_units', 'second', 'hour', '144000000000000'), ('kinesis-on-demand-writes', 'Pipeline', 'log_bytes', 'second', 'hour', '720000000000000000'), ('ses-recipients', 'SES', 'recipients', 'day', 'day', '50000000000')) t ("name", "service", "meter", "per", "grain", "limit_micros")),
 used as (
  select
    q.name, l.tenant_id,
    case q.grain
      when 'hour' then l.event_hour
      when 'day' then date_trunc('day', l.event_hour)
      else date_trunc('month', l.event_hour)
    end as period,
    cast(sum(l.quantity_micros) as decimal(38, 0)) as used_micros
  from ledger l
  join quotas q on q.service = l.service and q.meter = l.meter
  where l.event_hour >= date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and l.event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by
    q.name, l.tenant_id,
    case q.grain
      when 'hour' then l.event_hour
      when 'day' then date_trunc('day', l.event_hour)
      else date_trunc('month', l.event_hour)
    end
),
totals as (
  select
    name, period, cast(sum(used_micros) as decimal(38, 0)) as total_micros,
    row_number() over (partition by name order by cast(sum(used_micros) as decimal(38, 0)) desc, period) as place
  from used
  group by name, period
),
daily as (
  select
    name, date_diff('day', date_trunc('day', date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), date_trunc('day', period)) as x, max(total_micros) as y_micros
  from totals
  group by name, date_diff('day', date_trunc('day', date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), date_trunc('day', period))
),
trend as (
  select
    name, count(*) as days, cast(sum(x) as bigint) as sum_x, cast(sum(x * x) as bigint) as sum_xx,
    cast(sum(y_micros) as decimal(38, 0)) as sum_y_micros,
    cast(sum(y_micros * cast(x as decimal(38, 0))) as decimal(38, 0)) as sum_xy_micros,
    max(x) as last_x
  from daily
  group by name
)
select
  q.name as quota, q.service, q.meter, q.per, t.period as peak_at, u.tenant_id, u.used_micros, t.total_micros, q.limit_micros,
  case when q.grain = 'month' then 0 else d.days end as days,
  d.sum_x, d.sum_xx, d.sum_y_micros, d.sum_xy_micros, d.last_x
from quotas q
join totals t on t.name = q.name and t.place = 1
join used u on u.name = t.name and u.period = t.period
join trend d on d.name = q.name
order by q.name, u.used_micros desc, u.tenant_id, t.period

== restatement
What moved after a date, and why. Per consuming tenant, service and meter what was booked after a date for hours before its end, beside what was booked by then: late (lines that arrived after the date), replayed (lines that had arrived by then and were booked later: a replay, or an import of old files), re-attributed (taken off _unknown, or off a shared service, and given to whom it belongs), and corrected (sums that move because a sample of a counter came late). Lines that came again after the date change no sum; they are counted as duplicates of their emitter, with no change. Window: 31d up to the last whole hour, UTC.

-- restatement: What moved after a date, and why
-- Per consuming tenant, service and meter what was booked after a date for hours before its end, beside what was booked by then: late (lines that arrived after the date), replayed (lines that had arrived by then and were booked later: a replay, or an import of old files), re-attributed (taken off _unknown, or off a shared service, and given to whom it belongs), and corrected (sums that move because a sample of a counter came late). Lines that came again after the date change no sum, they are counted as duplicates of their emitter, with no change.
-- Window: 31d up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
booked_events as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "emitter", "dt", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", cast("arrival_through" as timestamp(3)) as "arrival_through", "rows", "events", "duplicates" from "tenantscope"."booked_events" where attempt in (select attempt from counted)),

-- What was booked after the date: of most windows hardly anything, and everything below is asked of its tenants and meters only.
later as (
  select
    l.tenant_id, l.emitter, l.service, l.meter, coalesce(l.unit, '') as unit, l.event_hour, l.booked_date, l.manifest, l.quantity_micros, l.events
  from ledger l
  where l.event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and l.event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and substr(cast(cast(l.event_hour as date) as varchar), 1, 10) <= date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d') and l.booked_date > date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d')
),
-- Whether a booking's lines of an hour had arrived by the date.
arrivals as (
  select b.emitter, b.event_hour, b.manifest, b.booked_date, max(b.dt) as arrived
  from booked_events b
  where b.event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and b.event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)) and b.booked_date > date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d')
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
      when a.arrived > date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d') then 'late'
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
    cast(coalesce(sum(case when l.booked_date <= date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d') then l.quantity_micros end), 0) as decimal(38, 0)) as before_micros,
    cast(sum(l.quantity_micros) as decimal(38, 0)) as after_micros
  from ledger l
  join (select distinct tenant_id, service, meter, unit from changes) k
    on k.tenant_id = l.tenant_id and k.service = l.service and k.meter = l.meter and k.unit = coalesce(l.unit, '')
  where l.event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and l.event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and substr(cast(cast(l.event_hour as date) as varchar), 1, 10) <= date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d')
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
  where d.event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and d.event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and substr(cast(cast(d.event_hour as date) as varchar), 1, 10) <= date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d') and d.booked_date > date_format(date_add('day', -1, cast(current_timestamp at time zone 'UTC' as timestamp)), '%Y-%m-%d') and d.duplicates > 0
  group by d.emitter
)
select
  tenant_id, service, meter, unit, reason, before_micros, change_micros, after_micros, entries, last_booked
from listed
order by tenant_id, service, meter, unit, reason, before_micros, change_micros, after_micros, entries, last_booked

== service-by-tenant-matrix
Who uses which service, at list price. One row for each tenant and service of a window: usage at list price, so that services can be set against each other. A service without any list price has no value; its usage entries still show who uses it. Meters without a price are left out of the value and counted. Window: 24h up to the last whole hour, UTC.

-- service-by-tenant-matrix: Who uses which service, at list price
-- One row for each tenant and service of a window: usage at list price, so that services can be set against each other. A service without any list price has no value, its usage entries still show who uses it. Meters without a price are left out of the value and counted.
-- Window: 24h up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 used as (
  select
    tenant_id, service, meter,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by tenant_id, service, meter
),
weighed as (
  select
    u.tenant_id, u.service, u.events,
    u.quantity_micros * cast(p.picodollars_per_unit as decimal(38, 0)) as value_attodollars,
    case when p.picodollars_per_unit is null then 1 else 0 end as left_out
  from used u
  left join list_prices p on p.service = u.service and p.meter = u.meter
),
by_tenant as (
  select
    tenant_id, service,
    cast(sum(value_attodollars) as decimal(38, 0)) as value_attodollars,
    cast(sum(events) as bigint) as events,
    cast(sum(left_out) as bigint) as meters_left_out
  from weighed
  group by tenant_id, service
),
priced as (
  select distinct service from list_prices
)
select
  b.tenant_id, b.service,
  -- A tenant that used only meters without a price used nothing of value, a service without prices has no value at all.
  case when p.service is null then cast(null as decimal(38, 0)) else coalesce(b.value_attodollars, cast(0 as decimal(38, 0))) end as value_attodollars,
  cast(sum(b.value_attodollars) over (partition by b.service) as decimal(38, 0)) as service_value_attodollars,
  b.events, b.meters_left_out
from by_tenant b
left join priced p on p.service = b.service
order by b.tenant_id, b.service

== tenant-callers
Which users or endpoints one tenant's usage came from. Per service, the users that a tenant's own lines state (enduser.id, user.id, usr.id, user_id or userId) or the endpoints, by what the lines that name them say was used: all meters with a list price together in USD, each other meter by itself. What is beyond the first, and what states none, are rows of their own, so that the rows of a service and basis are all its lines say. What shared services print of it is in top-callers. Parts of a path that look like ids stand as *. Counters and distinct counts, which lines do not add up to, are left out. Window: 24h up to the last whole hour, UTC. Asks for tenant_id, tenant_id, each a text in single quotes.

-- tenant-callers: Which users or endpoints one tenant's usage came from
-- Per service, the users that a tenant's own lines state (enduser.id, user.id, usr.id, user_id or userId) or the endpoints, by what the lines that name them say was used: all meters with a list price together in USD, each other meter by itself. What is beyond the first, and what states none, are rows of their own, so that the rows of a service and basis are all its lines say. What shared services print of it is in top-callers. Parts of a path that look like ids stand as *. Counters and distinct counts, which lines do not add up to, are left out.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for tenant_id, tenant_id, each a text in single quotes.
with event_usage as (select l.tenant_id as emitter, l.dt, l.event_time, l.event_id, l.arrival_time, u."entry", coalesce(case when element_at(l.attributes, 'enduser.id') not in ('', '-', 'null') then element_at(l.attributes, 'enduser.id') end, case when element_at(l.attributes, 'user.id') not in ('', '-', 'null') then element_at(l.attributes, 'user.id') end, case when element_at(l.attributes, 'usr.id') not in ('', '-', 'null') then element_at(l.attributes, 'usr.id') end, case when element_at(l.attributes, 'user_id') not in ('', '-', 'null') then element_at(l.attributes, 'user_id') end, case when element_at(l.attributes, 'userId') not in ('', '-', 'null') then element_at(l.attributes, 'userId') end) as user_id,
    l.http_request_method, l.http_route, l.url_path, u."tenant_id", u."service", u."resource", u."operation", u."meter", u."unit", u."kind", u."series", u."quantity_micros"
    from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") l cross join unnest(l.usage) with ordinality as u ("tenant_id", "service", "resource", "operation", "meter", "unit", "kind", "series", "quantity_micros", "entry") where true),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 entries as (
  select
    tenant_id, service, meter, unit, quantity_micros, user_id, http_request_method, http_route, url_path,
    -- A line that was delivered twice lies in the lake twice, with each of its entries.
    row_number() over (partition by emitter, event_id, entry order by arrival_time) as copy
  from event_usage
  where emitter = ?
    and tenant_id = ?
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and kind in ('sum', 'sampled')
),
summed as (
  select
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when 'user' = 'user' then user_id end as user_id,
    cast(sum(cast(quantity_micros as decimal(38, 0))) as decimal(38, 0)) as quantity_micros,
    count(*) as events
  from entries
  where copy = 1
  group by
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when 'user' = 'user' then user_id end
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
      when 'user' = 'user' then user_id
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
    case when caller is null then 'unstated' when place <= 5 then 'named' else 'others' end as kind,
    case when caller is not null and place <= 5 then place end as rank,
    case when place <= 5 then caller end as caller,
    count(caller) as callers,
    cast(sum(amount) as decimal(38, 0)) as amount,
    cast(sum(events) as bigint) as events
  from placed
  group by
    tenant_id, service, basis, unit,
    case when caller is null then 'unstated' when place <= 5 then 'named' else 'others' end,
    case when caller is not null and place <= 5 then place end,
    case when place <= 5 then caller end
)
select
  tenant_id, service, basis, unit, kind, rank, caller, callers, amount,
  cast(sum(amount) over (partition by tenant_id, service, basis, unit) as decimal(38, 0)) as total,
  events
from folded
order by tenant_id, service, basis, unit, kind, rank, caller
limit 10000

== tenant-errors
Errors of one tenant, by kind. Lines of one tenant that are errors (severity error or worse, HTTP status 500 or more, or an error type), by service, error type, route and status, with the latest message of each. Window: 24h up to the last whole hour, UTC. Asks for tenant_id, each a text in single quotes.

-- tenant-errors: Errors of one tenant, by kind
-- Lines of one tenant that are errors (severity error or worse, HTTP status 500 or more, or an error type), by service, error type, route and status, with the latest message of each.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for tenant_id, each a text in single quotes.
with events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    event_time, event_id, service_name, error_type, http_route, http_response_status_code, body,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = ?
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and (severity_number >= 17 or http_response_status_code >= 500 or error_type is not null)
),
placed as (
  select
    event_time, service_name, error_type, http_route, http_response_status_code, body,
    row_number() over (
      partition by service_name, error_type, http_route, http_response_status_code
      order by event_time desc, event_id
    ) as place
  from lines
  where copy = 1
)
select
  service_name, error_type, http_route, http_response_status_code,
  count(*) as lines,
  min(event_time) as first_seen,
  max(event_time) as last_seen,
  max(case when place = 1 then substr(body, 1, 200) end) as latest
from placed
group by service_name, error_type, http_route, http_response_status_code
order by count(*) desc, service_name, error_type, http_route, http_response_status_code
limit 100

== tenant-latency
How long requests of one tenant took. Requests of one tenant that state a duration, by service, method and route: how many, how many failed (HTTP status 500 or more), and the exact median, p95, p99 (nearest rank) and greatest duration. Window: 24h up to the last whole hour, UTC. Asks for tenant_id, each a text in single quotes.

-- tenant-latency: How long requests of one tenant took
-- Requests of one tenant that state a duration, by service, method and route: how many, how many failed (HTTP status 500 or more), and the exact median, p95, p99 (nearest rank) and greatest duration.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for tenant_id, each a text in single quotes.
with events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    event_id, service_name, http_request_method, http_route, http_response_status_code, duration_ms,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = ?
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    -- Neither engine agrees with the other on NaN, no request takes 30 years.
    and duration_ms >= 0e0 and duration_ms < 1e12
),
placed as (
  select
    service_name, http_request_method, http_route, http_response_status_code, duration_ms,
    row_number() over (partition by service_name, http_request_method, http_route order by duration_ms, event_id) as place,
    -- Not "requests": in ORDER BY Trino takes that for the result's column.
    count(*) over (partition by service_name, http_request_method, http_route) as of_all
  from lines
  where copy = 1
)
select
  service_name, http_request_method, http_route,
  count(*) as requests,
  cast(sum(case when http_response_status_code >= 500 then 1 else 0 end) as bigint) as failed,
  min(case when place * 100 >= of_all * 50 then duration_ms end) as p50_ms,
  min(case when place * 100 >= of_all * 95 then duration_ms end) as p95_ms,
  min(case when place * 100 >= of_all * 99 then duration_ms end) as p99_ms,
  max(duration_ms) as greatest_ms
from placed
group by service_name, http_request_method, http_route
order by
  min(case when place * 100 >= of_all * 95 then duration_ms end) desc,
  service_name, http_request_method, http_route
limit 100

== tenant-logs
Log lines of one tenant. The newest lines a tenant's pods printed in a window, by severity and by a piece of text as it is written. Heartbeats of the agents are left out; a line that came twice is shown once. Window: 24h up to the last whole hour, UTC. Asks for tenant_id, each a text in single quotes.

-- tenant-logs: Log lines of one tenant
-- The newest lines a tenant's pods printed in a window, by severity and by a piece of text as it is written. Heartbeats of the agents are left out, a line that came twice is shown once.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for tenant_id, each a text in single quotes.
with events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    event_time, severity_text, service_name, pod, container, body, trace_id, event_id,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = ?
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and format <> 'heartbeat'
    and ('any' = 'any' or severity_number >= case 'any'
      when 'debug' then 5 when 'info' then 9 when 'warn' then 13 when 'error' then 17 else 21 end)
    and ('' = '' or body like '%%' escape '!')
)
select event_time, severity_text, service_name, pod, container, body, trace_id, event_id
from lines
where copy = 1
order by event_time desc, event_id
limit 100

== tenant-share
Share of a service per tenant. How much of one shared service each tenant used in a window, against the window of equal length before. A service's meters are weighed by list price; meters without one do not count, and a warning says how many. A service without any list price is measured by its first meter by name alone: units of different meters are never added. With weigh=meter every meter is ranked on its own, prices aside. Window: 24h up to the last whole hour, UTC. Asks for service, service, each a text in single quotes.

-- tenant-share: Share of a service per tenant
-- How much of one shared service each tenant used in a window, against the window of equal length before. A service's meters are weighed by list price, meters without one do not count, and a warning says how many. A service without any list price is measured by its first meter by name alone: units of different meters are never added. With weigh=meter every meter is ranked on its own, prices aside.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for service, service, each a text in single quotes.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 used as (
  select tenant_id, meter, event_hour, quantity_micros
  from ledger
  where service = ?
    and event_hour >= date_add('hour', -48, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
),
prices as (
  select meter, picodollars_per_unit from list_prices where service = ?
),
facts as (
  select
    min(u.meter) as first_meter,
    (select count(*) from prices) as priced,
    count(distinct u.meter) as meters,
    count(distinct p.meter) as meters_priced
  from used u
  left join prices p on p.meter = u.meter
),
weighed as (
  select
    u.tenant_id,
    u.event_hour,
    case
      when 'price' = 'meter' then u.meter
      when f.priced > 0 then 'USD'
      else f.first_meter
    end as basis,
    cast(u.quantity_micros as decimal(38, 0)) * cast(case
      when 'price' = 'meter' then 1
      when f.priced > 0 then coalesce(p.picodollars_per_unit, 0)
      when u.meter = f.first_meter then 1
      else 0
    end as decimal(38, 0)) as amount
  from used u
  left join prices p on p.meter = u.meter
  cross join facts f
),
by_tenant as (
  select
    basis,
    tenant_id,
    cast(coalesce(sum(case when event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then amount end), 0) as decimal(38, 0)) as amount,
    cast(coalesce(sum(case when event_hour < date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) then amount end), 0) as decimal(38, 0)) as amount_before
  from weighed
  group by basis, tenant_id
)
select
  row_number() over (partition by b.basis order by b.amount desc, b.tenant_id) as rank,
  b.tenant_id,
  b.amount,
  cast(sum(b.amount) over (partition by b.basis) as decimal(38, 0)) as total,
  b.amount_before,
  cast(sum(b.amount_before) over (partition by b.basis) as decimal(38, 0)) as total_before,
  b.basis,
  case
    when 'price' = 'meter' then 0
    when f.priced > 0 then f.meters - f.meters_priced
    else f.meters - 1
  end as meters_left_out
from by_tenant b
cross join facts f
order by b.basis, b.amount desc, b.tenant_id

== tenant-usage-by-day
What one tenant used, day by day. Consumption of one tenant per UTC day, service and meter, in the meter's own unit. Window: 31d up to the last whole hour, UTC. Asks for tenant_id, each a text in single quotes.

-- tenant-usage-by-day: What one tenant used, day by day
-- Consumption of one tenant per UTC day, service and meter, in the meter's own unit.
-- Window: 31d up to the last whole hour, UTC.
-- Asks for tenant_id, each a text in single quotes.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted))
select
  substr(cast(cast(event_hour as date) as varchar), 1, 10) as day,
  service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events
from ledger
where tenant_id = ?
  and event_hour >= date_add('hour', -744, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
group by substr(cast(cast(event_hour as date) as varchar), 1, 10), service, meter, unit
order by day, service, meter, unit

== tenant-usage-by-hour
What one tenant used, hour by hour. Consumption of one tenant per UTC hour, service and meter, in the meter's own unit. Window: 24h up to the last whole hour, UTC. Asks for tenant_id, each a text in single quotes.

-- tenant-usage-by-hour: What one tenant used, hour by hour
-- Consumption of one tenant per UTC hour, service and meter, in the meter's own unit.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for tenant_id, each a text in single quotes.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted))
select
  event_hour as hour, service, meter, unit,
  cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
  cast(sum(events) as bigint) as events
from ledger
where tenant_id = ?
  and event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
group by event_hour, service, meter, unit
order by event_hour, service, meter, unit

== top-callers
Which users or endpoints tenants' usage came from. Per consuming tenant and service, the users that its lines state (enduser.id, user.id, usr.id, user_id or userId) or the endpoints, by what the lines that name them say was used: all meters with a list price together in USD, each other meter by itself. What is beyond the first, and what states none, are rows of their own, so that the rows of a tenant, service and basis are all its lines say. Name _shared beside the tenants whose usage shared services print. Parts of a path that look like ids stand as *. Counters and distinct counts, which lines do not add up to, are left out. Window: 24h up to the last whole hour, UTC. Of the tenants registered when this was deployed.

-- top-callers: Which users or endpoints tenants' usage came from
-- Per consuming tenant and service, the users that its lines state (enduser.id, user.id, usr.id, user_id or userId) or the endpoints, by what the lines that name them say was used: all meters with a list price together in USD, each other meter by itself. What is beyond the first, and what states none, are rows of their own, so that the rows of a tenant, service and basis are all its lines say. Name _shared beside the tenants whose usage shared services print. Parts of a path that look like ids stand as *. Counters and distinct counts, which lines do not add up to, are left out.
-- Window: 24h up to the last whole hour, UTC.
-- Of the tenants registered when this was deployed.
with event_usage as (select l.tenant_id as emitter, l.dt, l.event_time, l.event_id, l.arrival_time, u."entry", coalesce(case when element_at(l.attributes, 'enduser.id') not in ('', '-', 'null') then element_at(l.attributes, 'enduser.id') end, case when element_at(l.attributes, 'user.id') not in ('', '-', 'null') then element_at(l.attributes, 'user.id') end, case when element_at(l.attributes, 'usr.id') not in ('', '-', 'null') then element_at(l.attributes, 'usr.id') end, case when element_at(l.attributes, 'user_id') not in ('', '-', 'null') then element_at(l.attributes, 'user_id') end, case when element_at(l.attributes, 'userId') not in ('', '-', 'null') then element_at(l.attributes, 'userId') end) as user_id,
    l.http_request_method, l.http_route, l.url_path, u."tenant_id", u."service", u."resource", u."operation", u."meter", u."unit", u."kind", u."series", u."quantity_micros"
    from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") l cross join unnest(l.usage) with ordinality as u ("tenant_id", "service", "resource", "operation", "meter", "unit", "kind", "series", "quantity_micros", "entry") where true),
list_prices as (select cast("service" as varchar) as "service", cast("meter" as varchar) as "meter", cast("picodollars_per_unit" as bigint) as "picodollars_per_unit" from (values ('DynamoDB', 'read_units', '125000'), ('DynamoDB', 'write_units', '625000'), ('S3', 'tier1_requests', '5000000'), ('S3', 'tier2_requests', '400000'), ('SQS', 'requests', '400000'), ('SNS', 'requests', '500000'), ('SES', 'recipients', '100000000'), ('Lambda', 'invocations', '200000'), ('Lambda', 'mb_milliseconds', '16'), ('Ingress', 'bytes_out', '90')) t ("service", "meter", "picodollars_per_unit")),
 entries as (
  select
    tenant_id, service, meter, unit, quantity_micros, user_id, http_request_method, http_route, url_path,
    -- A line that was delivered twice lies in the lake twice, with each of its entries.
    row_number() over (partition by emitter, event_id, entry order by arrival_time) as copy
  from event_usage
  where emitter in ('_canary', '_erased', '_idle', '_shared', '_unknown', 'acme', 'globex')
    and tenant_id in ('_canary', '_erased', '_idle', '_shared', '_unknown', 'acme', 'globex')
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and kind in ('sum', 'sampled')
),
summed as (
  select
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when 'user' = 'user' then user_id end as user_id,
    cast(sum(cast(quantity_micros as decimal(38, 0))) as decimal(38, 0)) as quantity_micros,
    count(*) as events
  from entries
  where copy = 1
  group by
    tenant_id, service, meter, unit, http_request_method, http_route, url_path,
    case when 'user' = 'user' then user_id end
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
      when 'user' = 'user' then user_id
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
    case when caller is null then 'unstated' when place <= 5 then 'named' else 'others' end as kind,
    case when caller is not null and place <= 5 then place end as rank,
    case when place <= 5 then caller end as caller,
    count(caller) as callers,
    cast(sum(amount) as decimal(38, 0)) as amount,
    cast(sum(events) as bigint) as events
  from placed
  group by
    tenant_id, service, basis, unit,
    case when caller is null then 'unstated' when place <= 5 then 'named' else 'others' end,
    case when caller is not null and place <= 5 then place end,
    case when place <= 5 then caller end
)
select
  tenant_id, service, basis, unit, kind, rank, caller, callers, amount,
  cast(sum(amount) over (partition by tenant_id, service, basis, unit) as decimal(38, 0)) as total,
  events
from folded
order by tenant_id, service, basis, unit, kind, rank, caller
limit 10000

== top-operations
Which operations used most of a service. The operations that used most of one shared service in a window, per meter and in its own unit, with the tenants that used each and the tenant that used most of it. Window: 24h up to the last whole hour, UTC. Asks for service, each a text in single quotes.

-- top-operations: Which operations used most of a service
-- The operations that used most of one shared service in a window, per meter and in its own unit, with the tenants that used each and the tenant that used most of it.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for service, each a text in single quotes.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
 by_tenant as (
  select
    meter, unit, operation, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where service = ?
    and event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by meter, unit, operation, tenant_id
),
placed as (
  select
    meter, unit, operation, tenant_id, quantity_micros, events,
    row_number() over (partition by meter, unit, operation order by quantity_micros desc, tenant_id) as place
  from by_tenant
),
by_operation as (
  select
    meter, unit, operation,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events,
    count(*) as tenants,
    max(case when place = 1 then tenant_id end) as top_tenant_id,
    max(case when place = 1 then quantity_micros end) as top_tenant_quantity_micros
  from placed
  group by meter, unit, operation
),
ranked as (
  select
    meter, unit, operation, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros,
    row_number() over (partition by meter, unit order by quantity_micros desc, operation) as place
  from by_operation
)
select
  meter, unit, place as rank, operation, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros
from ranked
where place <= 20
order by meter, unit, place

== top-resources
Which tables, buckets and hosts were used most. The resources that used most of one shared service in a window, per meter and in its own unit, with the tenants that used each and the tenant that used most of it. Window: 24h up to the last whole hour, UTC. Asks for service, each a text in single quotes.

-- top-resources: Which tables, buckets and hosts were used most
-- The resources that used most of one shared service in a window, per meter and in its own unit, with the tenants that used each and the tenant that used most of it.
-- Window: 24h up to the last whole hour, UTC.
-- Asks for service, each a text in single quotes.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
 by_tenant as (
  select
    meter, unit, resource, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where service = ?
    and event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
  group by meter, unit, resource, tenant_id
),
placed as (
  select
    meter, unit, resource, tenant_id, quantity_micros, events,
    row_number() over (partition by meter, unit, resource order by quantity_micros desc, tenant_id) as place
  from by_tenant
),
by_resource as (
  select
    meter, unit, resource,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events,
    count(*) as tenants,
    max(case when place = 1 then tenant_id end) as top_tenant_id,
    max(case when place = 1 then quantity_micros end) as top_tenant_quantity_micros
  from placed
  group by meter, unit, resource
),
ranked as (
  select
    meter, unit, resource, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros,
    row_number() over (partition by meter, unit order by quantity_micros desc, resource) as place
  from by_resource
)
select
  meter, unit, place as rank, resource, quantity_micros, events, tenants, top_tenant_id, top_tenant_quantity_micros
from ranked
where place <= 20
order by meter, unit, place

== top-tenants
Who used most of each meter. The greatest consumers of every service and meter in a window, in the meter's own unit. Window: 24h up to the last whole hour, UTC.

-- top-tenants: Who used most of each meter
-- The greatest consumers of every service and meter in a window, in the meter's own unit.
-- Window: 24h up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
 by_tenant as (
  select
    service, meter, unit, tenant_id,
    cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros,
    cast(sum(events) as bigint) as events
  from ledger
  where event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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
where place <= 5
order by service, meter, unit, place

== trace
One trace of one tenant, in order. The lines of one tenant that carry a trace id, oldest first, over all its services. Window: 7d up to the last whole hour, UTC. Asks for tenant_id, trace_id, each a text in single quotes.

-- trace: One trace of one tenant, in order
-- The lines of one tenant that carry a trace id, oldest first, over all its services.
-- Window: 7d up to the last whole hour, UTC.
-- Asks for tenant_id, trace_id, each a text in single quotes.
with events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    event_time, span_id, service_name, severity_text, http_request_method, http_route, http_response_status_code,
    duration_ms, body, event_id,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = ?
    and dt >= date_format(date_add('day', -1, date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -168, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and trace_id = ?
)
select
  event_time, span_id, service_name, severity_text, http_request_method, http_route, http_response_status_code,
  duration_ms, body
from lines
where copy = 1
order by event_time, event_id
limit 1000

== unattributed
What belongs to no tenant, and whom to register. Everything of _unknown in a window. As line: namespaces no tenant has, with the services in them, and how many lines they printed. As usage: what shared services did for consumers no tenant is registered for, by the resource used. Registering the namespace or resource and replaying moves it to its tenant. Window: 24h up to the last whole hour, UTC.

-- unattributed: What belongs to no tenant, and whom to register
-- Everything of _unknown in a window. As line: namespaces no tenant has, with the services in them, and how many lines they printed. As usage: what shared services did for consumers no tenant is registered for, by the resource used. Registering the namespace or resource and replaying moves it to its tenant.
-- Window: 24h up to the last whole hour, UTC.
with ledger as (with counted as (select attempt from (
      select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
      from "tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
    where kind = 'sealed' or merged = 0)
    select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", cast("event_hour" as timestamp(3)) as "event_hour", "booked_date", "manifest", "quantity_micros", "events" from "tenantscope"."usage" where attempt in (select attempt from counted)),
events as (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from (select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events" union all select "tenant_id", "dt", "schema_version", "event_id", "id_hour", "event_time", "observed_time", "arrival_time", "severity_number", "severity_text", "body", "event_name", "format", "service_name", "cluster", "node", "namespace", "pod", "pod_uid", "container", "log_iostream", "source_file", "source_offset", "shard_id", "sequence_number", "trace_id", "span_id", "http_request_method", "http_route", "url_path", "http_response_status_code", "duration_ms", "error_type", "log_bytes", "attributes", "usage", "problems" from "tenantscope"."events_compacted") where true),
 lines as (
  select
    namespace, service_name,
    -- A line that was delivered twice lies in the lake twice.
    row_number() over (partition by id_hour, event_id order by arrival_time) as copy
  from events
  where tenant_id = '_unknown'
    and dt >= date_format(date_add('day', -1, date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d') and dt <= date_format(date_add('day', 7, date_add('hour', -1, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp)))), '%Y-%m-%d')
    and event_time >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_time < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
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
    and event_hour >= date_add('hour', -24, date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))) and event_hour < date_trunc('hour', cast(current_timestamp at time zone 'UTC' as timestamp))
    and not (service = 'Pipeline' and emitter = '_unknown')
  group by emitter, service, resource, meter, unit
)
select seen_as, namespace, emitter, service, resource, meter, unit, quantity_micros
from found
order by seen_as, quantity_micros desc, namespace, emitter, service, resource, meter, unit
limit 1000
