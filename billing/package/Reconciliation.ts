import Big from 'big.js';
import { AppError, decimalFromMicros, minorUnits } from '../../model/index.js';
import type { BilledRow } from '../rating/rateStream.js';
import type { RatedUsage } from '../rating/rateTenant.js';

/** Why usage is in no charge. */
export type UnbilledReason = 'no_price' | 'no_rate_card' | 'reserved_tenant' | 'unregistered_tenant';

/** A sum of the ledger by meter, measured apart from rating. */
export interface MeasuredMeter {
  readonly service: string;
  readonly meter: string;
  readonly unit: string;
  readonly quantity_micros: bigint;
}

/** `reconciliation.json`: that nothing was lost between the ledger and the invoices. Quantities in units of the meter. */
export interface ReconciliationReport {
  readonly meters: readonly {
    readonly service: string;
    readonly meter: string;
    readonly unit: string;
    readonly measured: string;
    readonly billed: string;
    readonly unbilled: Readonly<Partial<Record<UnbilledReason, string>>>;
    readonly variance: string;
  }[];
  readonly money: {
    readonly currency: string;
    readonly charges: string;
    readonly rounding: string;
    readonly invoices: string;
    readonly variance: string;
  };
  readonly corrections: { readonly count: number; readonly net_amount: string };
}

interface MeterSums {
  billed: bigint;
  readonly unbilled: Map<UnbilledReason, bigint>;
}

/** Adds up what rating made of the ledger, and holds it against the ledger and the invoices. Holds a few sums a meter. */
export class Reconciliation {
  readonly #meters = new Map<string, MeterSums>();
  #charges = new Big(0);
  #rounding = new Big(0);
  #invoices = new Big(0);
  #corrections = { count: 0, net: new Big(0) };

  charge({ charge }: BilledRow): void {
    this.#charges = this.#charges.plus(charge.BilledCost);
    if (charge.ChargeClass !== null) {
      this.#corrections.count += 1;
      this.#corrections.net = this.#corrections.net.plus(charge.BilledCost);
      return;
    }
    if (charge.ConsumedQuantity === null) return;
    const sums = this.#of(charge.ServiceName, charge.SkuMeter ?? '', charge.ConsumedUnit ?? '');
    sums.billed += signedMicros(charge.ConsumedQuantity);
  }

  rounding(amount: string): void {
    this.#rounding = this.#rounding.plus(amount);
  }

  invoice(amount: string): void {
    this.#invoices = this.#invoices.plus(amount);
  }

  unbilled(usage: Pick<RatedUsage, 'service' | 'meter' | 'unit' | 'quantity_micros'>, reason: UnbilledReason): void {
    const { unbilled } = this.#of(usage.service, usage.meter, usage.unit);
    unbilled.set(reason, (unbilled.get(reason) ?? 0n) + usage.quantity_micros);
  }

  #of(...name: readonly [service: string, meter: string, unit: string]): MeterSums {
    const key = JSON.stringify(name);
    const sums = this.#meters.get(key) ?? { billed: 0n, unbilled: new Map() };
    this.#meters.set(key, sums);
    return sums;
  }

  /** The report. Throws CHECK_FAILED when measured and billed, or charges and invoices, differ by anything at all. */
  end(measured: readonly MeasuredMeter[], currency: string): ReconciliationReport {
    const all = new Map(
      measured.map((row): [string, bigint] => [
        JSON.stringify([row.service, row.meter, row.unit]),
        row.quantity_micros,
      ]),
    );
    const keys = [...new Set([...all.keys(), ...this.#meters.keys()])].sort();
    const meters = keys.map((key) => {
      const [service = '', meter = '', unit = ''] = JSON.parse(key) as string[];
      const { billed, unbilled } = this.#of(service, meter, unit);
      const amount = all.get(key) ?? 0n;
      const variance = amount - billed - [...unbilled.values()].reduce((sum, value) => sum + value, 0n);
      const reasons = [...unbilled].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        service,
        meter,
        unit,
        measured: decimalFromMicros(amount),
        billed: decimalFromMicros(billed),
        unbilled: Object.fromEntries(reasons.map(([reason, value]) => [reason, decimalFromMicros(value)])),
        variance: decimalFromMicros(variance),
      };
    });
    const money = {
      currency,
      charges: this.#charges.toFixed(),
      rounding: this.#rounding.toFixed(),
      invoices: this.#invoices.toFixed(minorUnits(currency)),
      variance: this.#invoices.minus(this.#charges).minus(this.#rounding).toFixed(),
    };
    const wrong = meters.find(({ variance }) => variance !== '0');
    if (wrong !== undefined) {
      throw new AppError('CHECK_FAILED', 'usage was lost or made up between the ledger and the charges', {
        where: `${wrong.service} ${wrong.meter}`,
        expected: `${wrong.measured} ${wrong.unit} as measured`,
        got: `${wrong.billed} billed and ${JSON.stringify(wrong.unbilled)} not billed`,
      });
    }
    if (money.variance !== '0') {
      throw new AppError('CHECK_FAILED', 'charges and invoices do not add up', {
        expected: money.invoices,
        got: `${money.charges} and ${money.rounding} of rounding`,
      });
    }
    const { count, net } = this.#corrections;
    return { meters, money, corrections: { count, net_amount: net.toFixed() } };
  }
}

/** Millionths of a decimal that may be negative. */
export function signedMicros(text: string): bigint {
  const magnitude = text.startsWith('-') ? text.slice(1) : text;
  const [whole = '0', fraction = ''] = magnitude.split('.');
  const micros = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
  return text.startsWith('-') ? -micros : micros;
}
