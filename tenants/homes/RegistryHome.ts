import type { RegistryState, TenantEdit } from '../RegistryState.js';

/** Where a registry is kept and changed. */
export interface RegistryHome {
  /** As it stands in messages: a path, or `dynamodb://table`. */
  readonly name: string;
  /** Throws INPUT_NOT_FOUND, PERMISSION_DENIED, ENGINE_UNAVAILABLE, CONFIG_INVALID. */
  read(): Promise<RegistryState>;
  /**
   * Checks a registry with an edit in it as `vet` would, whole, and gives what writes it. Throws INPUT_INVALID when it is not
   * valid: nothing is written then.
   */
  prepare(state: RegistryState, edit: TenantEdit): PreparedEdit;
}

/** An edit that may be written. */
export interface PreparedEdit {
  /**
   * Writes it, all or nothing. False when the registry is another than it was read as: then nothing is written, and the
   * edit is to be thought of anew. Throws WRITE_FAILED, PERMISSION_DENIED, ENGINE_UNAVAILABLE.
   */
  write(): Promise<boolean>;
}
