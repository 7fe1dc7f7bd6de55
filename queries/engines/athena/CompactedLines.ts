import { EVENT_COLUMNS, EVENT_PARTITION_COLUMNS, LAKE, partitionOf, type UtcDay } from '../../../model/index.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { prefixCut, prefixView } from '../prefixView.js';
import { type AthenaTables, tableName } from './athenaTables.js';

const COLUMNS = [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS].map(({ name }) => `"${name}"`).join(', ');
const LITERAL = /'((?:[^']|'')*)'/g;

/** A lake with objects that took the place of others: where the rows of each are, by its log. */
export class CompactedLines {
  readonly #root: string;
  readonly #cut: UtcDay | null;
  readonly #index: ObjectIndex;
  readonly #files: readonly string[];

  constructor(lake: {
    /** `s3://bucket/prefix/`. */
    readonly root: string;
    readonly cut: UtcDay | null;
    readonly index: ObjectIndex;
    readonly files: readonly string[];
  }) {
    this.#root = lake.root;
    this.#cut = lake.cut;
    this.#index = lake.index;
    this.#files = lake.files;
  }

  /**
   * What a statement reads lines from, as a query of both prefixes. Of single objects only those of tenants are named that
   * the statement names, too: it has to name them as literals, and Athena bounds its length.
   */
  from(tables: AthenaTables, sql: string): string {
    const named = new Set([...sql.matchAll(LITERAL)].map(([, text = '']) => text));
    const files = this.#files.filter((file) => named.has(partitionOf(file)?.tenantId ?? ''));
    const view = prefixView(prefixCut(this.#cut, this.#index, files), {
      events: tableName(tables, tables.events),
      compacted: tableName(tables, tables.eventsCompacted),
      path: '"$path"',
      place: (object) => `${this.#root}${object}`,
      columns: COLUMNS,
    });
    return `(${view})`;
  }

  /** Whether an object, by its URL, has rows that are read from it: those of others are elsewhere. */
  isRead(url: string): boolean {
    const object = url.slice(this.#root.length);
    if (object.startsWith(`${LAKE.compacted}/`)) return this.#index.heldIn(object).length > 0;
    return this.#index.whereabouts(object).state === 'delivered';
  }
}
