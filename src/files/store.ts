// Where the content of files lies, under its SHA-256: on local disk or in an S3-compatible store.

/** Content under its hash. Putting what is there already changes nothing; deleting what is gone, too. */
export type FileStore = {
  put: (sha256: string, content: Buffer) => Promise<void>;
  /** Null when nothing lies there. */
  get: (sha256: string) => Promise<Buffer | null>;
  delete: (sha256: string) => Promise<void>;
};

/** The store is not there, as when a share is not mounted, or does not answer: try again later. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable';
}
