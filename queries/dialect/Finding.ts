/** Something wrong with a statement. */
export interface Finding {
  readonly message: string;
  /** Offset in the statement's text, where it is about one place. */
  readonly at?: number;
}
