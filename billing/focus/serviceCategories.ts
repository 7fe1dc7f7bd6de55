/** The service categories of FOCUS (ServiceCategory) with their subcategories (ServiceSubcategory), each beside `Other (…)`. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  'AI and Machine Learning': [
    'AI Platforms',
    'Bots',
    'Generative AI',
    'Machine Learning',
    'Natural Language Processing',
  ],
  Analytics: ['Analytics Platforms', 'Business Intelligence', 'Data Processing', 'Search', 'Streaming Analytics'],
  'Business Applications': ['Productivity and Collaboration'],
  Compute: ['Containers', 'End User Computing', 'Quantum Compute', 'Serverless Compute', 'Virtual Machines'],
  Databases: [
    'Caching',
    'Data Warehouses',
    'Ledger Databases',
    'NoSQL Databases',
    'Relational Databases',
    'Time Series Databases',
  ],
  'Developer Tools': [
    'Continuous Integration and Deployment',
    'Developer Platforms',
    'Development Environments',
    'Quality Assurance',
    'Source Code Management',
  ],
  Identity: ['Identity and Access Management'],
  Integration: ['API Management', 'Messaging', 'Workflow Orchestration'],
  'Internet of Things': ['IoT Analytics', 'IoT Platforms'],
  'Management and Governance': [
    'Architecture',
    'Compliance',
    'Cost Management',
    'Data Governance',
    'Disaster Recovery',
    'Endpoint Management',
    'Observability',
    'Support',
  ],
  Media: ['Content Creation', 'Gaming', 'Media Streaming', 'Mixed Reality'],
  Migration: ['Data Migration', 'Resource Migration'],
  Mobile: [],
  Multicloud: ['Multicloud Integration'],
  Networking: [
    'Application Networking',
    'Content Delivery',
    'Network Connectivity',
    'Network Infrastructure',
    'Network Routing',
    'Network Security',
  ],
  Security: ['Secret Management', 'Security Posture Management', 'Threat Detection and Response'],
  Storage: ['Backup Storage', 'Block Storage', 'File Storage', 'Object Storage', 'Storage Platforms'],
  Web: ['Application Platforms'],
  Other: [],
};

/** Every ServiceCategory. */
export const SERVICE_CATEGORIES: readonly string[] = Object.keys(TABLE);

const PARENTS: ReadonlyMap<string, string> = new Map(
  Object.entries(TABLE).flatMap(([category, names]) =>
    [...names, `Other (${category})`].map((name): [string, string] => [name, category]),
  ),
);

/** Every ServiceSubcategory. */
export const SERVICE_SUBCATEGORIES: readonly string[] = [...PARENTS.keys()];

/** The ServiceCategory a ServiceSubcategory belongs to. */
export function categoryOf(subcategory: string): string | undefined {
  return PARENTS.get(subcategory);
}

/** What the services of the built-in meters are, and the rows that have none. */
const KNOWN: Readonly<Record<string, string>> = {
  DynamoDB: 'NoSQL Databases',
  S3: 'Object Storage',
  SQS: 'Messaging',
  SNS: 'Messaging',
  SES: 'Messaging',
  Lambda: 'Serverless Compute',
  Ingress: 'Application Networking',
  ALB: 'Application Networking',
  CloudFront: 'Content Delivery',
  Cognito: 'Identity and Access Management',
  EKS: 'Containers',
  Pipeline: 'Observability',
};

/** The ServiceSubcategory of a service: as it is configured, as it is known, or `Other (Other)`. */
export function subcategoryOf(service: string, configured: Readonly<Record<string, string>>): string {
  const own = Object.hasOwn(configured, service) ? configured[service] : undefined;
  return own ?? (Object.hasOwn(KNOWN, service) ? KNOWN[service] : undefined) ?? 'Other (Other)';
}
