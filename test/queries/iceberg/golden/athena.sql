select table_name from "awsdatacatalog".information_schema.tables where table_schema = 'tenantscope';

CREATE DATABASE IF NOT EXISTS `tenantscope`;

CREATE TABLE IF NOT EXISTS `tenantscope`.`usage` (
  `tenant_id` string,
  `emitter` string,
  `service` string,
  `resource` string,
  `operation` string,
  `meter` string,
  `unit` string,
  `event_hour` timestamp,
  `booked_date` string,
  `manifest` bigint,
  `quantity_micros` decimal(38,0),
  `events` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/usage/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

CREATE TABLE IF NOT EXISTS `tenantscope`.`series` (
  `tenant_id` string,
  `service` string,
  `resource` string,
  `meter` string,
  `unit` string,
  `kind` string,
  `series` string,
  `emitter` string,
  `operation` string,
  `event_time` timestamp,
  `value_micros` bigint,
  `copies` bigint,
  `first` int,
  `booked_date` string,
  `manifest` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/series/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

CREATE TABLE IF NOT EXISTS `tenantscope`.`booked_events` (
  `emitter` string,
  `dt` string,
  `event_hour` timestamp,
  `booked_date` string,
  `manifest` bigint,
  `arrival_through` timestamp,
  `rows` bigint,
  `events` bigint,
  `duplicates` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/booked_events/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

CREATE TABLE IF NOT EXISTS `tenantscope`.`usage_recent` (
  `tenant_id` string,
  `emitter` string,
  `service` string,
  `resource` string,
  `operation` string,
  `meter` string,
  `unit` string,
  `window_start` timestamp,
  `quantity_micros` decimal(38,0),
  `events` bigint,
  `booked_date` string,
  `manifest` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/usage_recent/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

CREATE TABLE IF NOT EXISTS `tenantscope`.`booked_heartbeats` (
  `tenant_id` string,
  `cluster` string,
  `namespace` string,
  `pod` string,
  `pod_uid` string,
  `container` string,
  `started` bigint,
  `event_hour` timestamp,
  `booked_date` string,
  `manifest` bigint,
  `minutes` bigint,
  `first_heard` timestamp,
  `last_heard` timestamp,
  `arrival_through` timestamp,
  `lines_read` bigint,
  `bytes_read` bigint,
  `lines_held_back` bigint,
  `bytes_held_back` bigint,
  `first_lines_read` bigint,
  `first_lines_held_back` bigint,
  `hour_lines_read` bigint,
  `hour_lines_held_back` bigint,
  `closed` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/booked_heartbeats/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

CREATE TABLE IF NOT EXISTS `tenantscope`.`booked_sources` (
  `tenant_id` string,
  `pod_uid` string,
  `container` string,
  `hour` timestamp,
  `booked_date` string,
  `manifest` bigint,
  `lines` bigint,
  `duplicates` bigint,
  `listed` bigint,
  `first_seen` timestamp,
  `last_seen` timestamp,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/booked_sources/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

create table "awsdatacatalog"."tenantscope"."bookings" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/bookings/', partitioning = array['booked_date']) as select cast("kind" as varchar) as "kind", cast("booked_date" as varchar) as "booked_date", cast("manifest" as bigint) as "manifest", cast("attempt" as varchar) as "attempt", cast("finished" as timestamp(6)) as "finished", cast("rows" as bigint) as "rows", cast("events" as bigint) as "events", cast("lake" as varchar) as "lake" from (select 'ledger' as kind, '' as booked_date, 0 as manifest, '<id>' as attempt,
  localtimestamp as finished, 0 as "rows", 0 as events, 's3://lake' as lake);

select table_name from "awsdatacatalog".information_schema.tables where table_schema = 'tenantscope';

select attempt, lake from "awsdatacatalog"."tenantscope"."bookings" where kind = 'ledger';

select count(*) from (select tenant_id as emitter, dt, "$path" as path from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-1.parquet'));

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_lines/') as select r."emitter", r."dt", r."path", r."id_hour", r."event_id", r."event_time", r."arrival_time", r."observed_time", r."cluster", r."namespace", r."pod", r."pod_uid", r."container", r."format", r."attributes", r."usage", r.place = 1 and s.event_id is null as counted from (
  select o.*, row_number() over (partition by emitter, id_hour, event_id
  order by arrival_time, path, event_time, usage) as place from (select emitter, dt, path, "event_id", cast(id_hour as timestamp(6)) as id_hour, cast(event_time as timestamp(6)) as event_time, cast(observed_time as timestamp(6)) as observed_time, cast(arrival_time as timestamp(6)) as arrival_time, "format", "cluster", "namespace", "pod", "pod_uid", "container", case when format in ('heartbeat', 'kubelet') then attributes end as attributes, "usage" from (select tenant_id as emitter, dt, "$path" as path, id_hour, event_id, event_time, arrival_time, observed_time, cluster, namespace, pod, pod_uid, container, format, attributes, usage from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-2.parquet'))) o
  ) r left join (select distinct emitter, id_hour, event_id from (select emitter, id_hour, event_id from (select tenant_id as emitter, dt, "$path" as path, id_hour, event_id from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-1.parquet')))) s
  on s.emitter = r.emitter and s.id_hour = r.id_hour and s.event_id = r.event_id;

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_tally/') as with entries as (
  select l.emitter, l.dt, cast(date_add('minute', -(minute(l.event_time) % 5), date_trunc('minute', l.event_time)) as timestamp(6)) as window_start, l.arrival_time, l.counted,
  coalesce(u.place, 1) = 1 as is_line, u.tenant_id, u.service, u.resource, u.operation, u.meter, u.unit, u.kind,
  case when u.kind in ('counter', 'distinct') then u.series end as series, case when u.kind in ('counter', 'distinct') then cast(l.event_time as timestamp(6)) end as event_time,
  case when u.kind in ('counter', 'distinct') then case when u.quantity_micros < 0 then -1 - u.quantity_micros else u.quantity_micros end end as value_micros,
  case when u.kind in ('counter', 'distinct') then case when u.quantity_micros < 0 then -1 else 1 end end as copies,
  case when u.kind in ('sum', 'sampled') then u.quantity_micros else 0 end as quantity_micros, u.place is not null as is_entry
  from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" l left join unnest(case when l.counted then l.usage end) with ordinality as u (tenant_id, service, resource, operation, meter, unit, kind, series, quantity_micros, place) on true
  )
  select emitter, dt, window_start, tenant_id, service, resource, operation, meter, unit, kind, series, event_time, value_micros, cast(max(arrival_time) as timestamp(6)) as arrival_through,
  count(*) filter (where is_line) as lines, count(*) filter (where is_line and counted) as counted,
  count(*) filter (where is_entry) as entries, cast(sum(copies) as bigint) as copies,
  cast(sum(cast(quantity_micros as decimal(38, 0))) as decimal(38, 0)) as quantity_micros
  from entries group by emitter, dt, window_start, tenant_id, service, resource, operation, meter, unit, kind, series, event_time, value_micros;

select l.*, t.* from (
  select count(*) as lines, count(*) filter (where counted) as counted, count(*) filter (where format = 'heartbeat') as heartbeats,
  count(*) filter (where format = 'kubelet' or (format is null or format not in ('heartbeat', 'reattribution'))) as sources from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines"
  ) l cross join (select count(*) as samples from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')) t;

select date_trunc('hour', min(greatest(period, since - interval '1' day))) from (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period);

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_close/') as select s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.emitter, s.operation, s.event_time, s.value_micros, s.period, s.copies from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period, cast(sum(copies) as bigint) as copies from (select b.tenant_id, b.service, b.resource, b.meter, b.unit, b.kind, b.series, b.emitter, b.operation, b.event_time, b.value_micros, b.period, b.copies
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select * from "awsdatacatalog"."tenantscope"."series" where attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))
  and manifest < 2 and event_time >= timestamp '2026-12-02 10:00:00.000')) b join (select *, greatest(period, since - interval '1' day) as cutoff from (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period)) t on b.tenant_id = t.tenant_id and b.service = t.service and b.resource = t.resource and b.meter = t.meter and b.unit = t.unit and b.kind = t.kind and b.series = t.series and b.period = t.period
  where b.event_time >= t.cutoff)
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period having sum(copies) <> 0) s join (
  select s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.period,
  coalesce(max(s.event_time) filter (where s.event_time < t.since and s.copies > 0), min(t.since)) as since,
  coalesce(min(s.event_time) filter (where s.event_time > t.until and s.copies > 0), min(t.until)) as until
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period, cast(sum(copies) as bigint) as copies from (select b.tenant_id, b.service, b.resource, b.meter, b.unit, b.kind, b.series, b.emitter, b.operation, b.event_time, b.value_micros, b.period, b.copies
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select * from "awsdatacatalog"."tenantscope"."series" where attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))
  and manifest < 2 and event_time >= timestamp '2026-12-02 10:00:00.000')) b join (select *, greatest(period, since - interval '1' day) as cutoff from (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period)) t on b.tenant_id = t.tenant_id and b.service = t.service and b.resource = t.resource and b.meter = t.meter and b.unit = t.unit and b.kind = t.kind and b.series = t.series and b.period = t.period
  where b.event_time >= t.cutoff)
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period having sum(copies) <> 0) s join (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period) t on s.tenant_id = t.tenant_id and s.service = t.service and s.resource = t.resource and s.meter = t.meter and s.unit = t.unit and s.kind = t.kind and s.series = t.series and s.period = t.period group by s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.period
  ) n on s.tenant_id = n.tenant_id and s.service = n.service and s.resource = n.resource and s.meter = n.meter and s.unit = n.unit and s.kind = n.kind and s.series = n.series and s.period = n.period where s.event_time >= n.since and s.event_time <= n.until;

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_unheard" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_unheard/') as select t.tenant_id, t.service, t.resource, t.meter, t.unit, t.kind, t.series, t.period, t.since, t.until, t.cutoff
  from (select *, greatest(period, since - interval '1' day) as cutoff from (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period)) t left join (
  select n.tenant_id, n.service, n.resource, n.meter, n.unit, n.kind, n.series, n.period from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" n join (select tenant_id, service, resource, meter, unit, kind, series, period, min(event_time) as since, max(event_time) as until
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) group by tenant_id, service, resource, meter, unit, kind, series, period) t on n.tenant_id = t.tenant_id and n.service = t.service and n.resource = t.resource and n.meter = t.meter and n.unit = t.unit and n.kind = t.kind and n.series = t.series and n.period = t.period
  where n.event_time < t.since and n.copies > 0 group by n.tenant_id, n.service, n.resource, n.meter, n.unit, n.kind, n.series, n.period
  ) h on h.tenant_id = t.tenant_id and h.service = t.service and h.resource = t.resource and h.meter = t.meter and h.unit = t.unit and h.kind = t.kind and h.series = t.series and h.period = t.period where h.kind is null;

select 1 from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_unheard" limit 1;

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_silent/') as select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_unheard" u where exists (
  select 1 from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select * from "awsdatacatalog"."tenantscope"."series" where attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))
  and manifest < 2) where "first" = 1) b where b.tenant_id = u.tenant_id and b.service = u.service and b.resource = u.resource and b.meter = u.meter and b.unit = u.unit and b.kind = u.kind and b.series = u.series and b.period = u.period);

select 1 from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" limit 1;

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_distant" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_distant/') as select s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.emitter, s.operation, s.event_time, s.value_micros, s.period, s.copies from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period, cast(sum(copies) as bigint) as copies from (select b.tenant_id, b.service, b.resource, b.meter, b.unit, b.kind, b.series, b.emitter, b.operation, b.event_time, b.value_micros, b.period, b.copies
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select * from "awsdatacatalog"."tenantscope"."series" where attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))
  and manifest < 2)) b join "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" t on b.tenant_id = t.tenant_id and b.service = t.service and b.resource = t.resource and b.meter = t.meter and b.unit = t.unit and b.kind = t.kind and b.series = t.series and b.period = t.period
  where b.event_time < t.cutoff)
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period having sum(copies) <> 0) s join (
  select s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.period,
  coalesce(max(s.event_time) filter (where s.event_time < t.since and s.copies > 0), min(t.since)) as since,
  coalesce(min(s.event_time) filter (where s.event_time > t.until and s.copies > 0), min(t.until)) as until
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period, cast(sum(copies) as bigint) as copies from (select b.tenant_id, b.service, b.resource, b.meter, b.unit, b.kind, b.series, b.emitter, b.operation, b.event_time, b.value_micros, b.period, b.copies
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select * from "awsdatacatalog"."tenantscope"."series" where attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))
  and manifest < 2)) b join "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" t on b.tenant_id = t.tenant_id and b.service = t.service and b.resource = t.resource and b.meter = t.meter and b.unit = t.unit and b.kind = t.kind and b.series = t.series and b.period = t.period
  where b.event_time < t.cutoff)
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, period having sum(copies) <> 0) s join "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" t on s.tenant_id = t.tenant_id and s.service = t.service and s.resource = t.resource and s.meter = t.meter and s.unit = t.unit and s.kind = t.kind and s.series = t.series and s.period = t.period group by s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.period
  ) n on s.tenant_id = n.tenant_id and s.service = n.service and s.resource = n.resource and s.meter = n.meter and s.unit = n.unit and s.kind = n.kind and s.series = n.series and s.period = n.period where s.event_time >= n.since and s.event_time <= n.until;

insert into "awsdatacatalog"."tenantscope"."usage" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", "booked_date", "manifest", "quantity_micros", "events", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select tenant_id, emitter, service, resource, operation, meter, unit, event_hour, sum(quantity_micros) as quantity_micros, sum(events) as events from (select tenant_id, emitter, service, resource, operation, meter, unit, cast(date_trunc('hour', window_start) as timestamp(6)) as event_hour, quantity_micros, events
  from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, quantity_micros, entries as events from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where entries > 0 union all select tenant_id, emitter, service, resource, operation, meter, unit, cast(date_add('minute', -(minute(event_time) % 5), date_trunc('minute', event_time)) as timestamp(6)) as window_start, quantity_micros,
  cast(0 as bigint) as events from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, date_trunc('hour', event_time) as event_hour, quantity_micros from (
  select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, quantity_micros as quantity_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time,
  cast(case when kind = 'distinct' then if(row_number() over series_order = 1, 1000000, 0)
  when value_micros < lag(value_micros) over series_order then value_micros
  else coalesce(value_micros - lag(value_micros) over series_order, 0) end as decimal(38, 0)) as quantity_micros
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, 0 as before, copies as after from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)
  union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, copies, copies from (select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" union all select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_distant")) group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros having sum(after) > 0))
  window series_order as (partition by tenant_id, service, resource, meter, unit, kind, series, period order by event_time, value_micros, emitter, operation)) union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, -quantity_micros as quantity_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time,
  cast(case when kind = 'distinct' then if(row_number() over series_order = 1, 1000000, 0)
  when value_micros < lag(value_micros) over series_order then value_micros
  else coalesce(value_micros - lag(value_micros) over series_order, 0) end as decimal(38, 0)) as quantity_micros
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, 0 as before, copies as after from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)
  union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, copies, copies from (select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" union all select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_distant")) group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros having sum(before) > 0))
  window series_order as (partition by tenant_id, service, resource, meter, unit, kind, series, period order by event_time, value_micros, emitter, operation))))))
  group by tenant_id, emitter, service, resource, operation, meter, unit, event_hour having sum(quantity_micros) <> 0 or sum(events) <> 0);

insert into "awsdatacatalog"."tenantscope"."series" ("tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros", "copies", "first", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("kind" as varchar), cast("series" as varchar), cast("emitter" as varchar), cast("operation" as varchar), cast("event_time" as timestamp(6)), cast("value_micros" as bigint), cast("copies" as bigint), cast("first" as integer), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select s.tenant_id, s.service, s.resource, s.meter, s.unit, s.kind, s.series, s.emitter, s.operation, s.event_time, s.value_micros, s.copies, case when u.kind is not null and x.kind is null then 1 else 0 end as "first"
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)) s
  left join "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_unheard" u on u.tenant_id = s.tenant_id and u.service = s.service and u.resource = s.resource and u.meter = s.meter and u.unit = s.unit and u.kind = s.kind and u.series = s.series and u.period = s.period left join "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_silent" x on x.tenant_id = s.tenant_id and x.service = s.service and x.resource = s.resource and x.meter = s.meter and x.unit = s.unit and x.kind = s.kind and x.series = s.series and x.period = s.period);

insert into "awsdatacatalog"."tenantscope"."booked_events" ("emitter", "dt", "event_hour", "booked_date", "manifest", "arrival_through", "rows", "events", "duplicates", "attempt") select cast("emitter" as varchar), cast("dt" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("arrival_through" as timestamp(6)), cast("rows" as bigint), cast("events" as bigint), cast("duplicates" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select emitter, dt, event_hour, max(arrival_through) as arrival_through, sum(lines) as "rows",
  sum(counted) as events, sum(lines) - sum(counted) as duplicates
  from (select *, cast(date_trunc('hour', window_start) as timestamp(6)) as event_hour from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally") group by emitter, dt, event_hour);

insert into "awsdatacatalog"."tenantscope"."usage_recent" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", "quantity_micros", "events", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("window_start" as timestamp(6)), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, sum(quantity_micros) as quantity_micros, sum(events) as events from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, quantity_micros, entries as events from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where entries > 0 union all select tenant_id, emitter, service, resource, operation, meter, unit, cast(date_add('minute', -(minute(event_time) % 5), date_trunc('minute', event_time)) as timestamp(6)) as window_start, quantity_micros,
  cast(0 as bigint) as events from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, date_trunc('hour', event_time) as event_hour, quantity_micros from (
  select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, quantity_micros as quantity_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time,
  cast(case when kind = 'distinct' then if(row_number() over series_order = 1, 1000000, 0)
  when value_micros < lag(value_micros) over series_order then value_micros
  else coalesce(value_micros - lag(value_micros) over series_order, 0) end as decimal(38, 0)) as quantity_micros
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, 0 as before, copies as after from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)
  union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, copies, copies from (select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" union all select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_distant")) group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros having sum(after) > 0))
  window series_order as (partition by tenant_id, service, resource, meter, unit, kind, series, period order by event_time, value_micros, emitter, operation)) union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, -quantity_micros as quantity_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time,
  cast(case when kind = 'distinct' then if(row_number() over series_order = 1, 1000000, 0)
  when value_micros < lag(value_micros) over series_order then value_micros
  else coalesce(value_micros - lag(value_micros) over series_order, 0) end as decimal(38, 0)) as quantity_micros
  from (select *, case kind when 'distinct' then date_trunc('month', event_time) else timestamp '1970-01-01 00:00:00' end as period
  from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, 0 as before, copies as after from (select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros,
  cast(sum(copies) as bigint) as copies from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where kind in ('counter', 'distinct')
  group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros)
  union all select tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros, copies, copies from (select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_close" union all select * from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_distant")) group by tenant_id, service, resource, meter, unit, kind, series, emitter, operation, event_time, value_micros having sum(before) > 0))
  window series_order as (partition by tenant_id, service, resource, meter, unit, kind, series, period order by event_time, value_micros, emitter, operation)))))
  group by tenant_id, emitter, service, resource, operation, meter, unit, window_start having sum(quantity_micros) <> 0 or sum(events) <> 0)
  where window_start >= (select cast(date_add('minute', -(minute((max(arrival_through) - interval '48' hour)) % 5), date_trunc('minute', (max(arrival_through) - interval '48' hour))) as timestamp(6)) from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally"));

insert into "awsdatacatalog"."tenantscope"."booked_heartbeats" ("tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour", "booked_date", "manifest", "minutes", "first_heard", "last_heard", "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed", "attempt") select cast("tenant_id" as varchar), cast("cluster" as varchar), cast("namespace" as varchar), cast("pod" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("started" as bigint), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("minutes" as bigint), cast("first_heard" as timestamp(6)), cast("last_heard" as timestamp(6)), cast("arrival_through" as timestamp(6)), cast("lines_read" as bigint), cast("bytes_read" as bigint), cast("lines_held_back" as bigint), cast("bytes_held_back" as bigint), cast("first_lines_read" as bigint), cast("first_lines_held_back" as bigint), cast("hour_lines_read" as bigint), cast("hour_lines_held_back" as bigint), cast("closed" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (
  select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour,
  bitwise_or_agg(minute) as minutes, min(heard) as first_heard, max(heard) as last_heard, max(arrived) as arrival_through,
  max(lines_read) as lines_read, max(bytes_read) as bytes_read,
  max(lines_held_back) as lines_held_back, max(bytes_held_back) as bytes_held_back,
  min(if(started >= to_unixtime(event_hour), 0, lines_read)) as first_lines_read,
  min(if(started >= to_unixtime(event_hour), 0, lines_held_back)) as first_lines_held_back,
  max(hour_lines_read) as hour_lines_read, max(hour_lines_held_back) as hour_lines_held_back, max(closed) as closed
  from (
  with beats as (
  select tenant_id, cluster, namespace, pod, pod_uid, container, event_time, arrival_time, date_trunc('hour', event_time) as event_hour, try_cast(element_at(attributes, 'heartbeat.started') as bigint) as started, try_cast(element_at(attributes, 'heartbeat.lines_read') as bigint) as lines_read, try_cast(element_at(attributes, 'heartbeat.bytes_read') as bigint) as bytes_read, try_cast(element_at(attributes, 'heartbeat.lines_held_back') as bigint) as lines_held_back, try_cast(element_at(attributes, 'heartbeat.bytes_held_back') as bigint) as bytes_held_back, try_cast(element_at(attributes, 'heartbeat.hour_lines_read') as bigint) as hour_lines_read, try_cast(element_at(attributes, 'heartbeat.hour_lines_held_back') as bigint) as hour_lines_held_back, try_cast(element_at(attributes, 'heartbeat.last_hour_lines_read') as bigint) as last_hour_lines_read, try_cast(element_at(attributes, 'heartbeat.last_hour_lines_held_back') as bigint) as last_hour_lines_held_back
  from (select emitter as tenant_id, l.* from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" l) where format = 'heartbeat'
  )
  select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour,
  bitwise_left_shift(bigint '1', cast(minute(event_time) as integer)) as minute, event_time as heard, arrival_time as arrived,
  lines_read, bytes_read, lines_held_back, bytes_held_back, hour_lines_read, hour_lines_held_back, 0 as closed
  from beats
  union all
  select tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour - interval '1' hour,
  0, null, null, null, null, null, null, last_hour_lines_read, last_hour_lines_held_back, 1
  from beats where last_hour_lines_read > 0 or (last_hour_lines_read = 0 and started < to_unixtime(event_hour))
  ) group by tenant_id, cluster, namespace, pod, pod_uid, container, started, event_hour);

insert into "awsdatacatalog"."tenantscope"."booked_sources" ("tenant_id", "pod_uid", "container", "hour", "booked_date", "manifest", "lines", "duplicates", "listed", "first_seen", "last_seen", "attempt") select cast("tenant_id" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("lines" as bigint), cast("duplicates" as bigint), cast("listed" as bigint), cast("first_seen" as timestamp(6)), cast("last_seen" as timestamp(6)), cast('20261202120000_0123456789abcdef' as varchar) from (
  select tenant_id, pod_uid, container, hour, sum(lines) as lines, sum(duplicates) as duplicates, sum(listed) as listed,
  min(first_seen) as first_seen, max(last_seen) as last_seen
  from (
  select tenant_id, pod_uid, container, hour, count(*) filter (where counted) as lines,
  count(*) filter (where not counted) as duplicates, 0 as listed, min(seen) as first_seen, max(seen) as last_seen
  from (
  select emitter as tenant_id, pod_uid, if(pod_uid is null, null, container) as container,
  if(pod_uid is null, date_trunc('hour', event_time), id_hour) as hour, counted, coalesce(observed_time, event_time) as seen
  from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" where (format is null or format not in ('heartbeat', 'reattribution'))
  ) group by tenant_id, pod_uid, container, hour
  union all
  select tenant_id, pod_uid, container, hour, 0, 0, count(*), min(event_time), max(event_time)
  from (
  select element_at(usage, 1).tenant_id as tenant_id, element_at(attributes, 'k8s.pod.uid') as pod_uid,
  element_at(attributes, 'k8s.container.name') as container, date_trunc('hour', event_time) as hour, event_time
  from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" where format = 'kubelet'
  ) where tenant_id is not null and pod_uid <> '' group by tenant_id, pod_uid, container, hour
  ) group by tenant_id, pod_uid, container, hour);

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_lines`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_tally`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_close`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_unheard`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_silent`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_distant`;

insert into "awsdatacatalog"."tenantscope"."bookings" ("kind", "booked_date", "manifest", "attempt", "finished", "rows", "events", "lake") select cast('booking' as varchar), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar), cast("finished" as timestamp(6)), cast(3 as bigint), cast(2 as bigint), cast("lake" as varchar) from (select timestamp '2026-12-02 12:00:00.000' as finished, '' as lake where exists (select 1 from "awsdatacatalog"."tenantscope"."bookings" where kind = 'ledger' and attempt = 'id'));

insert into "awsdatacatalog"."tenantscope"."usage" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", "booked_date", "manifest", "quantity_micros", "events", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", sum("quantity_micros") as "quantity_micros", sum("events") as "events" from (select * from "awsdatacatalog"."tenantscope"."usage" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))) group by "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour") where not (quantity_micros = 0 and events = 0));

insert into "awsdatacatalog"."tenantscope"."series" ("tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros", "copies", "first", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("kind" as varchar), cast("series" as varchar), cast("emitter" as varchar), cast("operation" as varchar), cast("event_time" as timestamp(6)), cast("value_micros" as bigint), cast("copies" as bigint), cast("first" as integer), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros", sum("copies") as "copies", max("first") as "first" from (select * from "awsdatacatalog"."tenantscope"."series" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))) group by "tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros");

insert into "awsdatacatalog"."tenantscope"."booked_events" ("emitter", "dt", "event_hour", "booked_date", "manifest", "arrival_through", "rows", "events", "duplicates", "attempt") select cast("emitter" as varchar), cast("dt" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("arrival_through" as timestamp(6)), cast("rows" as bigint), cast("events" as bigint), cast("duplicates" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "emitter", "dt", "event_hour", max("arrival_through") as "arrival_through", sum("rows") as "rows", sum("events") as "events", sum("duplicates") as "duplicates" from (select * from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))) group by "emitter", "dt", "event_hour");

insert into "awsdatacatalog"."tenantscope"."usage_recent" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", "quantity_micros", "events", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("window_start" as timestamp(6)), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", sum("quantity_micros") as "quantity_micros", sum("events") as "events" from (select * from "awsdatacatalog"."tenantscope"."usage_recent" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null)) and window_start >= (select cast(date_add('minute', -(minute((max(arrival_through) - interval '48' hour)) % 5), date_trunc('minute', (max(arrival_through) - interval '48' hour))) as timestamp(6)) from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null)))) group by "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start") where not (quantity_micros = 0 and events = 0));

insert into "awsdatacatalog"."tenantscope"."booked_heartbeats" ("tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour", "booked_date", "manifest", "minutes", "first_heard", "last_heard", "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed", "attempt") select cast("tenant_id" as varchar), cast("cluster" as varchar), cast("namespace" as varchar), cast("pod" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("started" as bigint), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("minutes" as bigint), cast("first_heard" as timestamp(6)), cast("last_heard" as timestamp(6)), cast("arrival_through" as timestamp(6)), cast("lines_read" as bigint), cast("bytes_read" as bigint), cast("lines_held_back" as bigint), cast("bytes_held_back" as bigint), cast("first_lines_read" as bigint), cast("first_lines_held_back" as bigint), cast("hour_lines_read" as bigint), cast("hour_lines_held_back" as bigint), cast("closed" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour", bitwise_or_agg("minutes") as "minutes", min("first_heard") as "first_heard", max("last_heard") as "last_heard", max("arrival_through") as "arrival_through", max("lines_read") as "lines_read", max("bytes_read") as "bytes_read", max("lines_held_back") as "lines_held_back", max("bytes_held_back") as "bytes_held_back", min("first_lines_read") as "first_lines_read", min("first_lines_held_back") as "first_lines_held_back", max("hour_lines_read") as "hour_lines_read", max("hour_lines_held_back") as "hour_lines_held_back", max("closed") as "closed" from (select * from "awsdatacatalog"."tenantscope"."booked_heartbeats" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))) group by "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour");

insert into "awsdatacatalog"."tenantscope"."booked_sources" ("tenant_id", "pod_uid", "container", "hour", "booked_date", "manifest", "lines", "duplicates", "listed", "first_seen", "last_seen", "attempt") select cast("tenant_id" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("lines" as bigint), cast("duplicates" as bigint), cast("listed" as bigint), cast("first_seen" as timestamp(6)), cast("last_seen" as timestamp(6)), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "pod_uid", "container", "hour", sum("lines") as "lines", sum("duplicates") as "duplicates", sum("listed") as "listed", min("first_seen") as "first_seen", max("last_seen") as "last_seen" from (select * from "awsdatacatalog"."tenantscope"."booked_sources" where booked_date = '2026-12-02' and attempt in (select b.attempt from "awsdatacatalog"."tenantscope"."bookings" b
  left join (select distinct booked_date from "awsdatacatalog"."tenantscope"."bookings" where kind = 'sealed') m on m.booked_date = b.booked_date
  where b.kind = 'sealed' or (b.kind = 'booking' and m.booked_date is null))) group by "tenant_id", "pod_uid", "container", "hour");

delete from "awsdatacatalog"."tenantscope"."usage" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."series" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."usage_recent" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_heartbeats" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_sources" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."bookings" where booked_date = '2026-12-02' and kind = 'booking';

OPTIMIZE tenantscope.usage REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.usage;

OPTIMIZE tenantscope.series REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.series;

OPTIMIZE tenantscope.booked_events REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.booked_events;

OPTIMIZE tenantscope.usage_recent REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.usage_recent;

OPTIMIZE tenantscope.booked_heartbeats REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.booked_heartbeats;

OPTIMIZE tenantscope.booked_sources REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.booked_sources;

OPTIMIZE tenantscope.bookings REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.bookings;
