import { type CliContext, printData } from './CliContext.js';
import type { JsonAnswer } from './JsonAnswer.js';

/**
 * Answers with `--json`, in the envelope of every verb (docs/json.md). The document is held until the verb has ended, well or not:
 * what an engine in the cloud leaves out is known, and warned of, only after the answer.
 */
export function printJson(
  context: CliContext,
  data: unknown,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): void {
  answerOf(context).hold(data, dryRun);
}

/** Answers at once, for a verb that goes on: in one line, so that its reader knows when it has all of it. */
export function printJsonNow(context: CliContext, data: unknown): void {
  answerOf(context).hold(data, false);
  printData(context, JSON.stringify(answerOf(context).take()));
}

/** Writes the document that is held, if any. */
export function printHeldJson(context: CliContext): void {
  const document = context.answer?.take();
  if (document !== undefined) printData(context, JSON.stringify(document, null, 2));
}

/** One object of a verb that prints many as they come (NDJSON): without the envelope, in one line. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value);
}

/** With `--json` stdout has the answer and nothing else: what is printed beside it, such as messages of a channel, goes to stderr. */
export function besideJson(context: CliContext, { json }: { readonly json?: true }): CliContext {
  return json === true ? { ...context, stdout: context.stderr } : context;
}

function answerOf({ answer }: CliContext): JsonAnswer {
  if (answer === undefined) throw new Error('only a verb that runCli runs answers in JSON');
  return answer;
}
