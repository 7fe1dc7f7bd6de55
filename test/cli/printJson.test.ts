import { describe, expect, it } from 'vitest';
import { type CliContext, printNote } from '../../cli/CliContext.js';
import { JsonAnswer } from '../../cli/JsonAnswer.js';
import { besideJson, printHeldJson, printJson, printJsonNow } from '../../cli/printJson.js';
import { envelopeOf } from '../e2e/jsonOf.js';
import { type FakeContext, fakeContext } from './fakeContext.js';

function running(options: { readonly quiet?: boolean } = {}): FakeContext & { readonly answer: JsonAnswer } {
  const context = { ...fakeContext(), ...options, answer: new JsonAnswer() };
  context.answer.begin('tenant list');
  return context;
}
const printed = (context: FakeContext): string => context.written().stdout;

describe('printJson', () => {
  it('says the verb, what it answers and all warnings, those said after the answer as well, each once', () => {
    const context = running();
    printNote(context, 'warning: not all is booked');
    printNote(context, 'note: no warning');
    printJson(context, [{ id: 'acme' }]);
    printNote(context, 'warning: one file is damaged');
    printNote(context, 'warning: not all is booked');
    expect(printed(context)).toBe('');
    printHeldJson(context);
    expect(printed(context)).toBe(`{
  "verb": "tenant list",
  "dry_run": false,
  "data": [
    {
      "id": "acme"
    }
  ],
  "warnings": [
    "not all is booked",
    "one file is damaged"
  ]
}
`);
    printHeldJson(context);
    expect(envelopeOf(printed(context)).verb).toBe('tenant list');
  });

  it('marks a dry run, answers null where there is nothing, and keeps warnings with --quiet', () => {
    const context = running({ quiet: true });
    printNote(context, 'not said');
    printNote(context, 'warning: said');
    printJson(context, undefined, { dryRun: true });
    printHeldJson(context);
    expect(envelopeOf(printed(context), { dryRun: true })).toMatchObject({ data: null, warnings: ['said'] });
    expect(context.written().stderr).toBe('warning: said\n');
  });

  it('prints nothing for a verb that has not answered', () => {
    const context = running();
    printNote(context, 'warning: it failed');
    printHeldJson(context);
    expect(printed(context)).toBe('');
  });

  it('refuses a second answer, whether or not the first is out', () => {
    const context = running();
    printJson(context, 1);
    expect(() => printJson(context, 2)).toThrow('tenant list answers twice');
    printHeldJson(context);
    expect(() => printJsonNow(context, 3)).toThrow('tenant list answers twice');
  });

  it('is not for what no verb runs, such as a deployed job', () => {
    expect(() => printJson(fakeContext(), 1)).toThrow('only a verb that runCli runs');
  });
});

it('printJsonNow prints one line at once, and gathers no more warnings of a verb that goes on', () => {
  const context = running();
  printNote(context, 'warning: no login');
  printJsonNow(context, { port: 1 });
  expect(printed(context)).toMatch(/^\{.*\}\n$/);
  expect(envelopeOf(printed(context))).toMatchObject({ data: { port: 1 }, warnings: ['no login'] });
  printNote(context, 'warning: the lake was not read');
  expect(context.answer.warnings).toEqual(['no login']);
});

it('besideJson keeps stdout for the answer, and only with --json', () => {
  const context: CliContext = running();
  expect(besideJson(context, {}).stdout).toBe(context.stdout);
  expect(besideJson(context, { json: true }).stdout).toBe(context.stderr);
});
