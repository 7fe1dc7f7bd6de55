import type { QueryResult } from '../../engines/QueryResult.js';
import type { SqlSession } from '../../engines/SqlSession.js';
import type { Workbench } from '../Workbench.js';
import { type IcebergPlace, tableIn } from './IcebergPlace.js';
import { createTableAs, dropTable } from './icebergDdl.js';

/** What names of kept tables begin with; after it comes the attempt. */
export const STAGE_PREFIX = 'stage_';

/**
 * A workbench of tables of one attempt's own. Nobody else writes them, and who removes them makes their owner's statements
 * fail, never answer less: so whatever an attempt writes is whole, or it is given up.
 */
export class IcebergBench implements Workbench {
  readonly #session: SqlSession;
  readonly #place: IcebergPlace;
  readonly #attempt: string;
  readonly #kept: string[] = [];

  constructor(session: SqlSession, place: IcebergPlace, attempt: string) {
    this.#session = session;
    this.#place = place;
    this.#attempt = attempt;
  }

  async keep(name: string, query: string): Promise<string> {
    const table = `${STAGE_PREFIX}${this.#attempt}_${name}`;
    // Before the statement: one that failed may have made it.
    this.#kept.push(table);
    await this.#session.run(createTableAs(this.#place, table, query));
    return tableIn(this.#place, table);
  }

  /** Keeps the rows of several queries together; undefined of none. */
  async keepAll(name: string, queries: readonly string[]): Promise<string | undefined> {
    const [first, ...rest] = queries;
    if (first === undefined) return undefined;
    const kept = await this.keep(name, first);
    for (const query of rest) await this.#session.run(`insert into ${kept} ${query}`);
    return kept;
  }

  async name(_: string, query: string): Promise<string> {
    return `(${query})`;
  }

  ask(query: string): Promise<QueryResult> {
    return this.#session.run(query);
  }

  /** Removes what was kept. What cannot be removed now a later run removes. */
  async clear(): Promise<void> {
    for (const table of this.#kept.splice(0)) {
      await this.#session.run(dropTable(this.#place, table)).catch(() => undefined);
    }
  }
}
