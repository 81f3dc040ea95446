// Where the content of files lies, under its SHA-256: on local disk or in an S3-compatible store.

/**
 * Content under its hash. Putting content that is there already changes nothing, nor does deleting content
 * that is gone.
 */
export type FileStore = {
  put: (sha256: string, content: Buffer) => Promise<void>;
  /** Null when no content lies there. */
  get: (sha256: string) => Promise<Buffer | null>;
  delete: (sha256: string) => Promise<void>;
};

/** The store is not there (a share that is not mounted), or does not answer: a later try may succeed. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
