import { AppError, type Config, type Registry, registryOf, withRegistryText } from '../../model/index.js';
import type { RegistryStore } from './RegistryStore.js';

/** One state of the registry, with the version its store gave it. */
export interface RegistrySnapshot {
  readonly version: string;
  readonly registry: Registry;
}

/** What a refresh that failed is reported with; never the document's text. */
export interface RegistryFailure {
  readonly store: string;
  /** The version that goes on being used. */
  readonly version: string | undefined;
  /** Age of that version's last confirmation, milliseconds. */
  readonly staleMs: number | undefined;
  readonly error: unknown;
}

/** What a {@link CachedRegistry} needs. */
export interface CachedRegistryDeps {
  readonly store: RegistryStore;
  /** What the document's tenants are read with: plans, meters, redaction. */
  readonly config: Config;
  readonly clock: () => number;
  readonly onFailure: (failure: RegistryFailure) => void;
}

/**
 * The registry of a store, read at most once per `registry.refresh_seconds`. A snapshot that is due is used once more while
 * the next is fetched (stale-while-revalidate). A refresh that fails, or brings a document that is not valid, leaves the
 * last good snapshot in use for `registry.stale_hours`; after that, and before the first, there is no registry and
 * {@link current} throws: nothing is ever let in because nobody could be asked.
 */
export class CachedRegistry {
  readonly #deps: CachedRegistryDeps;
  #snapshot: RegistrySnapshot | undefined;
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #refresh: Promise<void> | undefined;
  #failure: unknown;

  constructor(deps: CachedRegistryDeps) {
    this.#deps = deps;
  }

  /** The snapshot to use now. Throws ENGINE_UNAVAILABLE when there is none that may be used. */
  async current(): Promise<RegistrySnapshot> {
    const { refresh_seconds, stale_hours } = this.#deps.config.registry;
    const now = this.#deps.clock();
    const usable = this.#snapshot !== undefined && now - this.#confirmedAt <= stale_hours * 3_600_000;
    if (!usable) await this.#refreshOnce(now);
    else if (now - this.#triedAt >= refresh_seconds * 1000) void this.#refreshOnce(now);
    const snapshot = this.#snapshot;
    if (snapshot !== undefined && this.#deps.clock() - this.#confirmedAt <= stale_hours * 3_600_000) return snapshot;
    throw new AppError('ENGINE_UNAVAILABLE', 'there is no tenant registry to judge by', {
      got: this.#deps.store.name,
      expected: `a registry confirmed in the last ${stale_hours} hours`,
      cause: this.#failure,
    });
  }

  /** Resolves when no refresh is under way: a Lambda that is frozen half-way through one would find a dead socket. */
  async settled(): Promise<void> {
    await this.#refresh;
  }

  /** One refresh at a time, whoever asks. Never rejects. */
  #refreshOnce(now: number): Promise<void> {
    this.#refresh ??= this.#load(now).finally(() => {
      this.#refresh = undefined;
    });
    return this.#refresh;
  }

  async #load(now: number): Promise<void> {
    const { store, config, onFailure } = this.#deps;
    this.#triedAt = now;
    try {
      const loaded = await store.load(this.#snapshot?.version);
      if (loaded !== undefined) {
        const registry = registryOf(withRegistryText(config, loaded.text, store.name));
        this.#snapshot = { version: loaded.version, registry };
      }
      this.#confirmedAt = now;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
      const staleMs = this.#snapshot === undefined ? undefined : now - this.#confirmedAt;
      onFailure({ store: store.name, version: this.#snapshot?.version, staleMs, error });
    }
  }
}
