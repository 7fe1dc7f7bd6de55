import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { LAKE, systemCode } from '../../model/index.js';

/** How one try of a step ended. `again` may be tried once more, `unknown` may have happened and is never repeated by itself. */
const endSchema = z.strictObject({
  at: z.int(),
  outcome: z.enum(['done', 'again', 'interrupted', 'failed', 'unknown']),
  detail: z.string(),
});

/** How one try of a step ended. */
export type StepEnd = z.output<typeof endSchema>;

/** Where a step is: its number of tries, and how the last one ended, or when it began. */
export interface StepState {
  readonly tries: number;
  readonly begun?: number;
  readonly end?: StepEnd;
}

/**
 * What became of one scheduled time, as files of a folder in the lake. Every file is created once and whole, by one hard link,
 * so that of two processes one wins and a killed one leaves no half of it.
 */
export class ScheduleState {
  readonly folder: string;

  constructor(lake: string, schedule: string, time: number) {
    this.folder = join(lake, LAKE.schedules, schedule, stampOf(time));
  }

  /** True when this call created the file. */
  create(name: string, content: string | Uint8Array): Promise<boolean> {
    return createOnce(this.folder, name, content);
  }

  /** The bytes of a file, or undefined when it is not there. */
  async read(name: string): Promise<Buffer | undefined> {
    return readFile(join(this.folder, name)).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    });
  }

  remove(name: string): Promise<void> {
    return rm(join(this.folder, name), { force: true });
  }

  async step(step: string): Promise<StepState> {
    const names = await namesIn(this.folder);
    let tries = 0;
    while (names.includes(`${step}.${tries + 1}.begun.json`)) tries += 1;
    if (tries === 0) return { tries };
    const begun = await this.read(`${step}.${tries}.begun.json`);
    const ended = await this.read(`${step}.${tries}.ended.json`);
    return {
      tries,
      begun: z.strictObject({ at: z.int() }).parse(JSON.parse(String(begun))).at,
      ...(ended === undefined ? {} : { end: endSchema.parse(JSON.parse(String(ended))) }),
    };
  }

  /** Claims the next try of a step; false when another process has it. */
  begin(step: string, number: number, at: number): Promise<boolean> {
    return this.create(`${step}.${number}.begun.json`, JSON.stringify({ at }));
  }

  async end(step: string, number: number, end: StepEnd): Promise<void> {
    await this.create(`${step}.${number}.ended.json`, JSON.stringify(end));
  }
}

/** A scheduled time as the name of a folder: text order is time order. */
export function stampOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace(':', '')}Z`;
}

/** The scheduled times of which something is known, ascending. */
export async function knownTimes(lake: string, schedule: string): Promise<readonly number[]> {
  const names = await namesIn(join(lake, LAKE.schedules, schedule));
  return names
    .filter((name) => /^\d{4}-\d{2}-\d{2}T\d{4}Z$/.test(name))
    .map((name) => Date.parse(`${name.slice(0, 13)}:${name.slice(13, 15)}Z`))
    .sort((a, b) => a - b);
}

/** When this schedule was first seen in this lake: no earlier time is ever made up for. */
export async function firstSeen(lake: string, schedule: string, now: number): Promise<number> {
  const folder = join(lake, LAKE.schedules, schedule);
  await createOnce(folder, 'since.json', JSON.stringify({ at: now }));
  return z.strictObject({ at: z.int() }).parse(JSON.parse(await readFile(join(folder, 'since.json'), 'utf8'))).at;
}

/** The same where it may never have been seen: undefined then, and nothing is written. */
export async function seenSince(lake: string, schedule: string): Promise<number | undefined> {
  const text = await readFile(join(lake, LAKE.schedules, schedule, 'since.json'), 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : z.strictObject({ at: z.int() }).parse(JSON.parse(text)).at;
}

async function createOnce(folder: string, name: string, content: string | Uint8Array): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${name}.${randomUUID()}`);
  const file = await open(temporary, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, join(folder, name));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  });
}
