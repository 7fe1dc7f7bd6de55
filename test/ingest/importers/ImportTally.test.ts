import { expect, it } from 'vitest';
import { ImportTally, NAMELESS } from '../../../ingest/importers/ImportTally.js';
import { buildRegistry, type Source, tenantSchema } from '../../../model/index.js';
import { readSourceLine } from '../../../transforms/index.js';
import { albLine, s3AccessLine } from './samples.js';

const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', resources: { paths: ['/t/acme'] } })] });
const nginx = (path: string) => `10.0.0.1 - - [26/Nov/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" 200 512 "-" "curl/8"`;

function tally(source: Source, lines: readonly string[], timed = true): ImportTally {
  const found = new ImportTally(registry);
  for (const line of lines) found.add(readSourceLine(source, line, 'x', 0), timed);
  return found;
}

it('tells whose usage is nobody’s by what could be registered', () => {
  const lines = [nginx('/t/acme/1'), nginx('/t/opus/songs/1?x=1'), nginx('/t/opus/songs/2'), nginx('/health')];
  expect(tally('logs', lines).found()).toEqual({
    counted: 4,
    nobody: { 'paths=/t/opus/songs/…': 2, 'paths=/health': 1 },
    untimed: 0,
    otherSource: {},
  });
});

it('puts the tallies of files together, the most lines first', () => {
  const all = tally('logs', [nginx('/a')]);
  all.merge(tally('logs', [nginx('/b'), nginx('/b'), '10.0.0.1 - - [26/Nov/2026:10:00:00 +0000] "" 400 0 "-" "-"']));
  expect(Object.entries(all.found().nobody)).toEqual([
    ['paths=/b', 2],
    ['paths=/a', 1],
    [NAMELESS, 1],
  ]);
});

it('keeps a thousand names of all files together (regression: a thousand of each)', () => {
  const all = tally('logs', []);
  for (const file of [0, 1, 2]) {
    all.merge(
      tally(
        'logs',
        Array.from({ length: 600 }, (_, line) => nginx(`/${file}-${line}`)),
      ),
    );
  }
  const { nobody } = all.found();
  expect(Object.keys(nobody)).toHaveLength(1001);
  expect(nobody[NAMELESS]).toBe(800);
});

it('tells lines without a time, and lines that another import counts', () => {
  expect(tally('logs', ['just text', nginx('/t/acme')], false).found()).toMatchObject({ untimed: 1, counted: 1 });
  const alb = albLine('acme.example.com', '/');
  const s3 = s3AccessLine('REST.GET.OBJECT', 'acme/a');
  expect(tally('logs', [alb, s3]).found()).toMatchObject({ counted: 0, otherSource: { alb: 1, s3_access: 1 } });
  expect(tally('alb', [alb]).found()).toMatchObject({ counted: 1, otherSource: {} });
});
