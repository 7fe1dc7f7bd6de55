import * as z from 'zod';
import {
  configInvalid,
  customerTenantIdSchema,
  parseYaml,
  secretReferenceSchema,
  utcDaySchema,
} from '../../model/index.js';

const URL_WITHOUT_PASSWORD = /^https?:\/\/[^\s@/]+(?:\/\S*)?$/;
/** Not shown when it is none: a password in a URL is why it is refused. */
const endpoint = z.custom<string>((value) => typeof value === 'string' && URL_WITHOUT_PASSWORD.test(value), {
  error:
    'expected a URL with http or https and without a password, got something else (not shown: it may hold a secret)',
});

const meterSchema = z.strictObject({
  service: z.string().min(1),
  meter: z.string().min(1),
  /** What the receiver calls it: Stripe's event name, Marketplace's dimension. */
  name: z.string().regex(/^\S{1,100}$/, { error: 'expected a name without spaces, at most 100 characters' }),
  /** Whole units of the meter in one unit sent; what is left over is carried. */
  per: z.int().positive().default(1),
});

const common = {
  /** First UTC day whose usage is sent. */
  start: utcDaySchema,
  meters: z
    .array(meterSchema)
    .min(1)
    .superRefine((meters, context) => {
      meters.forEach(({ name }, index) => {
        if (meters.findIndex((other) => other.name === name) === index) return;
        // Receivers tell records apart by customer, name and time.
        context.addIssue({ code: 'custom', path: [index, 'name'], message: `expected one meter for ${name}` });
      });
    }),
};

const stripeSchema = z.strictObject({
  type: z.literal('stripe'),
  /** A secret key, or a restricted one that may write meter events. */
  api_key: secretReferenceSchema,
  endpoint: endpoint.default('https://api.stripe.com'),
  /** How much usage one event holds. */
  window: z.enum(['hour', 'day']).default('day'),
  ...common,
  /** Stripe's customer of a tenant; one customer may have several. */
  customers: z.record(
    customerTenantIdSchema,
    z.string().regex(/^cus_\w{1,250}$/, { error: "expected the id of Stripe's customer, cus_…" }),
  ),
});

const account = z.string().regex(/^\d{12}$/, { error: 'expected an AWS account id in quotes, twelve digits' });

const marketplaceSchema = z
  .strictObject({
    type: z.literal('aws-marketplace'),
    /** Of a product without concurrent agreements; others have a license a customer instead. */
    product_code: z.string().min(1).max(255).optional(),
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: 'expected an AWS region such as us-east-1' })
      .default('us-east-1'),
    endpoint: endpoint.optional(),
    /** How old an hour may be when it is sent. AWS documents 6 hours, and 24 in newer text. */
    accept_hours: z.int().min(1).max(24).default(6),
    ...common,
    /** The buyer's account, alone or with the license of the agreement. */
    customers: z.record(
      customerTenantIdSchema,
      z.union([
        account.transform((id) => ({ account: id, license_arn: undefined })),
        z.strictObject({
          account,
          license_arn: z.string().regex(/^arn:aws[a-z-]*:license-manager:/, { error: 'expected the ARN of a license' }),
        }),
      ]),
    ),
  })
  .superRefine(({ product_code, customers }, context) => {
    // AWS bills twice what is metered by product and by license.
    for (const [tenant, { license_arn }] of Object.entries(customers)) {
      if ((product_code === undefined) === (license_arn !== undefined)) continue;
      const message =
        product_code === undefined
          ? 'expected account and license_arn, or product_code beside the customers'
          : 'expected the account alone: product_code and license_arn together are billed twice';
      context.addIssue({ code: 'custom', path: ['customers', tenant], message });
    }
  });

const sinksSchema = z.strictObject({
  version: z.literal(1).default(1),
  /** What was sent is remembered there: a folder, or `s3://bucket/prefix`. */
  state: z.string().min(1),
  sinks: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, { error: 'expected a name such as stripe' }),
    z.discriminatedUnion('type', [stripeSchema, marketplaceSchema], {
      error: 'expected a sink with type: stripe or aws-marketplace',
    }),
  ),
});

/** Stripe, as a sink of usage. */
export type StripeSettings = z.output<typeof stripeSchema>;
/** AWS Marketplace, as a sink of usage. */
export type MarketplaceSettings = z.output<typeof marketplaceSchema>;
/** Where usage is sent. */
export type SinkSettings = StripeSettings | MarketplaceSettings;

/** The sinks of a file, and where they remember what was sent. */
export type Sinks = z.output<typeof sinksSchema>;

/** Reads the file of the sinks. Throws CONFIG_INVALID with every problem, file and line. */
export function parseSinks(text: string, file: string): Sinks {
  const parsed = parseYaml(sinksSchema, text, file);
  if (parsed.ok) return parsed.value;
  throw configInvalid(file, parsed.problems, 'tenantscope sink again; its keys are those of docs/billing.md');
}
