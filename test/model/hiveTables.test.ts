import { describe, expect, it } from 'vitest';
import {
  athenaDdl,
  type ColumnType,
  errorTable,
  eventTable,
  hiveProperties,
  hiveStorage,
  hiveType,
} from '../../model/index.js';

const events = eventTable('s3://lake/events', ['2026-01-01', 'NOW+1DAYS']);

describe('hiveType', () => {
  it.each<[ColumnType, string]>([
    ['varchar', 'string'],
    ['integer', 'int'],
    ['timestamp', 'timestamp'],
    [{ decimal: [38, 0] }, 'decimal(38,0)'],
    [{ map: ['varchar', 'varchar'] }, 'map<string,string>'],
    [
      {
        array: {
          struct: [
            { name: 'a', type: 'varchar', description: '' },
            { name: 'b', type: { array: 'bigint' }, description: '' },
          ],
        },
      },
      'array<struct<a:string,b:array<bigint>>>',
    ],
  ])('%j is %s', (type, expected) => {
    expect(hiveType(type)).toBe(expected);
  });
});

describe('hiveProperties', () => {
  it('project the partitions of events: tenants by the statement, dates by the calendar', () => {
    expect(hiveProperties(events)).toEqual({
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.tenant_id.type': 'injected',
      'projection.dt.type': 'date',
      'projection.dt.range': '2026-01-01,NOW+1DAYS',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.interval': '1',
      'projection.dt.interval.unit': 'DAYS',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are Athena's
      'storage.location.template': 's3://lake/events/tenant_id=${tenant_id}/dt=${dt}',
    });
  });

  it('project nothing where there are no partitions', () => {
    expect(hiveProperties(errorTable('s3://lake/errors'))).toEqual({ EXTERNAL: 'TRUE', classification: 'json' });
    expect(hiveStorage(errorTable('s3://lake/errors')).serializationLibrary).toBe('org.openx.data.jsonserde.JsonSerDe');
  });
});

describe('athenaDdl', () => {
  it('writes the table of the quarantine', () => {
    expect(athenaDdl('tenantscope', errorTable("s3://lake/it's/errors"))).toMatchInlineSnapshot(`
      "CREATE EXTERNAL TABLE IF NOT EXISTS \`tenantscope\`.\`errors\` (
        \`arrivaltimestamp\` bigint,
        \`errormessage\` string,
        \`rawdata\` string
      )
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
      STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://lake/it\\'s/errors/'
      TBLPROPERTIES (
        'classification' = 'json'
      )"
    `);
  });

  it('writes partitions apart from columns, with their projection', () => {
    const ddl = athenaDdl('tenantscope', events);
    expect(
      ddl.split('\n').filter((line) => /dt|PARTITION|`tenant_id`|LOCATION|template/.test(line)),
    ).toMatchInlineSnapshot(`
        [
          "PARTITIONED BY (",
          "  \`tenant_id\` string,",
          "  \`dt\` string",
          "LOCATION 's3://lake/events/'",
          "  'projection.dt.type' = 'date',",
          "  'projection.dt.range' = '2026-01-01,NOW+1DAYS',",
          "  'projection.dt.format' = 'yyyy-MM-dd',",
          "  'projection.dt.interval' = '1',",
          "  'projection.dt.interval.unit' = 'DAYS',",
          "  'storage.location.template' = 's3://lake/events/tenant_id=\${tenant_id}/dt=\${dt}'",
        ]
      `);
    expect(ddl).toContain('`usage` array<struct<tenant_id:string,service:string,');
  });
});
