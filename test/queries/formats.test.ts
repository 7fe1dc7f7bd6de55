import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { formatReport, reportNotes, rowsHead, rowsText, TEXT_FORMATS, writeParquet } from '../../queries/index.js';
import type { ReportResult } from '../../queries/reports/ReportResult.js';

const root = mkdtempSync(join(tmpdir(), 'formats-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const stats = {
  query_id: null,
  bytes_scanned: null,
  cost_usd: null,
  duration_ms: 12,
  reused: false,
  data_through: '2026-11-24T00:00:00.000Z',
  completeness: 'declared',
  generated_at: '2026-11-25T10:30:15.250Z',
};
const result: ReportResult = {
  report: 'r',
  title: 'T',
  params: { window: { start: Date.parse('2026-11-23T00:00Z'), end: Date.parse('2026-11-24T00:00Z') }, top: 5 },
  columns: [
    { name: 'tenant_id', type: 'varchar', unit: '' },
    { name: 'share', type: 'decimal(38,6)', unit: 'ratio' },
    { name: 'events', type: 'bigint', unit: 'lines' },
  ],
  rows: [['a,"b"', '0.3', 9007199254740993n]],
  stats,
  warnings: ['w'],
};
const bodies = (...texts: string[]): ReportResult => ({
  ...result,
  columns: [{ name: 'body', type: 'varchar', unit: '' }],
  rows: texts.map((text) => [text]),
});
const HOSTILE = 'a\u001b[2J\nb\u009b\u202ec';

describe('a table', () => {
  it('says the window, the end of the data, when it was made and what it leaves out', () => {
    expect(formatReport(result, 'table')).toBe(
      [
        'T',
        'tenant id   share            events',
        'a,"b"      30.0 %  9007199254740993',
        'window 2026-11-23 00:00 to 2026-11-24 00:00 UTC; data through 2026-11-24 00:00 UTC; completeness declared',
        'generated 2026-11-25 10:30 UTC',
        'warning: w',
      ].join('\n'),
    );
    expect(formatReport({ ...result, rows: [] }, 'table')).toContain('nothing in this window');
  });

  it('is painted where it is to be, and says the same', () => {
    const painted = formatReport(result, 'table', (style, text) => `<${style}>${text}</${style}>`);
    expect(painted.split('\n')[0]).toBe('<bold>T</bold>');
    expect(painted).toContain('<yellow>warning: w</yellow>');
    expect(painted.replace(/<\/?[a-z]+>/g, '')).toBe(formatReport(result, 'table'));
  });

  it('shows what would act on a terminal, or hide in it', () => {
    expect(formatReport(bodies(HOSTILE), 'table').split('\n')[2]).toBe('a\\u001b[2J\\u000ab\\u009b\\u202ec');
  });

  it('shows a column that is no share as it is, whatever its name', () => {
    const own = { ...result, columns: [{ name: 'share_of_what', type: 'varchar', unit: '' }], rows: [['half']] };
    expect(formatReport(own, 'table').split('\n')[2]).toBe('half');
  });
});

it('every form that is one document says how far the data goes, how complete it is, and what it leaves out', () => {
  for (const format of ['table', 'markdown', 'html', 'json'] as const) {
    const text = formatReport(result, format);
    expect(text, format).toMatch(/2026-11-24[T ]00:00/);
    expect(text, format).toContain('declared');
    expect(text, format).toContain('w');
    expect(text, format).toMatch(/2026-11-25[T ]10:30/);
  }
});

it('notes name the query and its cost where there are any', () => {
  const paid = { ...stats, query_id: 'q-1', bytes_scanned: 12_000_000n, cost_usd: '0.00006', reused: true };
  expect(reportNotes({ params: {}, stats: paid })).toEqual([
    'data through 2026-11-24 00:00 UTC; completeness declared',
    'generated 2026-11-25 10:30 UTC; query q-1; scanned 12000000 bytes; 0.00006 USD at list price; from an earlier result',
  ]);
  expect(reportNotes({ params: {}, stats: { ...stats, data_through: null } })[0]).toBe(
    'no data; completeness declared',
  );
});

describe('JSON', () => {
  it('is one envelope: what was asked, columns with type and unit, rows, what they are worth', () => {
    expect(JSON.parse(formatReport(result, 'json'))).toEqual({
      report: 'r',
      params: { window: { start: '2026-11-23T00:00:00.000Z', end: '2026-11-24T00:00:00.000Z' }, top: 5 },
      columns: result.columns,
      rows: [['a,"b"', '0.3', '9007199254740993']],
      stats,
      warnings: ['w'],
    });
    const scanned = { ...result, stats: { ...stats, bytes_scanned: 2n ** 60n } };
    expect(JSON.parse(formatReport(scanned, 'json')).stats.bytes_scanned).toBe('1152921504606846976');
  });

  it('loses no number: integers beyond 2^53 are text, and so are those JSON has no word for', () => {
    const numbers = { ...bodies(), rows: [[2n ** 53n - 1n], [-(2n ** 53n)], [Number.NaN], [Number.NEGATIVE_INFINITY]] };
    expect(JSON.parse(formatReport(numbers, 'json')).rows.flat()).toEqual([
      9007199254740991,
      '-9007199254740992',
      'NaN',
      '-Infinity',
    ]);
  });
});

describe('rows', () => {
  it('are quoted in CSV and TSV, and objects in NDJSON', () => {
    expect(formatReport(result, 'ndjson')).toBe(
      '{"tenant_id":"a,\\"b\\"","share":"0.3","events":"9007199254740993"}\n',
    );
    expect(formatReport(result, 'csv')).toBe('tenant_id,share,events\r\n"a,""b""",0.3,9007199254740993\r\n');
    expect(formatReport(bodies('a\tb', 'c"\nd'), 'tsv')).toBe('body\n"a\tb"\n"c""\nd"\n');
  });

  it('read the same in pieces as at once', () => {
    const rows = Array.from({ length: 10 }, (_, index) => [`t\n${index}`, null, BigInt(index)]);
    for (const format of ['csv', 'tsv', 'ndjson'] as const) {
      const pieces = rows.map((row) => rowsText(result.columns, [row], format));
      expect(rowsHead(result.columns, format) + pieces.join('')).toBe(formatReport({ ...result, rows }, format));
    }
  });

  it('carry rows only', () => {
    for (const format of ['csv', 'tsv', 'ndjson'] as const)
      expect(formatReport(result, format)).not.toContain('declared');
  });
});

describe('markdown', () => {
  it('lets no line of a tenant become markup', () => {
    const text = formatReport(bodies('| x | [a](javascript:alert(1)) <b> `c` *d* _e_ \\| &amp;', HOSTILE), 'markdown');
    expect(text).toContain(
      '| \\| x \\| \\[a\\](javascript:alert(1)) \\<b\\> \\`c\\` \\*d\\* \\_e\\_ \\\\\\| \\&amp; |',
    );
    expect(text).toContain('| a\\\\u001b\\[2J\\\\u000ab\\\\u009b\\\\u202ec |');
  });
});

describe('HTML', () => {
  const page = formatReport(bodies('<script>alert(1)</script>', `"' onload=x & &amp; ${HOSTILE}`), 'html');

  it('escapes everything and allows nothing but its own style', () => {
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&quot;&#39; onload=x &amp; &amp;amp; a\\u001b[2J\\u000ab');
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toBe(
      `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
    );
    expect(page).not.toMatch(/(?:src|href)=|url\(|http:|https:|style="/);
  });

  it('says title, window, end of data, completeness, units and warnings', () => {
    const text = formatReport({ ...result, params: { ...result.params, search: '<i>' } }, 'html');
    for (const part of [
      '<title>T</title>',
      '<h1>T</h1>',
      'window 2026-11-23 00:00 to 2026-11-24 00:00 UTC; data through 2026-11-24 00:00 UTC; completeness declared',
      '<p role="note">warning: w</p>',
      '<caption>r, top 5, search &lt;i&gt;</caption>',
      '<th scope="col" class="n">events <span class="unit">(lines)</span></th>',
      '<td class="n">30.0 %</td>',
    ])
      expect(text).toContain(part);
    expect(formatReport({ ...result, rows: [] }, 'html')).toContain('nothing in this window');
  });
});

describe('Parquet', () => {
  it('keeps decimals, timestamps and 64 bits as what they are, and says what the rows are worth', async () => {
    const file = join(root, "it's.parquet");
    const columns = [
      { name: 'at', type: 'timestamp', unit: 'UTC' },
      { name: 'quantity', type: 'decimal(38,6)', unit: '' },
      { name: 'value_usd', type: 'decimal(38,18)', unit: 'USD' },
      { name: 'events', type: 'bigint', unit: 'lines' },
      { name: 'day', type: 'date', unit: 'UTC day' },
      { name: 'ms', type: 'double', unit: 'ms' },
      { name: 'body', type: 'varchar', unit: '' },
    ];
    const rows = [
      [
        '2026-11-23T10:00:00.123Z',
        '99999999999999999999999999999999.000001',
        '0.000000000000000001',
        2n ** 63n - 1n,
        '2026-11-23',
        0.1,
        'Größe ☃',
      ],
      [null, '1', '-0.5', -1n, '1969-12-31', null, null],
    ];
    async function* batches() {
      yield rows.slice(0, 1);
      yield rows.slice(1);
    }
    const { rows: _, ...frame } = { ...result, columns };
    await writeParquet(file, columns, batches(), async () => frame);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const path = file.replaceAll("'", "''");
    const read = await connection.runAndReadAll(`select * from '${path}'`);
    expect(read.columnTypes().map(String)).toEqual([
      'TIMESTAMP',
      'DECIMAL(38,6)',
      'DECIMAL(38,18)',
      'BIGINT',
      'DATE',
      'DOUBLE',
      'VARCHAR',
    ]);
    expect(read.getRows().map((row) => row.map((value) => (value === null ? null : String(value))))).toEqual([
      [
        '2026-11-23 10:00:00.123',
        '99999999999999999999999999999999.000001',
        '0.000000000000000001',
        String(2n ** 63n - 1n),
        '2026-11-23',
        '0.1',
        'Größe ☃',
      ],
      [null, '1.000000', '-0.500000000000000000', '-1', '1969-12-31', null, null],
    ]);
    const metadata = await connection.runAndReadAll(
      `select decode(key), decode(value) from parquet_kv_metadata('${path}')`,
    );
    expect(Object.fromEntries(metadata.getRows())).toMatchObject({
      'tenantscope.report': 'r',
      'tenantscope.data_through': '2026-11-24T00:00:00.000Z',
      'tenantscope.completeness': 'declared',
      'tenantscope.warnings': '["w"]',
    });
    connection.closeSync();
    instance.closeSync();
  });
});

it('an empty answer has a head in every text form', () => {
  const empty = { ...result, rows: [] };
  const texts = Object.fromEntries(TEXT_FORMATS.map((format) => [format, formatReport(empty, format)]));
  expect(texts).toMatchObject({ csv: 'tenant_id,share,events\r\n', tsv: 'tenant_id\tshare\tevents\n', ndjson: '' });
});
