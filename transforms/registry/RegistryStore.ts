/** A registry document as a store holds it. */
export interface RegistryText {
  /** Names this state of the document; equal versions are equal documents. */
  readonly version: string;
  /** YAML or JSON with the keys `tenants`, `plans` and `shared_namespaces`. */
  readonly text: string;
}

/** Where a registry lives outside tenantscope.yaml. */
export interface RegistryStore {
  /** As it stands in messages: a path, `s3://bucket/key` or `dynamodb://table`. */
  readonly name: string;
  /**
   * The document, or undefined when it still has the version `known`. Throws AppError: INPUT_NOT_FOUND, PERMISSION_DENIED,
   * ENGINE_UNAVAILABLE.
   */
  load(known: string | undefined): Promise<RegistryText | undefined>;
}
