import { AppError, type Config, nearestWord } from '../../model/index.js';
import type { FocusVersion } from '../focus/FocusColumn.js';
import { SERVICE_SUBCATEGORIES } from '../focus/serviceCategories.js';

/** Who bills, and how the export says so. */
export interface ExportSettings {
  /** Folder of the export, and part of every invoice's id. */
  readonly exportName: string;
  readonly focusVersion: FocusVersion;
  /** ServiceProviderName and InvoiceIssuerName. */
  readonly provider: string;
  /** HostProviderName: who the services run on. */
  readonly host: string;
  readonly paymentTerms: string;
  /** ServiceSubcategory by service, before what is known of the built-in meters. */
  readonly services: Readonly<Record<string, string>>;
}

/** Whether the period may still change. */
export type ExportStatus = 'provisional' | 'final';

/** Who bills while nobody is named: no period can be closed like this. */
const UNNAMED = 'Unnamed provider';

/** The settings of a project file. Throws CONFIG_INVALID for a service of no ServiceSubcategory that FOCUS has. */
export function exportSettings({ billing }: Pick<Config, 'billing'>, focusVersion: FocusVersion): ExportSettings {
  for (const [service, subcategory] of Object.entries(billing.services)) {
    if (SERVICE_SUBCATEGORIES.includes(subcategory)) continue;
    const near = nearestWord(subcategory, SERVICE_SUBCATEGORIES);
    throw new AppError('CONFIG_INVALID', 'a service has no category', {
      where: `billing.services.${service}`,
      expected: `a ServiceSubcategory of FOCUS${near === undefined ? ', such as Containers' : ` (did you mean ${near}?)`}`,
      got: JSON.stringify(subcategory),
    });
  }
  const { export_name: exportName, provider = UNNAMED, host, payment_terms: paymentTerms, services } = billing;
  return { exportName, focusVersion, provider, host, paymentTerms, services };
}

/** What an export must say to be final. Throws CONFIG_INVALID. */
export function mustNameProvider(provider: string): void {
  if (provider !== UNNAMED) return;
  throw new AppError('CONFIG_INVALID', 'nobody is named as the one who bills', {
    where: 'billing.provider',
    expected: 'the name that stands on the invoices',
    got: 'nothing',
    hint: 'add to tenantscope.yaml:  billing: { provider: "Example Inc." }',
  });
}
