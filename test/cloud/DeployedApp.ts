import type { DeployTarget } from './deployApp.js';

/** A deployed app whose lake has lines, some of them booked. */
export interface DeployedApp {
  readonly target: DeployTarget;
  /** Folder with the tenantscope.yaml and deployment.yaml it was deployed with. */
  readonly folder: string;
  readonly server: string;
  /** What a stack puts out. */
  readonly output: (stack: string, name: string) => string;
  /** Environment of a command that asks Athena. */
  readonly env: () => Readonly<Record<string, string>>;
}
