import { RE2JS } from 're2js';
import * as z from 'zod';

/** The built-in redaction rules, by name. */
export const BUILTIN_REDACTIONS = ['private_key', 'jwt', 'aws_key', 'token', 'secret', 'email', 'card', 'ip'] as const;

/** A built-in redaction rule. */
export type BuiltinRedaction = (typeof BUILTIN_REDACTIONS)[number];

/** What is on when the project file says nothing: credentials and card numbers. Addresses are often what one looks for. */
export const DEFAULT_REDACTIONS: readonly BuiltinRedaction[] = [
  'private_key',
  'jwt',
  'aws_key',
  'token',
  'secret',
  'card',
];

/**
 * What is taken out of a line before it is written to the lake (design decision 7). Custom patterns are RE2 (linear time, no
 * look-around, no back references), so no line and no pattern can stall the transform.
 */
export const redactionSchema = z.strictObject({
  builtin: z.array(z.enum(BUILTIN_REDACTIONS)).default([...DEFAULT_REDACTIONS]),
  custom: z
    .array(
      z.strictObject({
        /** Stands in the place of what was found, as `[redacted:<name>]`. */
        name: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, { error: 'expected a name such as customer_number' }),
        pattern: z
          .string()
          .max(1000)
          .refine(isUsable, { error: 'expected an RE2 pattern that does not match an empty text' }),
      }),
    )
    .max(50)
    .default([]),
});

function isUsable(pattern: string): boolean {
  try {
    return !RE2JS.compile(pattern).matches('');
  } catch {
    return false;
  }
}

/** What is taken out of a line before it is written to the lake. */
export type Redaction = z.output<typeof redactionSchema>;

/** What a project file that says nothing gets. */
export const DEFAULT_REDACTION: Redaction = redactionSchema.parse({});
