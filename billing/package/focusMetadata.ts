import { addDays, DAY_MS, startOfDay, utcDayOf, type Window } from '../../model/index.js';
import { focusTime } from '../period.js';
import { hashOf } from './billingIds.js';
import type { ExportSettings, ExportStatus } from './ExportSettings.js';
import type { PackageColumn } from './packageColumns.js';

/** A dataset as the metadata describes it. */
export interface DescribedDataset {
  readonly name: string;
  readonly columns: readonly PackageColumn[];
}

/** The id of a schema: the same for the same columns and types, in the form of a UUID (version 8, RFC 9562). */
export function schemaId(version: string, { name, columns }: DescribedDataset): string {
  const hex = hashOf(version, name, ...columns.flatMap((column) => [column.name, column.type]));
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}

/**
 * FOCUS's metadata of an export: who made it, the columns, and, day by day, whether the data is complete. A day is when the
 * ledger's data goes beyond it and no tenant has hours that are doubtful.
 */
export function focusMetadata(input: {
  readonly settings: ExportSettings;
  readonly window: Window;
  readonly status: ExportStatus;
  readonly createdAt: string;
  readonly dataThrough: number | null;
  readonly generator: { readonly name: string; readonly version: string };
  readonly datasets: readonly DescribedDataset[];
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}): object {
  const { settings, window, createdAt, generator } = input;
  const doubtful = new Set([...(input.doubtful?.values() ?? [])].flatMap((days) => [...days]));
  const through = input.dataThrough ?? window.start;
  const sectors: object[] = [];
  for (let start = window.start; start < window.end; start += DAY_MS) {
    const day = utcDayOf(start);
    sectors.push({
      TimeSectorStart: focusTime(start),
      TimeSectorEnd: focusTime(startOfDay(addDays(day, 1))),
      TimeSectorComplete: input.status === 'final' || (through >= start + DAY_MS && !doubtful.has(day)),
      TimeSectorLastUpdated: createdAt,
    });
  }
  return {
    DataGenerator: { DataGenerator: generator.name },
    Schema: input.datasets.map((dataset) => ({
      SchemaId: schemaId(settings.focusVersion, dataset),
      FocusVersion: settings.focusVersion,
      CreationDate: createdAt,
      DataGeneratorVersion: generator.version,
      DatasetName: dataset.name,
      ColumnDefinition: dataset.columns.map(describe),
    })),
    DatasetInstance: input.datasets.map(({ name }) => ({
      DatasetInstanceId: hashOf(settings.exportName, name, focusTime(window.start)).slice(0, 32),
      DatasetInstanceName: `${settings.exportName} ${name}`,
      FocusDatasetId: DATASETS[name] ?? name,
    })),
    Recency: input.datasets.map(({ name }) => ({
      DatasetInstanceId: hashOf(settings.exportName, name, focusTime(window.start)).slice(0, 32),
      RecencyLastUpdated: createdAt,
      DatasetInstanceComplete: input.status === 'final',
      TimeSectors: sectors,
    })),
    /** While a period is open each version is a full snapshot; what comes after its close is appended to later periods. */
    DeliveryHandling: input.status === 'final' ? 'Append' : 'Overwrite',
    CorrectionHandling: 'Delta',
  };
}

const DATASETS: Readonly<Record<string, string>> = {
  cost_and_usage: 'CostAndUsage',
  billing_period: 'BillingPeriod',
  invoice_detail: 'InvoiceDetail',
};

function describe({ name, type }: PackageColumn): object {
  const decimal = /^decimal\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null) {
    return {
      ColumnName: name,
      DataType: 'DECIMAL',
      NumericPrecision: Number(decimal[1]),
      NumberScale: Number(decimal[2]),
    };
  }
  if (type.startsWith('timestamp')) return { ColumnName: name, DataType: 'DATETIME' };
  const json = ['Tags', 'SkuPriceDetails', 'InvoiceDetailGrain'].includes(name);
  return {
    ColumnName: name,
    DataType: json ? 'JSON' : 'STRING',
    StringEncoding: 'UTF-8',
    ...(name === 'Tags' ? { ProviderTagPrefixes: ['tenantscope'] } : {}),
  };
}
