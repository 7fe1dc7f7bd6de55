import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { METRICS, sampleName } from '../../../serve/metrics/metricList.js';

it('docs/serve.md lists every metric with its labels and help, and no other', () => {
  const text = readFileSync(new URL('../../../docs/serve.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(tenantscope_\w+)` \| (.*) \| (.*) \|$/gm)].map(([, ...row]) => row);
  expect(rows).toEqual(
    Object.values(METRICS).map((metric) => [
      sampleName(metric),
      metric.labels.map((label) => `\`${label}\``).join(', '),
      metric.help,
    ]),
  );
});
