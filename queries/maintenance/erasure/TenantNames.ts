import { sqlText } from '../../engines/sqlText.js';

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A name stands for itself: not as a part of a longer word, in either case. */
const asWord = (names: readonly string[]): string => `(^|[^a-z0-9])(?:${names.map(escaped).join('|')})([^a-z0-9]|$)`;

/**
 * The names by which a text can tell of a tenant: its id, its namespaces, and others it is known by. A name counts as a whole
 * word (`acme-orders` names acme, `acmecorp` does not), and not where it is a part of another tenant's id (`acme-2`).
 */
export class TenantNames {
  readonly id: string;
  /** Its id, its namespaces, and what else stands for it alone. */
  readonly names: readonly string[];
  /** Ids of other tenants that hold one of the names. */
  readonly #others: readonly string[];

  /** Whether texts that only mention it count; false for a tenant whose name is a common word. */
  readonly mentions: boolean;

  /** @param ids of all registered tenants */
  constructor(id: string, further: readonly string[], ids: Iterable<string>, mentions = true) {
    this.mentions = mentions;
    this.id = id;
    this.names = [...new Set([id, ...further])];
    const own = new RegExp(asWord(this.names), 'i');
    this.#others = [...ids].filter((other) => !this.names.includes(other) && own.test(other));
  }

  /** True for a text that names the tenant, where mentions count. */
  isIn(text: string): boolean {
    return this.mentions && this.isNamedIn(text);
  }

  /** True for a text that names the tenant. */
  isNamedIn(text: string): boolean {
    const others = this.#others.length === 0 ? undefined : new RegExp(asWord(this.#others), 'gi');
    const rest = others === undefined ? text : text.replace(others, '$1 $2');
    return new RegExp(asWord(this.names), 'i').test(rest);
  }

  /** The text without the names; for what must stay, such as the path of a file. */
  removedFrom(text: string): string {
    return text.replace(new RegExp(asWord(this.names), 'gi'), '$1_erased$2');
  }

  /** {@link isIn} as an SQL condition on a text column; null is no text. */
  inColumn(column: string): string {
    return this.mentions ? this.namedInColumn(column) : 'false';
  }

  /** {@link isNamedIn} as an SQL condition on a text column. */
  namedInColumn(column: string): string {
    const rest =
      this.#others.length === 0
        ? column
        : `regexp_replace(${column}, ${sqlText(`(?i)${asWord(this.#others)}`)}, '\\1 \\2', 'g')`;
    return `coalesce(regexp_matches(${rest}, ${sqlText(`(?i)${asWord(this.names)}`)}), false)`;
  }
}
