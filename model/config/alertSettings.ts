import * as z from 'zod';
import { SEVERITIES } from '../finding/severities.js';
import { INCIDENT_KINDS } from '../incident/incidentKinds.js';
import { secretReferenceSchema } from './secretReference.js';

const HTTP_URL = /^https?:\/\/[^\s@/]+(?:\/\S*)?$/;
/** Not shown when it is none: a password in a URL is why it is refused. */
const httpUrl = z.custom<string>((value) => typeof value === 'string' && HTTP_URL.test(value), {
  error:
    'expected a URL with http or https, written out and without a password, got something else (not shown: it may hold a secret)',
});
const region = z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: 'expected an AWS region such as eu-central-1' });
const mailAddress = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, { error: 'expected a mail address' });
/** What CloudWatch takes as a namespace that is not AWS's own. */
const namespace = z
  .string()
  .regex(/^(?!AWS\/)[A-Za-z0-9._/#:-]{1,255}$/, { error: 'expected a namespace of CloudWatch metrics, not AWS/…' });

const CHANNELS = {
  pagerduty: z.strictObject({
    type: z.literal('pagerduty'),
    /** The integration key of a service (Events API v2). */
    routing_key: secretReferenceSchema,
    url: httpUrl.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  alertmanager: z
    .strictObject({
      type: z.literal('alertmanager'),
      /** Every instance of a cluster: Alertmanagers do not pass alerts on to each other. */
      urls: z.array(httpUrl).min(1).max(10),
      bearer_token: secretReferenceSchema.optional(),
      user: z.string().min(1).optional(),
      password: secretReferenceSchema.optional(),
      /** Labels of every alert, such as the team. */
      labels: z
        .record(
          z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'expected the name of a label' }),
          z.string().min(1),
        )
        .default({}),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), {
      error: 'expected user and password, both or neither',
    }),
  sns: z.strictObject({
    type: z.literal('sns'),
    topic_arn: z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/, {
      error: 'expected the ARN of an SNS topic',
    }),
  }),
  eventbridge: z.strictObject({
    type: z.literal('eventbridge'),
    /** Name or ARN of the bus. */
    bus: z.string().min(1).max(1600).default('default'),
    source: z
      .string()
      .regex(/^(?!aws\.)\S{1,256}$/, { error: 'expected a source that does not begin with aws.' })
      .default('tenantscope'),
    region: region.optional(),
  }),
  slack: z.strictObject({
    type: z.literal('slack'),
    /** The incoming webhook: whoever has its URL can post. */
    url: secretReferenceSchema,
  }),
  mail: z.strictObject({
    type: z.literal('mail'),
    to: z.array(mailAddress).min(1).max(50),
    /** Default: mail.from. */
    from: z.string().min(3).optional(),
    region: region.optional(),
  }),
  webhook: z.strictObject({
    type: z.literal('webhook'),
    url: httpUrl,
    /** Keys of the signatures; more than one while one takes over from another. */
    secrets: z.array(secretReferenceSchema).min(1).max(5),
    /** True: the address may be a private one, such as a service in the cluster. */
    allow_private: z.boolean().default(false),
  }),
  cloudwatch: z.strictObject({
    type: z.literal('cloudwatch'),
    namespace: namespace.default('tenantscope'),
    region: region.optional(),
    /** Largest shares of a service that are metrics, by rank, not by name: so many metrics a service, whoever they are. */
    top_tenants: z.int().min(0).max(100).default(5),
    /** Tenants whose shares are metrics by their name, always. */
    named_tenants: z.array(z.string().min(1)).max(50).default([]),
  }),
  stdout: z.strictObject({ type: z.literal('stdout'), format: z.enum(['json', 'text']).default('json') }),
} as const;

const CHANNEL_TYPES = Object.keys(CHANNELS).join(', ');

const channelSchema = z.discriminatedUnion(
  'type',
  [
    CHANNELS.pagerduty,
    CHANNELS.alertmanager,
    CHANNELS.sns,
    CHANNELS.eventbridge,
    CHANNELS.slack,
    CHANNELS.mail,
    CHANNELS.webhook,
    CHANNELS.cloudwatch,
    CHANNELS.stdout,
  ],
  { error: `expected a channel with type: one of ${CHANNEL_TYPES}` },
);

/** The settings of one channel. */
export type ChannelSettings = z.output<typeof channelSchema>;

const routeSchema = z.strictObject({
  /** What it takes; all that is given must hold, and what is not given holds always. */
  severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
  services: z.array(z.string().min(1)).min(1).optional(),
  /** Plans of the tenant; what is about no tenant has none. */
  plans: z.array(z.string().min(1)).min(1).optional(),
  kinds: z
    .array(z.enum([...INCIDENT_KINDS, 'more']))
    .min(1)
    .optional(),
  /** Where it sends; an empty list says that it is told nowhere. */
  channels: z.array(z.string().min(1)),
  /** True: the routes below are asked as well. */
  continue: z.boolean().default(false),
});

/** One rule of which message goes where. */
export type AlertRoute = z.output<typeof routeSchema>;

/** True for a route that takes everything. */
const takesAll = ({ severities, services, plans, kinds }: AlertRoute): boolean =>
  severities === undefined && services === undefined && plans === undefined && kinds === undefined;

const heartbeatSchema = z
  .strictObject({
    /** Asked after every run that went through; the service behind it alerts when nothing comes. */
    url: secretReferenceSchema.optional(),
    /** Namespace of the metric DetectionRuns, on whose absence an alarm of CloudWatch alerts. */
    cloudwatch: namespace.optional(),
    region: region.optional(),
  })
  .refine(({ url, cloudwatch }) => (url === undefined) !== (cloudwatch === undefined), {
    error: 'expected url or cloudwatch, one of them',
  });

/** Where a run says that it ran: a path of its own, that does not end where the alerts' end. */
export type HeartbeatSettings = z.output<typeof heartbeatSchema>;

const picturesSchema = z
  .strictObject({
    /** A folder that something serves, or `s3://bucket/prefix`. */
    to: z.string().min(1),
    /** Where what is put there can be had. */
    url: httpUrl.optional(),
    /** How long a link into a bucket without `url` holds. S3 takes no more than seven days. */
    link_days: z.int().min(1).max(7).default(7),
  })
  .refine(({ to, url }) => url !== undefined || to.startsWith('s3://'), {
    path: ['url'],
    error: 'expected url, under which the folder is served; only a bucket can do without',
  });

/** Section `alerts` of tenantscope.yaml: where incidents are told, and that detection runs at all. */
export const alertSettingsSchema = z
  .strictObject({
    /** Part of every key and label: two installations must not resolve each other's alerts. */
    environment: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, { error: 'expected a name such as prod' })
      .default('default'),
    /** How often the job runs. Alertmanager is told to wait four of these for the next word. */
    every_minutes: z.int().min(1).max(1440).default(5),
    /** How long a receiver has to answer. */
    timeout_seconds: z.int().min(1).max(30).default(15),
    /** How long a delivery is tried before it counts as failed. */
    give_up_hours: z.number().positive().max(168).default(24),
    /** How long deliveries of an incident that is over are kept. */
    keep_deliveries_days: z.int().min(35).max(3660).default(90),
    /** Links of a message: {tenant_id}, {service}, {incident_id}, {start} and {end} (epoch milliseconds) are filled in. */
    dashboard_url: httpUrl.optional(),
    /** By service; `default` for all others. */
    runbooks: z.record(z.string(), httpUrl).default({}),
    channels: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, { error: 'expected a name such as on-call' }), channelSchema)
      .default({}),
    /** In order; the first that holds decides, unless it says continue. */
    routes: z.array(routeSchema).default([]),
    heartbeats: z.array(heartbeatSchema).max(5).default([]),
    /** Where pictures of incidents are put for chats, which show them by their address. */
    pictures: picturesSchema.optional(),
  })
  .superRefine(({ channels, routes }, context) => {
    const names = Object.keys(channels);
    routes.forEach((route, index) => {
      route.channels.forEach((name, position) => {
        if (names.includes(name)) return;
        const message = `expected a channel of alerts.channels (${names.join(', ') || 'none is declared'}), got ${name}`;
        context.addIssue({ code: 'custom', path: ['routes', index, 'channels', position], message });
      });
    });
    const last = routes.at(-1);
    if ((names.length > 0 || routes.length > 0) && (last === undefined || !takesAll(last) || last.continue)) {
      const message =
        'expected a last route without conditions, so that nothing is lost between routes (channels: [] says nowhere), got none';
      context.addIssue({
        code: 'custom',
        path: routes.length === 0 ? ['routes'] : ['routes', routes.length - 1],
        message,
      });
    }
  });

/** Section `alerts` of tenantscope.yaml. */
export type AlertSettings = z.output<typeof alertSettingsSchema>;
