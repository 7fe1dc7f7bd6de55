import { RESERVED_TENANTS } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A name stands for itself: not as a part of a longer word, in either case. */
const asWord = (names: readonly string[], flags = 'i'): RegExp =>
  new RegExp(`(?<![a-z0-9])(?:${names.map(escaped).join('|')})(?![a-z0-9])`, flags);

/** The same in RE2, which looks at no neighbours: it takes them. */
const asWordRe2 = (names: readonly string[]): string =>
  sqlText(`(?i)(^|[^a-z0-9])(?:${names.map(escaped).join('|')})([^a-z0-9]|$)`);

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
    const own = asWord(this.names);
    this.#others = [...ids].filter((other) => !this.names.includes(other) && own.test(other));
  }

  /** True for a text that names the tenant, where mentions count. */
  isIn(text: string): boolean {
    return this.mentions && this.isNamedIn(text);
  }

  /** True for a text that names the tenant. */
  isNamedIn(text: string): boolean {
    const rest = this.#others.length === 0 ? text : text.replace(asWord(this.#others, 'gi'), ' ');
    return asWord(this.names).test(rest);
  }

  /** The text without the names; for what must stay, such as the path of a file. */
  removedFrom(text: string): string {
    return text.replace(asWord(this.names, 'gi'), RESERVED_TENANTS.erased);
  }

  /** {@link isIn} as an SQL condition on a text column; null is no text. */
  inColumn(column: string): string {
    return this.mentions ? this.namedInColumn(column) : 'false';
  }

  /** {@link isNamedIn} as an SQL condition on a text column. */
  namedInColumn(column: string): string {
    // Twice: of two that share a neighbour the first time takes only one.
    const without = (text: string): string => `regexp_replace(${text}, ${asWordRe2(this.#others)}, '\\1 \\2', 'g')`;
    const rest = this.#others.length === 0 ? column : without(without(column));
    return `coalesce(regexp_matches(${rest}, ${asWordRe2(this.names)}), false)`;
  }
}
