import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseText } from '../../../transforms/parseText.js';

const SAMPLES = new URL('./samples/', import.meta.url);
/** When the sidecar saw the lines: formats without a year are dated by it. */
const SEEN = Date.parse('2026-11-23T12:00:00Z');
const LEAST_LINES = 30;

/** Lines as they were printed, one a row; a format whose lines span rows keeps them as JSON strings. */
function linesOf(format: string): readonly string[] {
  const folder = new URL(`${format}/`, SAMPLES);
  const strings = new URL('input.jsonl', folder);
  const rows = (file: URL): string[] => readFileSync(file, 'utf8').replace(/\n$/, '').split('\n');
  return existsSync(strings)
    ? rows(strings).map((row) => JSON.parse(row) as string)
    : rows(new URL('input.log', folder));
}

/** What was read, as the samples write it: no nulls, the time as an instant. */
function readLine(text: string): Record<string, unknown> {
  const { app: _app, time, timeText, rest, ...read } = parseText(text, SEEN);
  const given = Object.entries({ ...read, time: time === null ? null : new Date(time).toISOString() });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== null)),
    ...(time === null && timeText !== null ? { timeText } : {}),
    ...(Object.keys(rest).length === 0 ? {} : { rest }),
  };
}

describe.each(readdirSync(SAMPLES))('format samples: %s', (format) => {
  const lines = linesOf(format);
  const expected = readFileSync(new URL(`${format}/expected.jsonl`, SAMPLES), 'utf8')
    .trimEnd()
    .split('\n')
    .map((row) => JSON.parse(row) as unknown);

  it(`has ${LEAST_LINES} lines or more, each with what is expected of it`, () => {
    expect(lines.length).toBeGreaterThanOrEqual(LEAST_LINES);
    expect(new Set(lines).size).toBe(lines.length);
    expect(expected).toHaveLength(lines.length);
  });

  it.each(lines.map((line, index) => [index + 1, line] as const))('line %i', (number, line) => {
    expect(readLine(line)).toEqual(expected[number - 1]);
  });
});
