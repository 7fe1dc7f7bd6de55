import { isReservedTenant, type Tenant } from '../../model/index.js';

/** What stands for a text that names somebody else. */
const WITHHELD = '(withheld: it names another tenant)';

/**
 * Finds the names of other tenants (ids, names, namespaces, owners, billing accounts) as whole words in texts that applications
 * printed, such as the name of a table. Names this tenant has itself are its own.
 */
export class NamesOfOthers {
  readonly #names: readonly string[];

  constructor(tenant: Tenant, registry: readonly Tenant[], known: readonly string[]) {
    const own = new Set(namesOf(tenant));
    const others = registry.filter(({ id }) => id !== tenant.id).flatMap(namesOf);
    const unregistered = known.filter((id) => id !== tenant.id && !isReservedTenant(id)).map(fold);
    this.#names = [...new Set([...others, ...unregistered])].filter((name) => name !== '' && !own.has(name));
  }

  /** The text, or words in its place. */
  withheld(text: string): string {
    const folded = fold(text);
    return this.#names.some((name) => hasWord(folded, name)) ? WITHHELD : text;
  }
}

function namesOf({ id, name, owner, billing_account, namespaces }: Tenant): readonly string[] {
  return [id, name, owner, billing_account, ...namespaces].flatMap((word) => (word === undefined ? [] : [fold(word)]));
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    if (!isLetter(before) && !isLetter(after)) return true;
  }
  return false;
}

const isLetter = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
