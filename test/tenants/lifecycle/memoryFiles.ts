import type { PublishedFiles } from '../../../tenants/lifecycle/PublishedFiles.js';

/** Published files in memory, with every write and removal counted. */
export class MemoryFiles implements PublishedFiles {
  readonly objects = new Map<string, { text: string; tag: string; about: Readonly<Record<string, string>> }>();
  readonly done: string[] = [];
  /** Called before each write or removal; throws as a network does. */
  before: ((action: string) => void) | undefined;

  async head(key: string) {
    return this.objects.get(key);
  }

  async read(key: string): Promise<string | undefined> {
    return this.objects.get(key)?.text;
  }

  async write(key: string, text: string, options: Parameters<PublishedFiles['write']>[2] = {}): Promise<boolean> {
    this.before?.(`write ${key}`);
    const { over, about = {} } = options;
    if (over !== undefined && over !== (this.objects.get(key)?.tag ?? null)) return false;
    this.done.push(`write ${key}`);
    this.objects.set(key, { text, tag: `tag-${this.done.length}`, about });
    return true;
  }

  async remove(key: string): Promise<void> {
    this.before?.(`remove ${key}`);
    this.done.push(`remove ${key}`);
    this.objects.delete(key);
  }

  /** Content by key. */
  texts(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.objects].map(([key, { text }]) => [key, text]));
  }
}
