import { describe, expect, it } from 'vitest';
import { lazyViews } from '../../../../queries/engines/duckdb/lazyViews.js';

function counted(fail = false) {
  const made = { lines: 0, recent: 0 };
  const group = (name: 'lines' | 'recent', names: readonly string[]) => ({
    names,
    make: async (): Promise<void> => {
      made[name] += 1;
      if (fail) throw new Error(`${name} cannot be made`);
    },
  });
  return { made, views: lazyViews([group('lines', ['events', 'quarantine']), group('recent', ['usage_recent'])]) };
}

describe('lazyViews', () => {
  it.each([
    ['select sum(events) from ledger', { lines: 0, recent: 0 }],
    ["select 'from events' from ledger l where l.events > 1 -- from events", { lines: 0, recent: 0 }],
    ['select 1 from ledger, "Events"', { lines: 1, recent: 0 }],
    ['with x as (select * from quarantine) select 1 from x join usage_recent on true', { lines: 1, recent: 1 }],
  ])('makes what %j reads', async (sql, expected) => {
    const { views, made } = counted();
    expect(await views.run(sql, async () => 'answer')).toBe('answer');
    expect(made).toEqual(expected);
  });

  it('makes each once, also for statements at once', async () => {
    const { views, made } = counted();
    await Promise.all([1, 2, 3].map(() => views.run('select 1 from events', async () => undefined)));
    await views.make(['quarantine', 'ledger']);
    expect(made).toEqual({ lines: 1, recent: 0 });
  });

  it('makes a view that the engine misses, and asks again', async () => {
    const { views, made } = counted();
    let asked = 0;
    const statement = async (): Promise<number> => {
      asked += 1;
      if (made.lines === 0) throw new Error('Catalog Error: Table with name EVENTS does not exist!');
      return asked;
    };
    expect(await views.run('select 1 from main."EVENTS"', statement)).toBe(2);
    const other = views.run('select 1 from main.usage', async () => {
      throw new Error('Catalog Error: Table with name usage does not exist!');
    });
    await expect(other).rejects.toThrow('usage does not exist');
  });

  it('fails every statement that reads what cannot be made, and no other', async () => {
    const { views, made } = counted(true);
    for (let times = 0; times < 2; times++)
      await expect(views.run('select 1 from events, usage_recent', async () => 1)).rejects.toThrow(
        'lines cannot be made',
      );
    expect(await views.run('select 1 from ledger', async () => 1)).toBe(1);
    expect(made).toEqual({ lines: 1, recent: 0 });
  });
});
