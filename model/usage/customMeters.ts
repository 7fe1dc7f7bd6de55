import { z } from 'zod';
import { findMeter, METER_KINDS, type MeterKind } from './meters.js';

/** Keys joined with dots, such as `search.hits`; a key that has dots itself, such as `http.route`, is found as well. */
const pathSchema = z
  .string()
  .max(256)
  .regex(/^[^.\s]+(?:\.[^.\s]+){0,7}$/, {
    error: 'expected a path of at most eight keys such as search.hits',
  });
const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One condition on a line: each key given must hold. */
export const meterConditionSchema = z
  .strictObject({
    path: pathSchema,
    exists: z.boolean().optional(),
    equals: scalar.optional(),
    in: z.array(scalar).min(1).optional(),
    starts_with: z.string().min(1).optional(),
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
  })
  .refine((condition) => Object.keys(condition).length > 1, {
    error: 'expected what must hold: exists, equals, in, starts_with, gt, gte, lt or lte',
  });

/** One condition on a line: each key given must hold. */
export type MeterCondition = z.output<typeof meterConditionSchema>;

/**
 * A meter that users read out of their own lines, without code. With the name of a built-in meter (`DynamoDB` `read_units`) it
 * says where lines of another form carry that quantity; unit and kind are then the built-in one's.
 */
export const customMeterSchema = z
  .strictObject({
    service: z.string().regex(/^[A-Za-z][\w-]{0,63}$/, { error: 'expected a service such as Search' }),
    meter: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, { error: 'expected a meter such as queries' }),
    unit: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9%/ -]{0,31}$/, { error: 'expected a unit such as Requests, B or GiB-Hours' })
      .optional(),
    kind: z.enum(METER_KINDS).optional(),
    description: z.string().max(256).default(''),
    /** Formats of lines it is read from, as the column `format` names them; all when empty. */
    formats: z.array(z.string().min(1)).default([]),
    when: z.array(meterConditionSchema).max(16).default([]),
    /** Where the quantity stands; each line that fits counts one when absent. */
    quantity: pathSchema.optional(),
    /** The quantity is multiplied by this exact decimal: `"0.001"` makes seconds of milliseconds. */
    scale: z
      .string()
      .regex(/^\d{1,12}(\.\d{1,6})?$/, { error: 'expected an exact decimal in quotes such as "0.001"' })
      .refine((text) => Number(text) > 0, { error: 'expected more than zero' })
      .optional(),
    resource: pathSchema.optional(),
    operation: pathSchema.optional(),
    /** Where the series of a counter, or the member of a distinct count, stands. */
    series: pathSchema.optional(),
  })
  .transform((given, context) => {
    const known = findMeter(given.service, given.meter);
    const issue = (key: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [key], message });
    };
    if (given.service === 'Pipeline') issue('service', "expected another service: Pipeline is the pipeline's own");
    const unit = known?.unit ?? given.unit;
    const kind: MeterKind = known?.kind ?? given.kind ?? 'sum';
    if (unit === undefined) issue('unit', 'expected a unit such as Requests, B or GiB-Hours');
    if (known !== undefined && given.unit !== undefined && given.unit !== known.unit)
      issue('unit', `expected ${known.unit}, the unit of the built-in ${known.service} ${known.meter}`);
    if (known !== undefined && given.kind !== undefined && given.kind !== known.kind)
      issue('kind', `expected ${known.kind}, the kind of the built-in ${known.service} ${known.meter}`);
    const needsSeries = kind === 'counter' || kind === 'distinct';
    if (needsSeries && given.series === undefined)
      issue('series', `expected the path of what a ${kind} meter tells apart`);
    if (!needsSeries && given.series !== undefined) issue('series', `expected none: a ${kind} meter has no series`);
    if (kind === 'distinct' && given.quantity !== undefined)
      issue('quantity', 'expected none: each member of a distinct meter counts once');
    if (given.quantity === undefined && given.when.length === 0 && given.formats.length === 0)
      issue('when', 'expected a condition, formats or a quantity: this meter would count every line');
    return { ...given, unit: unit ?? '', kind };
  });

/** A meter that users read out of their own lines. */
export type CustomMeter = z.output<typeof customMeterSchema>;

/** The custom meters of a project file. Several may feed one meter; they must agree on its unit and kind. */
export const customMetersSchema = z
  .array(customMeterSchema)
  .max(200)
  .superRefine((meters, context) => {
    const first = new Map<string, CustomMeter>();
    meters.forEach((meter, index) => {
      const name = `${meter.service} ${meter.meter}`;
      const other = first.get(name);
      if (other === undefined) first.set(name, meter);
      else if (other.unit !== meter.unit || other.kind !== meter.kind) {
        const message = `expected ${other.unit} and ${other.kind}, as ${name} was declared before, got ${meter.unit} and ${meter.kind}`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
    });
  });
