import type { JsonEnvelope } from './jsonEnvelope.js';

/** An envelope before it is text: its data is whatever can be written as JSON. */
export interface JsonDocument extends Omit<JsonEnvelope, 'data' | 'warnings'> {
  readonly data: unknown;
  readonly warnings: readonly string[];
}

/** What one run of the command answers with `--json`, and what it was warned of, gathered while it runs. */
export class JsonAnswer {
  readonly #warnings = new Set<string>();
  #verb = '';
  #held: Pick<JsonDocument, 'data' | 'dry_run'> | undefined;
  #answered = false;

  /** The verb that runs from here on, as its words after the program's name. */
  begin(verb: string): void {
    this.#verb = verb;
  }

  /** A warning of this run. Nothing is gathered once the document is out: `serve` goes on for months. */
  warn(text: string): void {
    if (!this.#answered) this.#warnings.add(text);
  }

  /** The warnings so far, each once, in the order they were said. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** Takes on what the verb answers. It answers once: a second document on stdout could not be read by anybody. */
  hold(data: unknown, dryRun: boolean): void {
    if (this.#answered || this.#held !== undefined) throw new Error(`${this.#verb} answers twice`);
    this.#held = { data: data ?? null, dry_run: dryRun };
  }

  /** The document with all warnings so far, once; undefined when nothing is held. */
  take(): JsonDocument | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    this.#held = undefined;
    this.#answered = true;
    return { verb: this.#verb, dry_run: held.dry_run, data: held.data, warnings: this.warnings };
  }
}
