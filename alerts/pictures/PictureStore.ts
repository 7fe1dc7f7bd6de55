import * as z from 'zod';
import type { ObjectStore } from '../../queries/index.js';

/** Beside the state and the deliveries. */
const FOLDER = 'alerts/pictures';
/** Digits of an instant in a name, so that names sort by it. */
const DIGITS = 15;

const keptSchema = z.strictObject({
  version: z.literal(1),
  incident_id: z.string(),
  /** End of the window it shows, epoch milliseconds. */
  at: z.int().nonnegative(),
  /** What it says, in words. */
  alt: z.string(),
  svg: z.string(),
});

/** The picture of an incident, as of the last time people were told of it. */
export type KeptPicture = z.output<typeof keptSchema>;

/** Where pictures of incidents are kept, the last of each. All methods throw what the store throws. */
export class PictureStore {
  readonly #objects: ObjectStore;
  readonly #keptMs: number;

  /** @param keptMs how long after the window it shows a picture is kept, milliseconds */
  constructor(objects: ObjectStore, keptMs: number) {
    this.#objects = objects;
    this.#keptMs = keptMs;
  }

  /** Keeps a picture instead of those the incident had, and forgets what is too old. The same one may be kept again. */
  async keep(picture: Omit<KeptPicture, 'version'>): Promise<void> {
    const name = nameOf(picture.incident_id, picture.at);
    await this.#objects.create(`${FOLDER}/${name}`, JSON.stringify({ version: 1, ...picture } satisfies KeptPicture));
    for (const other of await this.#objects.list(FOLDER)) {
      const at = instantOf(other);
      const older = other.startsWith(startOf(picture.incident_id)) && at < picture.at;
      if (older || at < picture.at - this.#keptMs) await this.#objects.remove(`${FOLDER}/${other}`);
    }
  }

  /** Undefined when there is none, or none that this version can read. */
  async read(incidentId: string): Promise<KeptPicture | undefined> {
    const names = await this.#objects.list(FOLDER);
    const last = names.filter((name) => name.startsWith(startOf(incidentId))).at(-1);
    return last === undefined ? undefined : keptOf(await this.#objects.read(`${FOLDER}/${last}`));
  }

  /**
   * Removes every picture that names a tenant, of its own incidents or among the peers of others.
   *
   * @param names whether a text names it
   */
  async forget(names: (text: string) => boolean): Promise<void> {
    for (const name of await this.#objects.list(FOLDER)) {
      const text = await this.#objects.read(`${FOLDER}/${name}`);
      if (text !== undefined && names(text)) await this.#objects.remove(`${FOLDER}/${name}`);
    }
  }
}

function keptOf(text: string | undefined): KeptPicture | undefined {
  if (text === undefined) return undefined;
  try {
    return keptSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Ids are hashes; what else comes must not leave the folder. */
const startOf = (incidentId: string): string => `${incidentId.replace(/[^A-Za-z0-9-]/g, '-')}.`;

const nameOf = (incidentId: string, at: number): string =>
  `${startOf(incidentId)}${String(at).padStart(DIGITS, '0')}.json`;

const instantOf = (name: string): number => Number(/\.(\d+)\.json$/.exec(name)?.[1] ?? Number.NaN);
