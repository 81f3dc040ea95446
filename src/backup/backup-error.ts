/** A reason why a backup cannot be made, believed or brought back, in words for the operator. */
export class BackupError extends Error {
  override name = 'BackupError';

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

/** Tells the operator how the work gets on. */
export type Say = (zh: string, en: string) => void;
