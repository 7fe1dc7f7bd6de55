import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The settings that users are given, and the tests' Trino runs with: docs/trino.md, docs/reports.md. */
export const TRINO_ETC = fileURLToPath(new URL('../../examples/trino/etc/', import.meta.url));

/** The settings of one file below {@link TRINO_ETC}, without comments. */
export function readProperties(file: string): readonly string[] {
  return readFileSync(`${TRINO_ETC}${file}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
