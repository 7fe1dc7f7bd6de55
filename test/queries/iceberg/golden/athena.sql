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

CREATE TABLE IF NOT EXISTS `tenantscope`.`booked_files` (
  `emitter` string,
  `cluster` string,
  `pod` string,
  `container` string,
  `source_file` string,
  `id_hour` timestamp,
  `first_seen` timestamp,
  `first_offset` bigint,
  `last_seen` timestamp,
  `last_offset` bigint,
  `least_offset` bigint,
  `greatest_offset` bigint,
  `repeated_offset` bigint,
  `booked_date` string,
  `manifest` bigint,
  `attempt` string
)
PARTITIONED BY (`booked_date`, `attempt`)
LOCATION 's3://lake/ledger/tables/booked_files/'
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd');

create table "awsdatacatalog"."tenantscope"."bookings" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/bookings/', partitioning = array['booked_date']) as select cast("kind" as varchar) as "kind", cast("booked_date" as varchar) as "booked_date", cast("manifest" as bigint) as "manifest", cast("attempt" as varchar) as "attempt", cast("finished" as timestamp(6)) as "finished", cast("rows" as bigint) as "rows", cast("events" as bigint) as "events", cast("lake" as varchar) as "lake" from (select 'ledger' as kind, '' as booked_date, 0 as manifest, '<id>' as attempt,
  localtimestamp as finished, 0 as "rows", 0 as events, 's3://lake' as lake);

select table_name from "awsdatacatalog".information_schema.tables where table_schema = 'tenantscope';

select attempt, lake from "awsdatacatalog"."tenantscope"."bookings" where kind = 'ledger';

select count(*) from (select tenant_id as emitter, dt, "$path" as path from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-1.parquet'));

create table "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines" with (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = 's3://lake/ledger/tables/stage_20261202120000_0123456789abcdef_lines/') as select r."emitter", r."dt", r."path", r."id_hour", r."event_id", r."event_time", r."arrival_time", r."observed_time", r."cluster", r."namespace", r."pod", r."pod_uid", r."container", r."source_file", r."source_offset", r."format", r."attributes", r."usage", r.place = 1 and s.event_id is null as counted,
  not (r.place = 1 and s.event_id is null) and coalesce(least(r.first_stamp, coalesce(s.first_stamp, r.first_stamp)) <> greatest(r.last_stamp, coalesce(s.last_stamp, r.last_stamp)), false) as restamped from (
  select o.*, row_number() over (partition by emitter, id_hour, event_id order by arrival_time, path, event_time, usage) as place,
  min(observed_time) over (partition by emitter, id_hour, event_id) as first_stamp, max(observed_time) over (partition by emitter, id_hour, event_id) as last_stamp
  from (select emitter, dt, path, "event_id", cast(id_hour as timestamp(6)) as id_hour, cast(event_time as timestamp(6)) as event_time, cast(observed_time as timestamp(6)) as observed_time, cast(arrival_time as timestamp(6)) as arrival_time, "format", "cluster", "namespace", "pod", "pod_uid", "container", "source_file", "source_offset", case when format in ('heartbeat', 'kubelet') then attributes end as attributes, "usage" from (select tenant_id as emitter, dt, "$path" as path, id_hour, event_id, event_time, arrival_time, observed_time, cluster, namespace, pod, pod_uid, container, source_file, source_offset, format, attributes, usage from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-2.parquet'))) o
  ) r left join (select emitter, id_hour, event_id, min(observed_time) as first_stamp, max(observed_time) as last_stamp
  from (select emitter, id_hour, event_id, observed_time from (select tenant_id as emitter, dt, "$path" as path, id_hour, event_id, observed_time from "lake"."events"
  where tenant_id in ('acme')
  and dt in ('2026-12-02')
  and "$path" in ('s3://lake/events/tenant_id=acme/dt=2026-12-02/one-1.parquet'))) group by emitter, id_hour, event_id) s
  on s.emitter = r.emitter and s.id_hour = r.id_hour and s.event_id = r.event_id;

select count(*), count(*) filter (where format = 'heartbeat'),
  count(*) filter (where format = 'kubelet' or (format is null or format not in ('heartbeat', 'reattribution'))), count(*) filter (where (source_file is not null and source_offset is not null and coalesce(pod_uid, pod) is not null
  and format is distinct from 'heartbeat'))
  from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_lines";

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

select sum(counted), count(*) filter (where kind in ('counter', 'distinct')) from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally";

insert into "awsdatacatalog"."tenantscope"."usage" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", "booked_date", "manifest", "quantity_micros", "events", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select tenant_id, emitter, service, resource, operation, meter, unit, event_hour, sum(quantity_micros) as quantity_micros, sum(events) as events from (select tenant_id, emitter, service, resource, operation, meter, unit, cast(date_trunc('hour', window_start) as timestamp(6)) as event_hour, quantity_micros, events
  from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, quantity_micros, entries as events from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where entries > 0))
  group by tenant_id, emitter, service, resource, operation, meter, unit, event_hour having sum(quantity_micros) <> 0 or sum(events) <> 0);

insert into "awsdatacatalog"."tenantscope"."booked_events" ("emitter", "dt", "event_hour", "booked_date", "manifest", "arrival_through", "rows", "events", "duplicates", "attempt") select cast("emitter" as varchar), cast("dt" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("arrival_through" as timestamp(6)), cast("rows" as bigint), cast("events" as bigint), cast("duplicates" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select emitter, dt, event_hour, max(arrival_through) as arrival_through, sum(lines) as "rows",
  sum(counted) as events, sum(lines) - sum(counted) as duplicates
  from (select *, cast(date_trunc('hour', window_start) as timestamp(6)) as event_hour from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally") group by emitter, dt, event_hour);

insert into "awsdatacatalog"."tenantscope"."usage_recent" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", "quantity_micros", "events", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("window_start" as timestamp(6)), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, sum(quantity_micros) as quantity_micros, sum(events) as events from (select tenant_id, emitter, service, resource, operation, meter, unit, window_start, quantity_micros, entries as events from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally" where entries > 0)
  group by tenant_id, emitter, service, resource, operation, meter, unit, window_start having sum(quantity_micros) <> 0 or sum(events) <> 0)
  where window_start >= (select cast(date_add('minute', -(minute((max(arrival_through) - interval '48' hour)) % 5), date_trunc('minute', (max(arrival_through) - interval '48' hour))) as timestamp(6)) from "awsdatacatalog"."tenantscope"."stage_20261202120000_0123456789abcdef_tally"));

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_lines`;

DROP TABLE IF EXISTS `tenantscope`.`stage_20261202120000_0123456789abcdef_tally`;

insert into "awsdatacatalog"."tenantscope"."bookings" ("kind", "booked_date", "manifest", "attempt", "finished", "rows", "events", "lake") select cast('booking' as varchar), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar), cast("finished" as timestamp(6)), cast(3 as bigint), cast(2 as bigint), cast("lake" as varchar) from (select timestamp '2026-12-02 12:00:00.000' as finished, '' as lake where exists (select 1 from "awsdatacatalog"."tenantscope"."bookings" where kind = 'ledger' and attempt = 'id'));

insert into "awsdatacatalog"."tenantscope"."usage" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", "booked_date", "manifest", "quantity_micros", "events", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour", sum("quantity_micros") as "quantity_micros", sum("events") as "events" from (select * from "awsdatacatalog"."tenantscope"."usage" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "event_hour") where not (quantity_micros = 0 and events = 0));

insert into "awsdatacatalog"."tenantscope"."series" ("tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros", "copies", "first", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("kind" as varchar), cast("series" as varchar), cast("emitter" as varchar), cast("operation" as varchar), cast("event_time" as timestamp(6)), cast("value_micros" as bigint), cast("copies" as bigint), cast("first" as integer), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros", sum("copies") as "copies", max("first") as "first" from (select * from "awsdatacatalog"."tenantscope"."series" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "tenant_id", "service", "resource", "meter", "unit", "kind", "series", "emitter", "operation", "event_time", "value_micros");

insert into "awsdatacatalog"."tenantscope"."booked_events" ("emitter", "dt", "event_hour", "booked_date", "manifest", "arrival_through", "rows", "events", "duplicates", "attempt") select cast("emitter" as varchar), cast("dt" as varchar), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("arrival_through" as timestamp(6)), cast("rows" as bigint), cast("events" as bigint), cast("duplicates" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "emitter", "dt", "event_hour", max("arrival_through") as "arrival_through", sum("rows") as "rows", sum("events") as "events", sum("duplicates") as "duplicates" from (select * from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "emitter", "dt", "event_hour");

insert into "awsdatacatalog"."tenantscope"."usage_recent" ("tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", "quantity_micros", "events", "booked_date", "manifest", "attempt") select cast("tenant_id" as varchar), cast("emitter" as varchar), cast("service" as varchar), cast("resource" as varchar), cast("operation" as varchar), cast("meter" as varchar), cast("unit" as varchar), cast("window_start" as timestamp(6)), cast("quantity_micros" as decimal(38, 0)), cast("events" as bigint), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select * from (select "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start", sum("quantity_micros") as "quantity_micros", sum("events") as "events" from (select * from "awsdatacatalog"."tenantscope"."usage_recent" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0) and window_start >= (select cast(date_add('minute', -(minute((max(arrival_through) - interval '48' hour)) % 5), date_trunc('minute', (max(arrival_through) - interval '48' hour))) as timestamp(6)) from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0))) group by "tenant_id", "emitter", "service", "resource", "operation", "meter", "unit", "window_start") where not (quantity_micros = 0 and events = 0));

insert into "awsdatacatalog"."tenantscope"."booked_heartbeats" ("tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour", "booked_date", "manifest", "minutes", "first_heard", "last_heard", "arrival_through", "lines_read", "bytes_read", "lines_held_back", "bytes_held_back", "first_lines_read", "first_lines_held_back", "hour_lines_read", "hour_lines_held_back", "closed", "attempt") select cast("tenant_id" as varchar), cast("cluster" as varchar), cast("namespace" as varchar), cast("pod" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("started" as bigint), cast("event_hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("minutes" as bigint), cast("first_heard" as timestamp(6)), cast("last_heard" as timestamp(6)), cast("arrival_through" as timestamp(6)), cast("lines_read" as bigint), cast("bytes_read" as bigint), cast("lines_held_back" as bigint), cast("bytes_held_back" as bigint), cast("first_lines_read" as bigint), cast("first_lines_held_back" as bigint), cast("hour_lines_read" as bigint), cast("hour_lines_held_back" as bigint), cast("closed" as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour", bitwise_or_agg("minutes") as "minutes", min("first_heard") as "first_heard", max("last_heard") as "last_heard", max("arrival_through") as "arrival_through", max("lines_read") as "lines_read", max("bytes_read") as "bytes_read", max("lines_held_back") as "lines_held_back", max("bytes_held_back") as "bytes_held_back", min("first_lines_read") as "first_lines_read", min("first_lines_held_back") as "first_lines_held_back", max("hour_lines_read") as "hour_lines_read", max("hour_lines_held_back") as "hour_lines_held_back", max("closed") as "closed" from (select * from "awsdatacatalog"."tenantscope"."booked_heartbeats" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "tenant_id", "cluster", "namespace", "pod", "pod_uid", "container", "started", "event_hour");

insert into "awsdatacatalog"."tenantscope"."booked_sources" ("tenant_id", "pod_uid", "container", "hour", "booked_date", "manifest", "lines", "duplicates", "listed", "first_seen", "last_seen", "attempt") select cast("tenant_id" as varchar), cast("pod_uid" as varchar), cast("container" as varchar), cast("hour" as timestamp(6)), cast('2026-12-02' as varchar), cast(2 as bigint), cast("lines" as bigint), cast("duplicates" as bigint), cast("listed" as bigint), cast("first_seen" as timestamp(6)), cast("last_seen" as timestamp(6)), cast('20261202120000_0123456789abcdef' as varchar) from (select "tenant_id", "pod_uid", "container", "hour", sum("lines") as "lines", sum("duplicates") as "duplicates", sum("listed") as "listed", min("first_seen") as "first_seen", max("last_seen") as "last_seen" from (select * from "awsdatacatalog"."tenantscope"."booked_sources" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "tenant_id", "pod_uid", "container", "hour");

insert into "awsdatacatalog"."tenantscope"."booked_files" ("emitter", "cluster", "pod", "container", "source_file", "id_hour", "first_seen", "first_offset", "last_seen", "last_offset", "least_offset", "greatest_offset", "repeated_offset", "booked_date", "manifest", "attempt") select cast("emitter" as varchar), cast("cluster" as varchar), cast("pod" as varchar), cast("container" as varchar), cast("source_file" as varchar), cast("id_hour" as timestamp(6)), cast("first_seen" as timestamp(6)), cast("first_offset" as bigint), cast("last_seen" as timestamp(6)), cast("last_offset" as bigint), cast("least_offset" as bigint), cast("greatest_offset" as bigint), cast("repeated_offset" as bigint), cast('2026-12-02' as varchar), cast(2 as bigint), cast('20261202120000_0123456789abcdef' as varchar) from (select "emitter", "cluster", "pod", "container", "source_file", "id_hour", min("first_seen") as "first_seen", min(row("first_seen", "first_offset"))[2] as "first_offset", max("last_seen") as "last_seen", max(row("last_seen", "last_offset"))[2] as "last_offset", min("least_offset") as "least_offset", max("greatest_offset") as "greatest_offset", max("repeated_offset") as "repeated_offset" from (select * from "awsdatacatalog"."tenantscope"."booked_files" where booked_date = '2026-12-02' and attempt in (select attempt from (
  select attempt, kind, max(case when kind = 'sealed' then 1 else 0 end) over (partition by booked_date) as merged
  from "awsdatacatalog"."tenantscope"."bookings" where kind in ('booking', 'sealed')) as announced
  where kind = 'sealed' or merged = 0)) group by "emitter", "cluster", "pod", "container", "source_file", "id_hour");

delete from "awsdatacatalog"."tenantscope"."usage" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."series" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_events" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."usage_recent" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_heartbeats" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_sources" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

delete from "awsdatacatalog"."tenantscope"."booked_files" where booked_date = '2026-12-02' and attempt <> '20261202120000_0123456789abcdef';

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

OPTIMIZE tenantscope.booked_files REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.booked_files;

OPTIMIZE tenantscope.bookings REWRITE DATA USING BIN_PACK;

VACUUM tenantscope.bookings;
