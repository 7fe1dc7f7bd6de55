import type { FoundObject, OpenPartition } from './ObjectSource.js';

/** Objects counted by partition. */
export class PartitionCounts {
  readonly #found = new Map<string, { tenant_id: string; dt: string; objects: number; rows: number | undefined }>();

  /** Counts objects; without `rows` nobody counted their lines. */
  add(objects: Iterable<Pick<FoundObject, 'emitter' | 'dt' | 'rows'>>): this {
    for (const { emitter, dt, rows } of objects) this.#add({ tenant_id: emitter, dt, objects: 1, rows });
    return this;
  }

  /** Adds what was counted before. */
  addAll(partitions: readonly OpenPartition[]): this {
    for (const partition of partitions) this.#add(partition);
    return this;
  }

  /** In the order of emitters and dates. */
  list(): readonly OpenPartition[] {
    return [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, partition]) => partition);
  }

  #add({ tenant_id, dt, objects, rows }: OpenPartition): void {
    const key = `${tenant_id}/${dt}`;
    const before = this.#found.get(key) ?? { tenant_id, dt, objects: 0, rows: 0 };
    before.objects += objects;
    before.rows = rows === undefined || before.rows === undefined ? undefined : before.rows + rows;
    this.#found.set(key, before);
  }
}
