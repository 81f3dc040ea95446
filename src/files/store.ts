// Where the content of files lies, under its SHA-256: on local disk or in an S3-compatible store.

/** Content under its hash. Putting what is there already changes nothing; deleting what is gone, too. */
export type FileStore = {
  put: (sha256: string, content: Buffer) => Promise<void>;
  /** Null when nothing lies there. */
  get: (sha256: string) => Promise<Buffer | null>;
  delete: (sha256: string) => Promise<void>;
};

/** The place of the files is not there any more, as when a share is not mounted; nothing was written. */
export class StoreGone extends Error {
  override name = 'StoreGone';

  constructor(place: string) {
    super(`the store of files is not at ${place}`);
  }
}
