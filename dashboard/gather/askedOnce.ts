import type { Engine } from '../../queries/index.js';

/**
 * The same engine, which asks every statement once: a page is made of a dozen reports, and each of them would have the
 * completeness of its window judged again. For one page only, since what it remembers does not grow old.
 */
export function askedOnce(engine: Engine): Engine {
  const answers = new Map<string, ReturnType<Engine['query']>>();
  const once = (ask: Engine['query']): Engine['query'] => {
    return (sql) => {
      const known = answers.get(sql);
      if (known !== undefined) return known;
      const answer = ask(sql);
      answers.set(sql, answer);
      return answer;
    };
  };
  return {
    ...engine,
    query: once((sql) => engine.query(sql)),
    ...(engine.beside === undefined ? {} : { beside: once(engine.beside.bind(engine)) }),
    close: () => engine.close(),
  };
}
