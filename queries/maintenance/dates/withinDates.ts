import { AppError, arrivalDateOf, LAKE, type LogEntry } from '../../../model/index.js';
import type { KnownLog } from '../../ledger/checkpoint/KnownLog.js';
import type { LakeFiles } from '../LakeFiles.js';

/**
 * The files of a lake as far as some arrival dates go: their files alone, and a log in which every entry stands at its number and
 * names what is of these dates. What maintenance decides about a partition it decides by that partition, so that it decides the same.
 */
export function withinDates(lake: LakeFiles, log: KnownLog, dts: ReadonlySet<string>): LakeFiles {
  let made: LogEntry[] | undefined;
  const folders: readonly string[] = [LAKE.events, LAKE.compacted];
  return {
    ...lake,
    log: {
      claim: (entry) => log.claim(entry),
      read: async () => {
        await log.advance();
        made ??= await entriesOf(log, dts);
        const behind = Array.from({ length: log.length - made.length }, (_, at) => (made?.length ?? 0) + at + 1);
        for await (const entry of log.each(behind)) made.push(withDates(entry, dts));
        return [...made];
      },
    },
    sizes: (folder, keeps = () => true) => {
      const isWithin = (path: string): boolean => dts.has(arrivalDateOf(path)) && keeps(path);
      return lake.sizes(folder, folders.includes(folder) ? isWithin : keeps);
    },
  };
}

/** All entries; bookings without objects of the dates are not read. */
async function entriesOf(log: KnownLog, dts: ReadonlySet<string>): Promise<LogEntry[]> {
  const { sealed, bookings, others } = log.summary;
  const entries: (LogEntry | undefined)[] = Array.from({ length: log.length });
  const put = (entry: LogEntry): void => {
    entries[entry.number - 1] = entry;
  };
  const touches = (own: readonly string[]): boolean => own.some((dt) => dts.has(dt));
  for (const date of sealed)
    for (const number of log.numbersOf(date))
      put({ version: 1, kind: 'booking', number, booked_date: date.booked_date, objects: [] });
  for (const { booked_date, seal: number } of sealed) put({ version: 1, kind: 'seal', number, booked_date });
  for (const { number, booked_date } of bookings)
    put({ version: 1, kind: 'booking', number, booked_date, objects: [] });
  const read = [
    ...others.map(({ number }) => number),
    ...sealed.filter((date) => touches(date.dts)).flatMap((date) => log.numbersOf(date)),
    ...bookings.filter((booking) => touches(booking.dts)).map(({ number }) => number),
  ];
  for await (const entry of log.each(read)) put(withDates(entry, dts));
  return entries.map((entry, at) => {
    if (entry !== undefined) return entry;
    throw new AppError('INTERNAL', `the summary of the log does not know of entry ${at + 1}`);
  });
}

function withDates(entry: LogEntry, dts: ReadonlySet<string>): LogEntry {
  if (entry.kind === 'booking') return { ...entry, objects: entry.objects.filter(({ dt }) => dts.has(dt)) };
  if (entry.kind === 'compaction') return { ...entry, partitions: entry.partitions.filter(({ dt }) => dts.has(dt)) };
  if (entry.kind === 'retention') return { ...entry, partitions: entry.partitions.filter(({ dt }) => dts.has(dt)) };
  return entry;
}
