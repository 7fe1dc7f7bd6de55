import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, decimalFromMicros, type LogEntry, type Manifest, type RateCard } from '../../model/index.js';
import { type Engine, openMemory, sqlText } from '../../queries/index.js';
import { PACKAGE_FILES } from '../package/BillingManifest.js';
import { chargesOf } from '../package/comparePackages.js';
import { readVersion, type StoredVersion } from '../package/versions.js';
import { asWritten, readPriceBook } from '../rates/priceBook.js';
import { usedWithin } from '../usedWithin.js';

/** Where a charge comes from, step by step. Quantities in units of the meter, exact. */
export interface ChargeLineage {
  /** The charge's row of Cost and Usage, by column. */
  readonly charge: Readonly<Record<string, string | null>>;
  /** The invoice line it is on: what all its charges come to. */
  readonly invoice_line: {
    readonly invoice_id: string;
    readonly line_id: string | null;
    readonly total: string;
    readonly charges: number;
  };
  /** The price it was rated by, as the price book has it; null for what has no price. */
  readonly rate: { readonly rate_card: string; readonly from: string; readonly price: object } | null;
  /** The ledger's rows of the tenant, meter and days that count in the bill. */
  readonly ledger: readonly {
    readonly event_hour: string;
    readonly emitter: string;
    readonly resource: string;
    readonly operation: string;
    readonly booked_date: string;
    readonly manifest: number;
    readonly quantity: string;
  }[];
  /** What they come to, beside what all charges of the tenant, meter and days consumed. */
  readonly quantities: { readonly ledger: string; readonly charges: string } | null;
  /** The bookings that booked them, and of each the lake's objects with lines of those hours. */
  readonly bookings: readonly {
    readonly manifest: number;
    readonly booked_date: string;
    readonly objects: readonly string[];
  }[];
}

/**
 * Goes from a charge of a package back to its invoice line, its price, the ledger's rows, their bookings and the objects of
 * the lake. Throws INPUT_NOT_FOUND for a folder that is no package, PARAMETER_INVALID for a charge it has not.
 */
export async function chargeLineage(
  engine: Engine,
  log: readonly LogEntry[],
  folder: string,
  chargeId: string,
): Promise<ChargeLineage> {
  const stored = await readVersion(folder);
  const { charge, line, consumed } = await readCharge(stored, chargeId);
  const cards = readPriceBook(await readFile(join(folder, PACKAGE_FILES.rateCards), 'utf8'));
  const ledger = await ledgerRows(engine, stored, charge);
  const sum = ledger.reduce((total, { micros }) => total + micros, 0n);
  return {
    charge,
    invoice_line: line,
    rate: rateOf(cards, charge),
    ledger: ledger.map(({ micros: _, ...row }) => row),
    quantities: ledger.length === 0 ? null : { ledger: decimalFromMicros(sum), charges: consumed ?? '0' },
    bookings: bookingsOf(log, ledger),
  };
}

type Row = Readonly<Record<string, string | null>>;

async function readCharge(stored: StoredVersion, id: string) {
  const duckdb = await openMemory();
  try {
    const { connection } = duckdb;
    const charges = chargesOf(stored.folder, stored.manifest.datasets);
    const columns = stored.manifest.datasets.find(({ name }) => name === 'cost_and_usage')?.columns ?? [];
    const texts = columns.map(({ name, type }) =>
      type.startsWith('timestamp')
        ? `strftime(cast("${name}" as timestamp), '%Y-%m-%dT%H:%M:%SZ')`
        : `cast("${name}" as varchar)`,
    );
    const found = await connection.runAndReadAll(
      `select ${texts.join(', ')} from ${charges} where "x_ChargeId" = ${sqlText(id)}`,
    );
    const row = found.getRows()[0];
    if (row === undefined) {
      throw new AppError('PARAMETER_INVALID', 'the package has no such charge', {
        where: stored.folder,
        expected: 'an x_ChargeId of its Cost and Usage',
        got: JSON.stringify(id.slice(0, 80)),
      });
    }
    const charge: Row = Object.fromEntries(
      columns.map(({ name, type }, index) => {
        const value = row[index] ?? null;
        return [name, value === null ? null : type.startsWith('decimal') ? plain(String(value)) : String(value)];
      }),
    );
    const lineId = charge.InvoiceDetailId ?? null;
    const of =
      lineId === null ? `"InvoiceId" = ${sqlText(charge.InvoiceId ?? '')}` : `"InvoiceDetailId" = ${sqlText(lineId)}`;
    const same = ['SubAccountId', 'SkuId', 'ConsumedUnit'].map(
      (name) => `"${name}" is not distinct from ${literal(charge[name] ?? null)}`,
    );
    const sums =
      await connection.runAndReadAll(`select cast(sum("BilledCost") filter (where ${of}) as varchar), count(*) filter (where ${of}),
        cast(sum("ConsumedQuantity") filter (where ${same.join(' and ')} and "ChargeClass" is not distinct from ${literal(charge.ChargeClass ?? null)}
          and strftime(cast("ChargePeriodStart" as timestamp), '%Y-%m-%dT%H:%M:%SZ') = ${literal(charge.ChargePeriodStart ?? null)}) as varchar)
      from ${charges}`);
    const [total, count, consumed] = sums.getRows()[0] ?? [];
    return {
      charge,
      line: {
        invoice_id: charge.InvoiceId ?? '',
        line_id: lineId,
        total: plain(String(total)),
        charges: Number(count),
      },
      consumed: consumed === null || consumed === undefined ? null : plain(String(consumed)),
    };
  } finally {
    await duckdb.close();
  }
}

const literal = (value: string | null): string => (value === null ? 'null' : sqlText(value));
const plain = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);

/** The price whose id the SkuPriceId of a charge names: `card.price`, `card.plan:pro.price` or `card.tenant:acme.price`, and a tier. */
function rateOf(cards: readonly RateCard[], charge: Row): ChargeLineage['rate'] {
  const { SkuPriceId: id, x_RateCardId: cardId } = charge;
  if (id === null || id === undefined) return null;
  let best: { readonly length: number; readonly rate: ChargeLineage['rate'] } = { length: 0, rate: null };
  for (const card of cards) {
    if (card.id !== cardId) continue;
    const written = asWritten(card) as { prices: object[] };
    const lists = [
      { from: 'card', start: card.id, prices: card.prices, texts: written.prices },
      ...overridesOf(card, written, 'plan'),
      ...overridesOf(card, written, 'tenant'),
    ];
    for (const { from, start, prices, texts } of lists) {
      prices.forEach((price, index) => {
        const name = `${start}.${price.id}`;
        if (id !== name && !id.startsWith(`${name}.`)) return;
        if (name.length > best.length)
          best = { length: name.length, rate: { rate_card: card.id, from, price: texts[index] ?? {} } };
      });
    }
  }
  return best.rate;
}

function overridesOf(card: RateCard, written: object, kind: 'plan' | 'tenant') {
  const key = `${kind}s` as const;
  const texts = (written as Record<string, Record<string, { prices: object[] }>>)[key] ?? {};
  return Object.entries(card[key]).map(([id, { prices }]) => ({
    from: `${kind} ${id}`,
    start: `${card.id}.${kind}:${id}`,
    prices,
    texts: texts[id]?.prices ?? [],
  }));
}

type LedgerRow = ChargeLineage['ledger'][number] & { readonly micros: bigint };

async function ledgerRows(engine: Engine, { manifest }: StoredVersion, charge: Row): Promise<readonly LedgerRow[]> {
  const { SkuMeter, ConsumedUnit, ConsumedQuantity, SubAccountId, ServiceName, ChargePeriodStart, ChargePeriodEnd } =
    charge;
  if (ConsumedQuantity === null || ConsumedUnit === null || SkuMeter === null) return [];
  const days = { start: Date.parse(ChargePeriodStart ?? ''), end: Date.parse(ChargePeriodEnd ?? '') };
  const through = manifest.source.booked_through;
  const booked = through === null ? '' : ` and booked_date <= ${sqlText(through)}`;
  const answer =
    await engine.query(`select event_hour, emitter, resource, operation, booked_date, manifest, quantity_micros from ledger
    where tenant_id = ${sqlText(SubAccountId ?? '')} and service = ${sqlText(ServiceName ?? '')} and meter = ${sqlText(SkuMeter ?? '')}
      and unit = ${sqlText(ConsumedUnit ?? '')} and ${usedWithin(days)}${booked}
    order by event_hour, manifest, emitter, resource, operation`);
  return answer.rows.map(([hour, emitter, resource, operation, date, number, quantity]) => ({
    event_hour: String(hour),
    emitter: String(emitter),
    resource: String(resource),
    operation: String(operation),
    booked_date: String(date),
    manifest: Number(number),
    quantity: decimalFromMicros(BigInt(String(quantity))),
    micros: BigInt(String(quantity)),
  }));
}

/** A sealed date's rows carry the number of its last booking, so that all bookings of the date are looked at. */
function bookingsOf(log: readonly LogEntry[], ledger: readonly LedgerRow[]): ChargeLineage['bookings'] {
  const dates = new Set(ledger.map(({ booked_date }) => booked_date));
  const emitters = new Set(ledger.map(({ emitter }) => emitter));
  const hours = new Set(ledger.map(({ event_hour }) => Date.parse(event_hour)));
  const bookings = log.filter((entry): entry is Manifest => entry.kind === 'booking' && dates.has(entry.booked_date));
  return bookings
    .map(({ number, booked_date, objects }) => ({
      manifest: number,
      booked_date: booked_date as string,
      objects: objects
        .filter(
          ({ emitter, event_hours }) =>
            emitters.has(emitter) && event_hours.some((hour) => hours.has(Date.parse(hour))),
        )
        .map(({ object }) => object),
    }))
    .filter(({ objects }) => objects.length > 0);
}
