import { describe, expect, it } from 'vitest';
import { createProgram, createWholeProgram } from '../../cli/createProgram.js';
import { VERBS } from '../../cli/verbTable.js';
import { fakeContext } from './fakeContext.js';

describe('VERBS', () => {
  it('stand by name, so that two branches that each add one do not meet in one line', () => {
    const names = VERBS.map(({ name }) => name);
    expect(names, 'cli/verbTable.ts: put the new verb where its name belongs').toEqual([...names].sort());
  });

  it('say of each verb what the verb says of itself', async () => {
    const { commands } = await createWholeProgram(fakeContext());
    for (const { name, summary } of VERBS) {
      const found = commands.find((command) => command.name() === name);
      expect(found?.description(), `cli/verbTable.ts: the summary of ${name} is its module's description`).toBe(
        summary,
      );
    }
  });

  it('name every command of the first level', async () => {
    const { commands } = await createWholeProgram(fakeContext());
    expect(commands.map((command) => command.name()).sort()).toEqual(VERBS.map(({ name }) => name).sort());
  });
});

describe('createProgram', () => {
  const loadedBy = async (...args: string[]): Promise<readonly string[]> =>
    (await createProgram(fakeContext(), args)).commands
      .filter((command) => command.commands.length > 0 || command.options.length > 3)
      .map((command) => command.name());

  it('loads the verb that is called, and no other', async () => {
    expect(await loadedBy('lake', 'status')).toEqual(['lake']);
    expect(await loadedBy('--debug', 'rates', 'vet', 'x.yaml')).toEqual(['rates']);
    expect(await loadedBy('help', 'margin')).toEqual(['margin']);
    expect(await loadedBy('--help', 'margin')).toEqual(['margin']);
  });

  it('loads none for what needs none', async () => {
    for (const args of [[], ['--help'], ['--version'], ['help'], ['raport', 'run']])
      expect(await loadedBy(...args)).toEqual([]);
  });
});
