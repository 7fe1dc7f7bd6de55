import { RESERVED_TENANTS, type Registry } from '../../model/index.js';
import { meterLine, type SourceLine } from '../../transforms/index.js';

/** What of an import somebody has still to say something about. */
export interface ImportFindings {
  /** Lines with usage that a service other than the pipeline's own counts. */
  readonly counted: number;
  /** Lines whose usage belongs to nobody that is registered, by what they name: `hosts=…`, `tenant …`, or nothing. */
  readonly nobody: Readonly<Record<string, number>>;
  /** Lines that tell no time: they count at the time of the import. */
  readonly untimed: number;
  /** Lines of AWS's own logs among files of one's own, where they count nothing, by format. */
  readonly otherSource: Readonly<Record<string, number>>;
}

/** Formats with an importer of their own. */
const OTHERS: ReadonlySet<string> = new Set(['alb', 's3_access', 'cloudfront']);
/** How many different names are kept; what comes after counts as nameless. */
const NAMES = 1000;
export const NAMELESS = '';

/** Says what will become of lines, as the transform judges them with the registry of now. */
export class ImportTally {
  #counted = 0;
  #untimed = 0;
  readonly #nobody = new Map<string, number>();
  readonly #other = new Map<string, number>();

  readonly registry: Registry;

  constructor(registry: Registry) {
    this.registry = registry;
  }

  add(line: SourceLine | undefined, timed: boolean): void {
    if (line === undefined) return;
    if (!timed && line.parsed.time === null) this.#untimed += 1;
    const emitter = { tenantId: RESERVED_TENANTS.shared, shared: true };
    const metered = meterLine(line.parsed, emitter, 0, this.registry, line);
    const usage = metered.usage.filter(({ service }) => service !== 'Pipeline');
    if (usage.length === 0) {
      const { format } = line.parsed;
      if (OTHERS.has(format) && line.usage.length === 0) this.#other.set(format, (this.#other.get(format) ?? 0) + 1);
      return;
    }
    this.#counted += 1;
    if (!usage.some(({ tenant_id }) => tenant_id === RESERVED_TENANTS.unknown)) return;
    const named = metered.claimedConsumer === undefined ? undefined : `tenant ${metered.claimedConsumer.slice(0, 64)}`;
    const name = named ?? shortName(metered.unclaimed ?? NAMELESS);
    this.#addNobody(name, 1);
  }

  /** Takes what another tally, of one file, has found. */
  merge(other: ImportTally): void {
    this.#counted += other.#counted;
    this.#untimed += other.#untimed;
    for (const [name, lines] of other.#nobody) this.#addNobody(name, lines);
    for (const [format, lines] of other.#other) this.#other.set(format, (this.#other.get(format) ?? 0) + lines);
  }

  #addNobody(name: string, lines: number): void {
    const kept = this.#nobody.has(name) || this.#nobody.size < NAMES ? name : NAMELESS;
    this.#nobody.set(kept, (this.#nobody.get(kept) ?? 0) + lines);
  }

  /** The names with the most lines first. */
  found(): ImportFindings {
    const nobody = Object.fromEntries([...this.#nobody].sort(([, a], [, b]) => b - a));
    return { counted: this.#counted, nobody, untimed: this.#untimed, otherSource: Object.fromEntries(this.#other) };
  }
}

/** Of a path or a key, what may be a tenant's prefix: a rule holds for what lies below it. */
function shortName(resource: string): string {
  const kept = resource.startsWith('paths=') ? 4 : resource.startsWith('bucket_prefixes=') ? 2 : undefined;
  const parts = resource.split('/');
  const whole = kept === undefined || parts.length <= kept;
  return (whole ? resource : `${parts.slice(0, kept).join('/')}/…`).slice(0, 128);
}
