import type { BucketEvents, BucketObject } from '../../../queries/lake/bucketEvents.js';
import type { EventQueue } from '../../../queries/lake/objectEvents/EventQueue.js';

/** A message as S3 writes it of an object of the bucket `lake`. */
export function eventOf(key: string, { bucket = 'lake', name = 'ObjectCreated:Put', source = 'aws:s3' } = {}): string {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  return JSON.stringify({
    Records: [
      { eventSource: source, eventName: name, s3: { bucket: { name: bucket }, object: { key: encoded, size: 1 } } },
    ],
  });
}

/** A standard queue in memory: at least once, in no order, and what is handed out is kept from others for a while. */
export class FakeQueue implements EventQueue {
  readonly name = 'queue';
  readonly #messages = new Map<string, { readonly body: string; visibleAt: number; receipts: number }>();
  readonly #clock: () => number;
  #sent = 0;
  /** Called before each call; throws to have it fail. */
  before: (call: 'receive' | 'remove' | 'release' | 'handedOut') => void = () => undefined;
  /** Which of the messages that could be handed out come first. */
  order: (ids: readonly string[]) => readonly string[] = (ids) => ids;
  readonly removed: string[] = [];

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  send(body: string): void {
    this.#sent += 1;
    this.#messages.set(`m${this.#sent}`, { body, visibleAt: 0, receipts: 0 });
  }

  get bodies(): readonly string[] {
    return [...this.#messages.values()].map(({ body }) => body);
  }

  async receive() {
    this.before('receive');
    const now = this.#clock();
    const visible = [...this.#messages].filter(([, { visibleAt }]) => visibleAt <= now).map(([id]) => id);
    return this.order(visible)
      .slice(0, 10)
      .flatMap((id) => {
        const message = this.#messages.get(id);
        if (message === undefined) return [];
        message.visibleAt = now + 16 * 60_000;
        message.receipts += 1;
        return [{ id, receipt: `${id}/${message.receipts}`, body: message.body }];
      });
  }

  async remove(receipts: readonly string[]) {
    this.before('remove');
    for (const receipt of receipts) {
      const found = this.#of(receipt);
      // As SQS: a receipt that is not the last does nothing.
      if (found === undefined) continue;
      this.removed.push(found.body);
      this.#messages.delete(found.id);
    }
  }

  async release(receipts: readonly string[]) {
    this.before('release');
    for (const receipt of receipts) {
      const message = this.#messages.get(this.#of(receipt)?.id ?? '');
      if (message !== undefined) message.visibleAt = 0;
    }
  }

  async handedOut() {
    this.before('handedOut');
    return [...this.#messages.values()].filter(({ visibleAt }) => visibleAt > this.#clock()).length;
  }

  #of(receipt: string): { readonly id: string; readonly body: string } | undefined {
    const [id = '', number] = receipt.split('/');
    const message = this.#messages.get(id);
    return message === undefined || message.receipts !== Number(number) ? undefined : { id, body: message.body };
  }
}

/** A bucket `lake` in memory, with a lake below `cell-1/`. */
export class FakeBucket implements BucketEvents {
  readonly bucket = 'lake';
  readonly root = 'cell-1/';
  readonly objects = new Map<string, BucketObject>();
  /** Calls so far. */
  readonly asked: string[] = [];
  /** Called before each call; throws to have it fail. */
  before: () => void = () => undefined;

  /** Puts an object of the lake there; returns its key. */
  put(path: string, at: number, size = 1): string {
    const key = `${this.root}${path}`;
    this.objects.set(key, { key, size, etag: `e${this.objects.size}`, at });
    return key;
  }

  async *everything() {
    this.#ask('everything');
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(`${this.root}events/`));
    for (const emitter of new Set(keys.map((key) => key.split('/').slice(0, 3).join('/')))) {
      const own = [...this.objects.values()].filter(({ key }) => `${key}/`.startsWith(`${emitter}/`));
      yield async function* () {
        yield* pagesOf(own);
      };
    }
  }

  async *recent(today: string) {
    this.#ask(`recent ${today}`);
    const days = [today, new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10)];
    yield* pagesOf([...this.objects.values()].filter(({ key }) => days.some((day) => key.includes(`/dt=${day}/`))));
  }

  async look(key: string) {
    this.#ask(`look ${key}`);
    return this.objects.get(key);
  }

  #ask(call: string): void {
    this.before();
    this.asked.push(call);
  }
}

/** As S3 lists: a page at a time, the last one not full. */
function* pagesOf(objects: readonly BucketObject[]): Generator<readonly BucketObject[]> {
  const sorted = objects.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (let first = 0; first <= sorted.length; first += 7) yield sorted.slice(first, first + 7);
}
