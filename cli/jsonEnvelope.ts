import { z } from 'zod';

/**
 * The one document that a verb prints with `--json`. Nothing that runs loads this: tests hold every verb to it, and
 * docs/reference/json.md is written from it.
 */
export const envelopeSchema = z.strictObject({
  verb: z
    .string()
    .regex(/^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*$/)
    .describe('the command that answers, its words without the program’s name: `tenant list`'),
  dry_run: z.boolean().describe('`true`: `--dry-run` was given, and `data` is what the run would have done'),
  data: z
    .json()
    .describe(
      'what the verb answers: an array of what it lists, else an object; `null` when there is nothing to tell of',
    ),
  warnings: z
    .array(z.string().min(1))
    .describe('each `warning:` of this run once, without that word: what limits the answer. stderr has them, too'),
});

/** The envelope of a verb's answer. */
export type JsonEnvelope = Readonly<z.infer<typeof envelopeSchema>>;

/** The document of a report, run, fetched or delivered by a schedule, in a file as on stdout. */
export const reportDocumentSchema = z.strictObject({
  report: z.string().describe('name of the report'),
  params: z
    .record(z.string(), z.json())
    .describe('what it was asked with, defaults included; a window as `start` and `end`, UTC, the end not included'),
  columns: z
    .array(z.looseObject({ name: z.string(), type: z.string() }))
    .describe('name, type, unit and meaning of each column, in the order of the cells of a row'),
  rows: z.array(z.array(z.json())).describe('the rows, each an array; integers beyond 2^53 and decimals are text'),
  stats: z
    .looseObject({})
    .describe('how far the data goes and how complete it is, what was scanned and what that cost'),
  warnings: z.array(z.string().min(1)).describe('as in the envelope'),
});

/** Verbs whose document is a report's. */
export const REPORT_VERBS: Readonly<Record<string, string>> = {
  'report run': 'without `--dry-run` and `--no-wait`, which answer in the envelope',
  'report fetch': 'always',
};

/** Verbs that print many objects as they come, one a line (NDJSON), and without the envelope. */
export const STREAM_VERBS: Readonly<Record<string, string>> = {
  tap: 'each line of the stream',
  'report schedule run': 'each change of state; with `--dry-run` what is due, in the envelope',
};

/** Verbs without `--json`, and why. */
export const NO_JSON: Readonly<Record<string, string>> = {
  completion: 'prints a script that a shell reads',
  demo: 'prints what people read; what it makes are files',
  'dashboard build': 'what it makes is a page',
};
