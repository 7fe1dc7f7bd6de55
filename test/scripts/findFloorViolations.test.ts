import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findFloorViolations } from '../../scripts/findFloorViolations.js';

const folders: string[] = [];

function plant(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'floors-'));
  folders.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('findFloorViolations', () => {
  it('finds nothing in this repository', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    expect(findFloorViolations(root)).toEqual([]);
  });

  it('accepts an import from a lower floor through its index', () => {
    const root = plant({
      'model/index.ts': 'export const a = 1;',
      'queries/index.ts': "import { a } from '../model/index.js'; export const b = a;",
    });
    expect(findFloorViolations(root)).toEqual([]);
  });

  it('accepts a side door that is listed, and no other', () => {
    const root = plant({
      'model/errors/index.ts': 'export const a = 1;',
      'model/usage/index.ts': 'export const a = 1;',
      'cli/start.ts': "import { a } from '../model/errors/index.js'; export const b = a;",
      'cli/other.ts': "import { a } from '../model/usage/index.js'; export const b = a;",
    });
    expect(findFloorViolations(root).map(({ message }) => message)).toEqual([
      'cli/other.ts:1: expected an import of model/index.js, got model/usage/index.ts',
    ]);
  });

  it.each([
    ['a plain', "import { b } from '../queries/index.js'; export const a = b;"],
    ['a type-only', "import type { B } from '../queries/index.js'; export type A = B;"],
    ['an inline type', "import { type B } from '../queries/index.js'; export type A = B;"],
    ['a re-exporting', "export { b } from '../queries/index.js';"],
    ['a type re-exporting', "export type { B } from '../queries/index.js';"],
    ['a star re-exporting', "export * from '../queries/index.js';"],
    ['a side-effect', "import '../queries/index.js';"],
    ['a dynamic', "export const load = () => import('../queries/index.js');"],
  ])('fails on %s upward import and names the line', (_name, text) => {
    const root = plant({
      'model/index.ts': `\n${text}`,
      'queries/index.ts': 'export const b = 1; export type B = number;',
    });
    expect(findFloorViolations(root)).toEqual([
      { kind: 'upward', message: 'model/index.ts:2: model may import nothing, but imports queries/index.ts' },
    ]);
  });

  it('fails on an import of another folder past its index', () => {
    const root = plant({
      'model/inner.ts': 'export const a = 1;',
      'queries/index.ts': "import { a } from '../model/inner.js'; export const b = a;",
    });
    expect(findFloorViolations(root).map((violation) => violation.kind)).toEqual(['internals']);
  });

  it.each([
    [
      'values',
      "import { b } from './b.js'; export const a = b;",
      "import { a } from './a.js'; export const b = () => a;",
    ],
    [
      'types',
      "import type { B } from './b.js'; export type A = B;",
      "import type { A } from './a.js'; export type B = A;",
    ],
  ])('fails on a cycle of %s', (_name, a, b) => {
    const root = plant({ 'model/a.ts': a, 'model/b.ts': b });
    expect(findFloorViolations(root)).toEqual([
      { kind: 'cycle', message: 'cycle: model/a.ts -> model/b.ts -> model/a.ts' },
    ]);
  });

  it('fails on a file that does not parse', () => {
    const root = plant({ 'model/index.ts': 'export const = ;' });
    expect(findFloorViolations(root)[0]?.kind).toBe('unparsable');
  });
});
