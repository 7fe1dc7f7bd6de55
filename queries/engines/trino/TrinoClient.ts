import { AppError, messageOf } from '../../../model/index.js';
import type { QueryResult, Value } from '../Engine.js';
import { parseExactJson } from './exactJson.js';
import { type TrinoPage, trinoPageSchema } from './trinoPage.js';
import { sendTrinoRequest, type TrinoTransport } from './trinoRequest.js';
import { type ValueReader, valueReader } from './trinoValue.js';

/** Where the statements go, as whom. */
export interface TrinoClientOptions extends TrinoTransport {
  /** `http://host:port`, nothing after it. */
  readonly server: string;
  readonly user: string;
  /** Cancels the statement that runs: on the server, too. */
  readonly signal?: AbortSignal;
  /** What to do about a statement that failed, where the error itself does not say. Default: where a report's statement is shown. */
  readonly failureHint?: string;
  /** Told with every page how far a statement is, and once that it ended, however it did. */
  readonly onProgress?: (progress: TrinoProgress) => void;
}

/** How far a statement is. Rows and bytes are those read so far. */
export interface TrinoProgress {
  readonly queryId: string;
  /** Trino's own word: QUEUED, PLANNING, RUNNING, FINISHED. */
  readonly state: string;
  readonly ended: boolean;
  /** Parts of the work done, of those known so far. */
  readonly completedSplits: number;
  readonly totalSplits: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Trino's statement protocol: one POST, then GETs of `nextUri` until there is none. Values keep their precision (see
 * `valueReader`). Only the GETs are repeated when the server is away: the server answers one twice alike, while a POST sent
 * again could be a second query.
 *
 * @example
 * const { rows } = await new TrinoClient({ server: 'http://127.0.0.1:8080', user: 'me', ...transport }).run('select 1');
 */
export class TrinoClient {
  readonly #options: TrinoClientOptions;

  constructor(options: TrinoClientOptions) {
    this.#options = options;
  }

  /** Runs one statement to its end. Throws ENGINE_UNAVAILABLE with Trino's error name and the query id, INTERRUPTED. */
  async run(sql: string): Promise<QueryResult> {
    this.#options.signal?.throwIfAborted();
    // Without the signal: a POST that is cut off may have started a query whose id nobody knows.
    let page = await this.#page({ url: `${this.#options.server}/v1/statement`, body: sql });
    const collected = new Collected(this.#options.failureHint ?? SEE_REPORT);
    try {
      for (;;) {
        this.#tell(page, false);
        collected.add(page);
        const next = page.nextUri;
        if (next === undefined) return collected.result();
        this.#options.signal?.throwIfAborted();
        page = await this.#page({ url: next, queryId: page.id });
      }
    } catch (error) {
      await this.#cancel(page);
      if (this.#options.signal?.aborted === true) throw this.#options.signal.reason;
      throw error;
    } finally {
      this.#tell(page, true);
    }
  }

  #tell({ id, stats }: TrinoPage, ended: boolean): void {
    this.#options.onProgress?.({
      queryId: id,
      state: stats?.state ?? 'QUEUED',
      ended,
      completedSplits: stats?.completedSplits ?? 0,
      totalSplits: stats?.totalSplits ?? 0,
      rows: stats?.processedRows ?? 0,
      bytes: stats?.processedBytes ?? 0,
    });
  }

  async #page(ask: { readonly url: string; readonly body?: string; readonly queryId?: string }): Promise<TrinoPage> {
    const { signal } = this.#options;
    const isPost = ask.body !== undefined;
    if (new URL(ask.url).origin !== new URL(this.#options.server).origin)
      throw elsewhere(ask.url, this.#options.server);
    try {
      const text = await sendTrinoRequest(this.#options, {
        url: ask.url,
        method: isPost ? 'POST' : 'GET',
        headers: this.#headers(),
        repeatable: !isPost,
        ...(isPost ? { body: ask.body } : signal === undefined ? {} : { signal }),
      });
      return trinoPageSchema.parse(parseExactJson(text));
    } catch (error) {
      if (error instanceof AppError && ask.queryId === undefined) throw error;
      throw new AppError('ENGINE_UNAVAILABLE', 'the query could not be followed', {
        where: ask.queryId === undefined ? this.#options.server : `Trino query ${ask.queryId}`,
        got: error instanceof AppError ? (error.details.got ?? error.message) : messageOf(error),
        hint: 'check that --trino-url is a Trino server and that it is up',
        cause: error,
      });
    }
  }

  #headers(): Record<string, string> {
    return {
      'X-Trino-User': this.#options.user,
      'X-Trino-Source': 'tenantscope',
      'X-Trino-Time-Zone': 'UTC',
      // Without it the server cuts every timestamp to milliseconds before this side can see that it was finer.
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    };
  }

  /** Best effort: the server gives up an abandoned query by itself, minutes later. */
  async #cancel(page: TrinoPage): Promise<void> {
    if (page.nextUri === undefined || page.error !== undefined) return;
    if (new URL(page.nextUri).origin !== new URL(this.#options.server).origin) return;
    const request = { url: page.nextUri, method: 'DELETE', headers: this.#headers(), repeatable: false } as const;
    await sendTrinoRequest(this.#options, request).catch(() => undefined);
  }
}

const SEE_REPORT = 'see the statement with: tenantscope report show NAME';

/** The pages of one query put together; a page may bring columns, rows, both or an error. */
class Collected {
  #columns: readonly string[] = [];
  #types: readonly string[] = [];
  #queryId = '';
  #bytes: bigint | undefined;
  #readers: readonly ValueReader[] | undefined;
  readonly #rows: (readonly Value[])[] = [];
  readonly #failureHint: string;

  constructor(failureHint: string) {
    this.#failureHint = failureHint;
  }

  add(page: TrinoPage): void {
    if (page.error !== undefined) {
      throw new AppError('ENGINE_UNAVAILABLE', 'the query failed', {
        where: `Trino query ${page.id}`,
        got: `${page.error.errorName}: ${messageOf(page.error.message)}`,
        hint: hintFor(page.error.errorName, page.error.message) ?? this.#failureHint,
      });
    }
    this.#queryId = page.id;
    if (page.stats !== undefined) this.#bytes = BigInt(page.stats.processedBytes);
    if (this.#readers === undefined && page.columns !== undefined) {
      this.#columns = page.columns.map(({ name }) => name);
      // Only of a decimal does its length say what it holds: `varchar(7)` and `timestamp(3)` are how a literal was written.
      this.#types = page.columns.map(({ type }) =>
        type.startsWith('decimal') ? type.replaceAll(' ', '') : type.replace(/\(.*/, ''),
      );
      this.#readers = page.columns.map(valueReader);
    }
    for (const row of page.data ?? []) {
      this.#rows.push(row.map((raw, index) => this.#readers?.[index]?.(raw) ?? null));
    }
  }

  result(): QueryResult {
    const bytes = this.#bytes;
    const facts = { queryId: this.#queryId, ...(bytes === undefined ? {} : { bytesScanned: bytes }) };
    return { columns: this.#columns, rows: this.#rows, types: this.#types, facts };
  }
}

/** What to do about the two limits a report with many tenants can meet. */
function hintFor(name: string, message: string): string | undefined {
  if (name === 'QUERY_TEXT_TOO_LARGE') {
    return "name fewer tenants with --param tenant_ids=…, or raise the server's query.max-length";
  }
  if (message.includes('Injected projection requires')) {
    return "name fewer tenants with --param tenant_ids=…, or raise the catalogue's hive.domain-compaction-threshold above their number";
  }
  return undefined;
}

function elsewhere(url: string, server: string): AppError {
  return new AppError('ENGINE_UNAVAILABLE', 'Trino names another server for the rest of the answer', {
    expected: new URL(server).origin,
    got: new URL(url).origin,
    hint: 'use the address Trino knows itself by, or let its proxy send X-Forwarded headers',
  });
}
