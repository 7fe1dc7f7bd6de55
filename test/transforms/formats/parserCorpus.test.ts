import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';
import { sampleData } from '../../sampleData.js';
import { CORPUS_EXCLUDED, CORPUS_FIELDS, CORPUS_MACHINERY } from './corpusFields.js';

/** Lines and expectations of another project (CrowdSec's hub), which this repository does not contain. */
const found = sampleData('parsers');
const FOLDER = found ?? '';
const present = found !== undefined;
/** When the lines were seen: those without a year are of this one. */
const SEEN = Date.parse('2026-03-01T00:00:00Z');
const LEAST_SHARE = 0.95;
const EXPRESSION =
  /^results\["(s0[0-2])-[a-z]+"\]\["[^"]*"\]\[(\d+)\]\.Evt\.(Parsed|Meta|Enriched)\["([^"]+)"\] == (".*")$/;

interface Result {
  readonly met: number;
  readonly misses: readonly string[];
  readonly excluded: number;
  readonly unlisted: readonly string[];
}

/** The numbers of the lines that reach the third stage: the second gives up on some. */
function thirdStage(expressions: readonly string[], lines: number): readonly number[] {
  const failed = new Set(
    expressions.flatMap((text) => /^results\["s01-parse"\].*\[(\d+)\]\.Success == false$/.exec(text)?.[1] ?? []),
  );
  return Array.from({ length: lines }, (_, index) => index).filter((index) => !failed.has(String(index)));
}

function check(folder: string): Result {
  const path = join(FOLDER, folder);
  const log = readdirSync(path).find((name) => name.endsWith('.log')) ?? '';
  const lines = readFileSync(join(path, log), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const parsed = lines.map((line) => parseText(line, SEEN));
  const expressions = [...new Set(readFileSync(join(path, 'parser.assert'), 'utf8').split('\n'))].filter(Boolean);
  const late = thirdStage(expressions, lines.length);
  const misses = new Set<string>();
  const met = new Set<string>();
  const unlisted: string[] = [];
  let excluded = 0;
  for (const expression of expressions) {
    const [, stage, index, kind, name, quoted] = EXPRESSION.exec(expression) ?? [];
    if (quoted === undefined) {
      if (CORPUS_MACHINERY.some(([pattern]) => pattern.test(expression))) excluded += 1;
      else unlisted.push(expression);
      continue;
    }
    const key = `${kind}.${name}`;
    const at = stage === 's02' ? late[Number(index)] : Number(index);
    const record = at === undefined ? undefined : parsed[at];
    const value: unknown = JSON.parse(quoted);
    const field = CORPUS_FIELDS[key];
    if (record === undefined || typeof value !== 'string' || (field === undefined && !(key in CORPUS_EXCLUDED))) {
      unlisted.push(expression);
      continue;
    }
    // A message that is the whole line tells nothing of how it was read.
    if (field === undefined || (key === 'Parsed.message' && value === lines[at ?? 0])) {
      excluded += 1;
      continue;
    }
    const expected = field.expected === undefined ? value : field.expected(value);
    const actual = field.actual(record, value);
    // The stages repeat what earlier ones found; each value of a line counts once.
    const said = `${folder} line ${(at ?? 0) + 1} ${key}`;
    if (actual === expected) met.add(`${said} ${value}`);
    else misses.add(`${said}: expected ${JSON.stringify(expected)}, read ${JSON.stringify(actual)}`);
  }
  return { met: met.size, misses: [...misses], excluded, unlisted };
}

describe.runIf(present)('lines of other software, as another project reads them', () => {
  const folders = present
    ? readdirSync(FOLDER, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
    : [];
  const results = folders.map((folder) => ({ folder, ...check(folder) }));

  it('leaves no expectation aside that is not listed with a reason', () => {
    expect(results.flatMap(({ unlisted }) => unlisted)).toEqual([]);
  });

  it(`meets ${LEAST_SHARE * 100} % of what is expected`, () => {
    const met = results.reduce((sum, result) => sum + result.met, 0);
    const misses = results.flatMap((result) => result.misses);
    const excluded = results.reduce((sum, result) => sum + result.excluded, 0);
    const share = met / (met + misses.length);
    const summary = [
      `${met} of ${met + misses.length} values met (${(share * 100).toFixed(1)} %), ${excluded} expressions excluded`,
      ...results.map((result) => `  ${result.folder}: ${result.met} of ${result.met + result.misses.length}`),
      ...misses.map((miss) => `  miss: ${miss}`),
    ].join('\n');
    console.info(summary);
    expect(share, summary).toBeGreaterThanOrEqual(LEAST_SHARE);
  });
});
