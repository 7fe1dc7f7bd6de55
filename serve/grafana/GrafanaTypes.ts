import type { Dataquery as AthenaDataquery } from '@grafana/grafana-foundation-sdk/athena';
import type {
  AnnotationContainer,
  Dashboard,
  Panel,
  RowPanel,
  VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery as PrometheusDataquery } from '@grafana/grafana-foundation-sdk/prometheus';

/**
 * Grafana's own types of its dashboards as JSON has them, so that the compiler refuses a key or a value Grafana does not know. Types
 * alone: nothing of the package is there at run time.
 */
type Plain<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer N extends number}`
      ? N
      : never
    : T extends readonly (infer E)[]
      ? Plain<E>[]
      : T extends object
        ? { [K in keyof T as K extends `_implements${string}` ? never : K]: Plain<T[K]> }
        : T;

/** A query of a Prometheus data source. */
export type PrometheusTarget = Plain<PrometheusDataquery>;

/** A query of an Athena data source. */
export type AthenaTarget = Plain<AthenaDataquery>;

/** A panel, its queries known. */
export type GrafanaPanel = Plain<Omit<Panel, 'targets'>> & { targets: (PrometheusTarget | AthenaTarget)[] };

/** A heading that panels stand under. */
export type GrafanaRow = Plain<Omit<RowPanel, 'panels'>> & { panels: GrafanaPanel[] };

/** A variable of a dashboard. */
export type GrafanaVariable = Plain<VariableModel>;

/** A dashboard in the JSON that Grafana imports. */
export type GrafanaDashboard = Plain<Omit<Dashboard, 'panels' | 'templating' | 'annotations'>> & {
  panels: (GrafanaPanel | GrafanaRow)[];
  templating: { list: GrafanaVariable[] };
  annotations: Plain<AnnotationContainer>;
};
