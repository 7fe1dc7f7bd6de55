import * as z from 'zod';

/** What billing exports say beside the charges. */
export const billingSchema = z.strictObject({
  /** Who provides the services and issues the invoices. */
  provider: z.string().min(1).optional(),
  /** Who they run on. */
  host: z.string().min(1).default('Amazon Web Services'),
  export_name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
    .default('tenantscope'),
  payment_terms: z.string().min(1).default('As agreed'),
  /** FOCUS's ServiceSubcategory by service name. */
  services: z.record(z.string(), z.string()).default({}),
  /** Ed25519 private key (PEM): `env:NAME`, or the path of a file. */
  signing_key: z.string().min(1).optional(),
});
