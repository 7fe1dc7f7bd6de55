import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournal } from '../lake/readJournal.js';

/** An object of the quarantine, relative to the lake, and how many records it holds. */
export interface ErrorFile {
  readonly path: string;
  readonly records: number;
}

/** The error objects of finished imports that are still there: their retention is short. */
export async function errorFiles(lake: string): Promise<readonly ErrorFile[]> {
  const units = (await readJournal(lake)).filter((unit) => unit.state === 'done');
  const listed = units.flatMap((unit) => unit.delivery?.error_objects ?? []);
  const there = await Promise.all(
    listed.map(({ path }) =>
      access(join(lake, path)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return listed.filter((_, place) => there[place]);
}
