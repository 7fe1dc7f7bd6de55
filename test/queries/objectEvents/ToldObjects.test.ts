import { beforeEach, describe, expect, it } from 'vitest';
import { notedUnbooked } from '../../../queries/lake/objectEvents/notedUnbooked.js';
import { ToldObjects } from '../../../queries/lake/objectEvents/ToldObjects.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';
import { bookedSet } from '../bookedSet.js';
import { eventOf, FakeBucket, FakeQueue } from './fakeEvents.js';

const NOON = Date.UTC(2026, 10, 27, 12);
const OLD = 'events/tenant_id=acme/dt=2026-10-01/late.parquet';
const NEW = 'events/tenant_id=globex/dt=2026-11-27/new.parquet';
const nothing: ReadonlySet<string> = new Set();

let now = NOON;
let queue: FakeQueue;
let bucket: FakeBucket;
let store: ObjectStore;
const clock = (): number => now;
const run = (until = Number.POSITIVE_INFINITY): ToldObjects =>
  new ToldObjects({ events: bucket, queue, store, clock, until });
const pathsOf = async (source: ToldObjects, taken = nothing): Promise<readonly string[]> =>
  (await source.list(bookedSet(taken))).objects.map(({ path }) => path);
/** An object is put, and the queue told. */
const tell = (path: string, at = now): void => queue.send(eventOf(bucket.put(path, at)));
/** A run that finds everything booked: what was listed is noted. */
const quiet = async (): Promise<void> => {
  const source = run();
  await source.list(bookedSet(new Set([...bucket.objects.keys()].map((key) => key.slice(bucket.root.length)))));
  await source.booked();
  await source.close();
  bucket.asked.length = 0;
};

beforeEach(() => {
  now = NOON;
  queue = new FakeQueue(clock);
  bucket = new FakeBucket();
  store = memoryStore();
});

describe('ToldObjects', () => {
  it('finds what was told wherever its date lies, as S3 has it, and lists nothing for it', async () => {
    await quiet();
    now += 5 * 60_000;
    tell(NEW);
    tell(OLD);
    const source = run();
    expect(await source.list(bookedSet())).toEqual({
      objects: [
        { path: OLD, emitter: 'acme', dt: '2026-10-01', etag: 'e1' },
        { path: NEW, emitter: 'globex', dt: '2026-11-27', etag: 'e0' },
      ],
      strays: [],
    });
    expect(bucket.asked).toEqual([`look cell-1/${NEW}`, `look cell-1/${OLD}`]);
    // Nothing is removed before it is booked.
    expect(queue.bodies).toHaveLength(2);
    expect(await pathsOf(source, new Set([OLD]))).toEqual([NEW]);
    expect(queue.bodies).toEqual([eventOf(`cell-1/${NEW}`)]);
    expect(await pathsOf(source, new Set([OLD, NEW]))).toEqual([]);
    await source.booked();
    await source.close();
    expect(queue.bodies).toEqual([]);
    expect(source.summary()).toMatchObject({ messages: 2, removed: 2, toTheEnd: true });
    expect(source.summary()).not.toHaveProperty('listed');
  });

  it('removes what there is nothing to book of, and says what it was', async () => {
    await quiet();
    now += 60_000;
    const taken = 'events/tenant_id=acme/dt=2026-11-27/booked.parquet';
    tell(taken);
    queue.send(eventOf('cell-1/events/tenant_id=acme/dt=2026-11-27/deleted.parquet'));
    queue.send(eventOf('cell-1/events/tenant_id=acme/dt=2026-11-27/_temporary'));
    bucket.put('events/tenant_id=acme/dt=2026-11-27/empty.parquet', now, 0);
    queue.send(eventOf('cell-1/events/tenant_id=acme/dt=2026-11-27/empty.parquet'));
    tell('events/stray.parquet');
    queue.send(eventOf(`cell-1/${NEW}`, { bucket: 'another' }));
    queue.send(eventOf('cell-2/events/tenant_id=acme/dt=2026-11-27/a.parquet'));
    queue.send(eventOf('cell-1/ledger/manifests/0000000001.json'));
    queue.send(eventOf(`cell-1/${NEW}`, { name: 'ObjectRemoved:Delete' }));
    queue.send('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"lake"}');
    queue.send('who is there');
    const source = run();
    expect(await source.list(bookedSet(new Set([taken])))).toEqual({ objects: [], strays: ['events/stray.parquet'] });
    expect(queue.bodies).toEqual([]);
    expect(source.summary()).toEqual({
      ...{ messages: 11, removed: 11, elsewhere: 3, gone: 1, toTheEnd: true },
      ...{ unreadable: 1, unreadableTexts: ['who is there'] },
    });
  });

  it('hears twice, in any order, and of what is there again after it was gone', async () => {
    await quiet();
    now += 60_000;
    queue.order = (ids) => [...ids].reverse();
    for (let times = 0; times < 3; times += 1) tell(NEW);
    queue.send(eventOf(`cell-1/${OLD}`));
    const source = run();
    expect(await pathsOf(source)).toEqual([NEW]);
    expect(source.summary().gone).toBe(1);
    expect(await pathsOf(source, new Set([NEW]))).toEqual([]);
    expect(queue.bodies).toEqual([]);
    tell(OLD);
    const next = run();
    expect(await pathsOf(next, new Set([NEW]))).toEqual([OLD]);
  });

  it('takes a bounded number at once, and the rest when those are booked', async () => {
    await quiet();
    now += 60_000;
    const paths = Array.from({ length: 4500 }, (_, at) => `events/tenant_id=t${at}/dt=2026-11-27/a.parquet`);
    for (const path of paths) tell(path);
    const source = run();
    const taken = new Set<string>();
    for (const wanted of [2010, 2010, 480]) {
      const found = await pathsOf(source, taken);
      expect(found).toHaveLength(wanted);
      for (const path of found) taken.add(path);
    }
    expect(await pathsOf(source, taken)).toEqual([]);
    expect([...taken].sort()).toEqual(paths.toSorted());
    expect(queue.bodies).toEqual([]);
  });

  it('takes nothing when its time is over, and gives back what it has not booked', async () => {
    await quiet();
    now += 60_000;
    tell(NEW);
    tell(OLD);
    expect(await pathsOf(run(now))).toEqual([]);
    const source = run();
    expect(await pathsOf(source)).toEqual([OLD, NEW]);
    await source.list(bookedSet(new Set([OLD])));
    await source.close();
    expect(await queue.handedOut()).toBe(0);
    expect(queue.bodies).toEqual([eventOf(`cell-1/${NEW}`)]);
    expect(await pathsOf(run(), new Set([OLD]))).toEqual([NEW]);
  });
});

describe('the listing beside the events', () => {
  it('is of everything once a day, of recent days once an hour, and says what no event has told of', async () => {
    const untold = 'events/tenant_id=acme/dt=2026-11-01/untold.parquet';
    const young = 'events/tenant_id=acme/dt=2026-11-27/young.parquet';
    bucket.put(untold, now - 16 * 60_000);
    bucket.put(young, now - 60_000);
    tell(OLD, now - 3_600_000);
    const first = run();
    // What was told comes first: a long listing must not hold it up.
    expect(await pathsOf(first)).toEqual([OLD]);
    expect(first.summary()).not.toHaveProperty('listed');
    expect(await pathsOf(first, new Set([OLD]))).toEqual([untold, young].toSorted());
    expect(first.summary()).toMatchObject({ listed: 'everything', untold: 1 });
    // A second look in the same run asks for nothing more.
    await first.list(bookedSet(new Set([OLD, untold, young])));
    await first.booked();
    expect(bucket.asked.filter((call) => !call.startsWith('look'))).toEqual(['everything']);
    bucket.asked.length = 0;
    const taken = new Set([OLD, untold, young]);
    const listed = async (): Promise<readonly string[]> => {
      const source = run();
      await source.list(bookedSet(taken));
      await source.booked();
      await source.close();
      return bucket.asked.splice(0);
    };
    now += 59 * 60_000;
    expect(await listed()).toEqual([]);
    now += 60_000;
    expect(await listed()).toEqual(['recent 2026-11-27']);
    expect(await listed()).toEqual([]);
    now = NOON + 86_400_000;
    expect(await listed()).toEqual(['everything']);
  });

  it('is made again until all it found is booked', async () => {
    bucket.put(NEW, now);
    const first = run();
    expect(await pathsOf(first)).toEqual([NEW]);
    await first.close();
    expect(await pathsOf(run())).toEqual([NEW]);
    expect(bucket.asked).toEqual(['everything', 'everything']);
  });

  it('that fails keeps nothing that was told from being booked', async () => {
    tell(NEW);
    bucket.everything = () => {
      throw new Error('there is too much');
    };
    const source = run();
    expect(await pathsOf(source)).toEqual([NEW]);
    await expect(source.list(bookedSet(new Set([NEW])))).rejects.toThrow('there is too much');
    expect(queue.bodies).toEqual([]);
  });

  it('waits for the end of the queue, but not for days', async () => {
    await quiet();
    now += 86_400_000;
    for (let at = 0; at < 2500; at += 1) tell(`events/tenant_id=t${at}/dt=2026-11-27/a.parquet`);
    const source = run();
    await source.list(bookedSet());
    expect(source.summary()).toMatchObject({ toTheEnd: false });
    expect(source.summary()).not.toHaveProperty('listed');
    await source.close();
    now += 86_400_000;
    const late = run();
    await late.list(bookedSet());
    expect(late.summary()).toMatchObject({ toTheEnd: false, listed: 'everything' });
    expect(late.summary()).not.toHaveProperty('untold');
  });

  it('says nothing of lost events while a run that died has messages in its hands', async () => {
    tell(NEW, now - 3_600_000);
    await queue.receive();
    now += 5 * 60_000;
    const source = run();
    expect(await pathsOf(source)).toEqual([NEW]);
    expect(source.summary()).toMatchObject({ listed: 'everything', toTheEnd: true });
    expect(source.summary()).not.toHaveProperty('untold');
    await source.list(bookedSet(new Set([NEW])));
    await source.booked();
    // The message comes again later, and is removed then.
    now += 16 * 60_000;
    const next = run();
    expect(await pathsOf(next, new Set([NEW]))).toEqual([]);
    expect(queue.bodies).toEqual([]);
  });

  it('is made each time while the queue cannot be used, which is said', async () => {
    await quiet();
    now += 60_000;
    tell(OLD);
    bucket.put(NEW, now);
    queue.before = () => {
      throw new Error('SQS refused the call');
    };
    for (let times = 0; times < 2; times += 1) {
      const source = run();
      expect(await pathsOf(source)).toEqual([NEW]);
      await source.close();
      expect(source.summary()).toMatchObject({ failure: 'SQS refused the call', listed: 'recent', toTheEnd: false });
    }
    queue.before = () => undefined;
    expect(await pathsOf(run())).toEqual([OLD]);
  });
});

describe('who reads behind a run', () => {
  /** Where what is not booked lies. */
  const seen = async (taken = nothing): Promise<readonly string[]> => {
    const { partitions } = await notedUnbooked(bucket, { store, clock }).survey(bookedSet(taken));
    return partitions.flatMap(({ tenant_id, dt, objects }) =>
      Array<string>(objects).fill(`tenant_id=${tenant_id}/dt=${dt}`),
    );
  };
  const folder = (path: string): string => path.split('/').slice(1, 3).join('/');

  it('goes by its note of what it left, and lists recent days where there is none of the last hour', async () => {
    bucket.put(NEW, now);
    expect(await seen()).toEqual([folder(NEW)]);
    expect(bucket.asked).toEqual(['recent 2026-11-27']);
    tell(OLD);
    const source = run();
    expect(await pathsOf(source)).toEqual([OLD]);
    expect(await pathsOf(source, new Set([OLD]))).toEqual([NEW]);
    await source.close();
    bucket.asked.length = 0;
    expect(await seen()).toEqual([folder(NEW)]);
    expect(await seen(new Set([NEW]))).toEqual([]);
    await quiet();
    expect(await seen()).toEqual([]);
    expect(bucket.asked).toEqual([]);
    now += 3_600_001;
    expect(await seen()).toEqual([folder(NEW)]);
  });

  it('lists when the run did not get to the end of the queue', async () => {
    await quiet();
    for (let at = 0; at < 2500; at += 1) tell(`events/tenant_id=t${at}/dt=2026-11-27/a.parquet`);
    const source = run();
    await source.list(bookedSet());
    await source.close();
    expect(await seen()).toHaveLength(2500);
  });
});
