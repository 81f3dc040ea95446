// One database has one store of files: a process with another store would lose the files that the others
// keep, and they would lose its files.

import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import { makeIdentity, placeInWords, readIdentity, type StorePlace } from '../../files/identity.ts';
import type { FileStore } from '../../files/store.ts';
import type { Performer } from '../kernel/batches.ts';

/** The files of this database lie elsewhere; the message tells the operator so. */
export class FileStoreError extends Error {
  override name = 'FileStoreError';

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

// The number only has to be one that no other lock uses.
const LOCK = statement('lock-file-store', 'select pg_advisory_xact_lock(726378004)');
const FIND = statement('find-file-store', 'select kind, identity, place from file_store');
const INSERT = statement(
  'insert-file-store',
  'insert into file_store (kind, identity, place) values ($1, $2, $3)',
);
// The sample is large enough that a loss of all its files for another reason is unlikely.
const SAMPLE = statement(
  'list-newest-content',
  'select sha256 from file order by uploaded_at desc limit 5',
);

type Row = { kind: string; identity: string; place: string };

/**
 * Claims a store of files for the database: the first process records its own, and every other one has to use
 * the same. Gives the identity of the store. Throws FileStoreError when this process is set to another store
 * or to an empty one where files should be.
 */
export function claimFileStore(
  { administer }: Pick<Performer, 'administer'>,
  place: StorePlace,
  files: FileStore,
): Promise<string> {
  return administer(async (tx) => {
    await run(tx, LOCK, []);
    const [held] = await run<Row>(tx, FIND, []);
    const here = await readIdentity(place);
    if (held === undefined) return begin(tx, place, here, files);
    if (held.kind === place.kind && held.identity === here) return held.identity;
    throw new FileStoreError(
      `本数据库的文件存于 ${held.place}，而本进程配置的是 ${placeInWords(place)}。各进程须使用同一处：请改正 FILES、FILES_DIR 或 S3_…；若是迁移，请连同 .store-id 一并复制文件夹；若改用另一种存储，请先复制全部文件，再执行 delete from file_store。`,
      `The files of this database lie at ${held.place}, but this process is set to ${placeInWords(place)}. All processes use one place: correct FILES, FILES_DIR or S3_…; to move a folder, copy it with its .store-id; to change the kind of store, copy every file first, then run: delete from file_store.`,
    );
  });
}

async function begin(
  tx: Tx,
  place: StorePlace,
  here: string | null,
  files: FileStore,
): Promise<string> {
  const sample = await run<{ sha256: string }>(tx, SAMPLE, []);
  const found = await Promise.all(sample.map(({ sha256 }) => files.get(sha256)));
  if (sample.length > 0 && found.every((content) => content === null)) {
    throw new FileStoreError(
      `本数据库已有文件，但 ${placeInWords(place)} 中一个也找不到：请改正 FILES、FILES_DIR 或 S3_…，或先恢复文件。`,
      `This database has files, but none of them is at ${placeInWords(place)}: correct FILES, FILES_DIR or S3_…, or restore the files first.`,
    );
  }
  const identity = here ?? (place.kind === 'disk' ? await makeIdentity(place.folder) : '');
  await run(tx, INSERT, [place.kind, identity, placeInWords(place)]);
  return identity;
}
