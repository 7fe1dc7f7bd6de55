import * as z from 'zod';
import { rateCardSchema } from '../rates/RateCard.js';
import { DEFAULT_TENANT_KEYS } from '../tenant/Registry.js';
import { foldName, RESOURCE_KINDS } from '../tenant/resourceRules.js';
import { retentionDaysSchema, retentionSettingsSchema } from '../tenant/retentionDays.js';
import { namespaceSchema, planSchema, tenantSchema } from '../tenant/Tenant.js';
import { isReservedTenant } from '../tenant/TenantId.js';
import { customMetersSchema } from '../usage/customMeters.js';
import { DEFAULT_LIST_PRICES, listPriceSchema, priceTextSchema } from '../usage/listPrices.js';
import { meterSourcesSchema } from '../usage/meterSources.js';
import { DEFAULT_QUOTAS, quotaSchema } from '../usage/quotas.js';
import { alertSettingsSchema } from './alertSettings.js';
import { allocationSchema, checkAllocation } from './allocation.js';
import { billingSchema } from './billing.js';
import { completenessSchema } from './completeness.js';
import { detectionSchema } from './detectionSettings.js';
import { redactionSchema } from './redaction.js';
import { reportScheduleSchema } from './reportSchedules.js';

/** Where `--engine athena` answers when no flag says otherwise. Limits are those of Athena's API. */
const athenaSchema = z.strictObject({
  /** The Glue database of the lake. */
  database: z.string().regex(/^[a-z0-9_]{1,255}$/, { error: 'expected lower case letters, digits and _' }),
  workgroup: z
    .string()
    .regex(/^[a-zA-Z0-9._-]{1,128}$/, { error: 'expected the name of a workgroup' })
    .default('primary'),
  /** Where results go when the workgroup does not say. */
  output: z
    .string()
    .regex(/^s3:\/\/[^/]+\//, { error: 'expected s3://bucket/prefix/' })
    .optional(),
  region: z.string().min(1).optional(),
  /** A result no older than this is used again, free of charge. 0 asks anew. */
  reuse_minutes: z.int().min(0).max(10_080).default(0),
  /** A statement that takes longer is stopped. */
  deadline_minutes: z.int().min(1).max(240).default(30),
});

/** The whole of tenantscope.yaml. Unknown keys are errors; everything has a default, so an empty file is valid. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).default(1),
    /** Folder of the lake in embedded mode. */
    lake: z.string().min(1).default('./lake'),
    identity: z
      .strictObject({
        /** `namespace`: the envelope's namespace must prove the tenant. `stamped`: the stamp alone is believed. */
        trust: z.enum(['namespace', 'stamped']).default('namespace'),
        /** The stream shared namespaces are believed on; no tenant's sidecar may write to it. */
        platform_stream: z.string().min(1).default('tenantscope-platform'),
        /** Names under which lines of shared services and imported ones say whose usage it is; a dot is a step inwards. */
        tenant_keys: z
          .array(z.string().min(1))
          .min(1)
          .default([...DEFAULT_TENANT_KEYS]),
      })
      .prefault({}),
    registry: z
      .strictObject({
        /** Where tenants, plans and shared namespaces live when not in this file: `s3://bucket/key`, `dynamodb://table`, a path. */
        from: z.string().min(1).optional(),
        refresh_seconds: z.int().min(1).max(86_400).default(60),
        /** How long the last good registry is used when none can be had; then records wait. */
        stale_hours: z.number().positive().max(720).default(24),
      })
      .prefault({}),
    tenants: z.array(tenantSchema).default([]),
    shared_namespaces: z.array(namespaceSchema).default([]),
    plans: z.array(planSchema).default([]),
    meter_sources: meterSourcesSchema.prefault({}),
    redaction: redactionSchema.prefault({}),
    /** Meters read out of your own lines, beside the built-in ones. */
    meters: customMetersSchema.default([]),
    completeness: completenessSchema.prefault({}),
    detection: detectionSchema.prefault({}),
    list_prices: z.array(listPriceSchema).default([...DEFAULT_LIST_PRICES]),
    quotas: z.array(quotaSchema).default([...DEFAULT_QUOTAS]),
    /** The rate card where there are no versions of it: it holds at all times. */
    rate_card: rateCardSchema.prefault({ id: 'default', currency: 'USD' }),
    /** Versions of the rate card, each from one day until the next. */
    rate_cards: z.array(rateCardSchema).default([]),
    /** Files with the key `rate_cards`, whose versions join those here. */
    rate_card_files: z.array(z.string().min(1)).default([]),
    /** How the cloud's bill is split over tenants. */
    allocation: allocationSchema.prefault({}),
    /** Who bills, and where exports go. */
    billing: billingSchema.prefault({}),
    /** How long events and quarantined records are kept. */
    retention: retentionSettingsSchema.prefault({}),
    erasure: z
      .strictObject({
        /** Ed25519 private key (PEM) that records of erasures are signed with: `env:NAME`, or the path of a file. */
        signing_key: z.string().min(1).optional(),
        /** Folders of billing exports, which stay and are listed. */
        exports: z.array(z.string().min(1)).default([]),
        /** Days a billing export is kept after its period: ten years unless your law says otherwise. */
        exports_days: retentionDaysSchema.default(3653),
      })
      .prefault({}),
    /** Reports that are run at times and delivered. */
    report_schedules: z.array(reportScheduleSchema).default([]),
    mail: z
      .strictObject({
        /** Who scheduled reports come from: an identity verified in SES. */
        from: z.string().min(3).optional(),
      })
      .prefault({}),
    /** What may be spent: see budgets.ts, which checks it. */
    budgets: z.array(z.unknown()).default([]),
    /** Where incidents are told. */
    alerts: alertSettingsSchema.prefault({}),
    telemetry: z
      .strictObject({
        /** Tenants that the transform's own metrics name: the first of the registry. All others count as `_other`. */
        named_tenants: z.int().min(0).max(1000).default(50),
      })
      .prefault({}),
    engine: z
      .strictObject({
        /** DuckDB memory limit in MB. */
        memory_mb: z.int().min(64).default(512),
        threads: z.int().min(1).max(256).default(2),
        /** Most a report may spill to disk, MB. */
        spill_mb: z.int().min(1).default(20_000),
        athena: athenaSchema.optional(),
      })
      .prefault({}),
    reports: z
      .strictObject({
        /** List price of a terabyte (10^12 bytes) that a query reads, for estimates; Athena's in us-east-1 as of 2026-11. */
        usd_per_tb: priceTextSchema.default('5'),
        /** Estimated dollars above which a report is asked about, or refused, on an engine that charges by what it reads. */
        max_cost_usd: priceTextSchema.default('1'),
        /** The same in bytes, on every engine; none when absent. */
        max_bytes: z.int().positive().optional(),
      })
      .prefault({}),
  })
  .superRefine((config, context) => {
    if (config.registry.from !== undefined && config.tenants.length > 0) {
      const message = `expected tenants in one place, got some here and registry.from ${config.registry.from}`;
      context.addIssue({ code: 'custom', path: ['tenants'], message });
    }
    const versioned = config.rate_cards.length > 0 || config.rate_card_files.length > 0;
    if (versioned && config.rate_card.prices.length > 0) {
      const message = 'expected prices in one place, got rate_card beside rate_cards or rate_card_files';
      context.addIssue({ code: 'custom', path: ['rate_card', 'prices'], message });
    }
    config.rate_cards.forEach(({ effective_from }, index) => {
      if (effective_from !== undefined) return;
      const message = 'expected effective_from, the first UTC day of the version, got nothing';
      context.addIssue({ code: 'custom', path: ['rate_cards', index], message });
    });
    checkAllocation(config, (path, message) =>
      context.addIssue({ code: 'custom', path: ['allocation', ...path], message }),
    );
    const schedules = new Set<string>();
    config.report_schedules.forEach(({ name, deliver }, index) => {
      const at = (key: string) => ['report_schedules', index, key];
      if (schedules.has(name)) {
        context.addIssue({ code: 'custom', path: at('name'), message: `expected a unique name, got ${name} again` });
      }
      schedules.add(name);
      if (config.mail.from === undefined && deliver.some((target) => 'mail' in target)) {
        context.addIssue({ code: 'custom', path: at('deliver'), message: 'expected mail.from beside it, got nothing' });
      }
    });
    for (const [name, channel] of Object.entries(config.alerts.channels)) {
      if (channel.type !== 'mail' || channel.from !== undefined || config.mail.from !== undefined) continue;
      const message = 'expected from, or mail.from beside alerts, got neither';
      context.addIssue({ code: 'custom', path: ['alerts', 'channels', name], message });
    }
    if (config.registry.from === undefined) {
      const declared = config.plans.map(({ id }) => id);
      config.alerts.routes.forEach((route, index) => {
        route.plans?.forEach((plan, position) => {
          if (declared.includes(plan)) return;
          const message = `expected a declared plan (${declared.join(', ') || 'none is declared'}), got ${plan}`;
          context.addIssue({ code: 'custom', path: ['alerts', 'routes', index, 'plans', position], message });
        });
      });
    }
    const ids = new Map<string, number>();
    const owners = new Map<string, string>(config.shared_namespaces.map((name) => [name, 'shared_namespaces']));
    const resources = new Map<string, string>();
    const plans = new Set(config.plans.map((plan) => plan.id));
    config.tenants.forEach((tenant, index) => {
      const at = (...path: (string | number)[]) => ['tenants', index, ...path];
      if (ids.has(tenant.id)) {
        context.addIssue({
          code: 'custom',
          path: at('id'),
          message: `expected a unique tenant id, got ${tenant.id} again`,
        });
      }
      ids.set(tenant.id, index);
      if (isReservedTenant(tenant.id)) {
        context.addIssue({
          code: 'custom',
          path: at('id'),
          message: `expected a customer's id, got the reserved ${tenant.id}`,
        });
      }
      if (tenant.plan !== undefined && !plans.has(tenant.plan)) {
        const known = [...plans].join(', ') || 'none is declared';
        context.addIssue({
          code: 'custom',
          path: at('plan'),
          message: `expected a declared plan (${known}), got ${tenant.plan}`,
        });
      }
      tenant.namespaces.forEach((namespace, position) => {
        const owner = owners.get(namespace);
        if (owner !== undefined) {
          const message = `expected a namespace of one owner, got ${namespace}, which ${owner} has already`;
          context.addIssue({ code: 'custom', path: at('namespaces', position), message });
        }
        owners.set(namespace, tenant.id);
      });
      for (const kind of RESOURCE_KINDS) {
        tenant.resources?.[kind].forEach((name, position) => {
          const key = `${kind} ${foldName(kind, name)}`;
          const owner = resources.get(key);
          if (owner !== undefined) {
            const message = `expected a resource of one tenant, got ${name}, which ${owner} has already`;
            context.addIssue({ code: 'custom', path: at('resources', kind, position), message });
          }
          resources.set(key, tenant.id);
        });
      }
    });
  });

/** The validated configuration. */
export type Config = z.output<typeof configSchema>;
