/** A published object, without its content. */
export interface PublishedFile {
  /** Names this state of it. */
  readonly tag: string;
  /** What whoever wrote it said of it. */
  readonly about: Readonly<Record<string, string>>;
}

/** Where what follows from a registry is published: objects by key. */
export interface PublishedFiles {
  /** Undefined when there is none. Throws AppError. */
  head(key: string): Promise<PublishedFile | undefined>;
  /** Undefined when there is none. Throws AppError. */
  read(key: string): Promise<string | undefined>;
  /**
   * Writes one; with `over`, only over that state of it (null: only where there is none). False, and nothing written, when
   * another is there. Throws AppError.
   */
  write(
    key: string,
    text: string,
    options?: { readonly over?: string | null; readonly about?: Readonly<Record<string, string>> },
  ): Promise<boolean>;
  /** Removes one; that there is none is no error. Throws AppError. */
  remove(key: string): Promise<void>;
}
