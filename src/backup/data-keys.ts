// The keys of personal data that a backup needs. None lies in it: DATA_KEYS_FILE is kept apart.

import { dirname, relative } from 'node:path';
import type pg from 'pg';
import { DataKeysError, readDataKeys } from '../sealing/keys.ts';

// By the type, because a restored database may be of an older schema.
const SEALED_COLUMNS = `
  select format('select split_part(%1$I, ''.'', 1) as key from %2$I where %1$I is not null',
                column_name, table_name) as read
    from information_schema.columns
   where table_schema = 'public' and domain_schema = 'public' and domain_name = 'sealed_text'`;

/** The ids of the keys by which anything in this database is sealed, in order. */
export const findDataKeys = async (client: pg.Client): Promise<string[]> => {
  const columns = await client.query<{ read: string }>(SEALED_COLUMNS);
  if (columns.rows.length === 0) return [];
  const each = columns.rows.map(({ read }) => read).join(' union ');
  const { rows } = await client.query<{ key: string }>(`${each} order by key`);
  return rows.map(({ key }) => key);
};

type Line = { zh: string; en: string };

const lacks = (path: string, needed: readonly string[]): Line | null => {
  try {
    const keys = readDataKeys(path) ?? [];
    const missing = needed.filter((id) => !keys.some((key) => key.id === id));
    if (missing.length === 0) return null;
    const ids = missing.join('、');
    return {
      zh: `警告：DATA_KEYS_FILE（${path}）中没有密钥 ${ids}；没有它，所封存的内容无法打开`,
      en: `warning: DATA_KEYS_FILE (${path}) does not have the key ${ids}, without which what it sealed stays closed`,
    };
  } catch (error) {
    if (!(error instanceof DataKeysError)) throw error;
    const [zh = '', en = ''] = error.message.split('\n');
    return { zh: `警告：${zh}`, en: `warning: ${en}` };
  }
};

const isWithin = (folder: string, path: string): boolean =>
  !/^\.\.(\/|$)|^\//.test(relative(folder, dirname(path)));

/** What to tell of the keys that are needed: which, whether the file has them, and that it is kept apart. */
export const tellDataKeys = (
  needed: readonly string[],
  { path, backupDir }: { path: string; backupDir: string },
): Line[] => {
  if (needed.length === 0) return [];
  const ids = needed.join('、');
  const told: Line[] = [
    {
      zh: `恢复后须有密钥 ${ids} 才能打开所封存的内容；密钥不在备份中，请将密钥文件另存一份，与备份分开`,
      en: `what is sealed opens with the key ${ids}, which is in no backup: keep a copy of the file of keys, apart from the backups`,
    },
  ];
  const lacking = lacks(path, needed);
  if (lacking !== null) told.push(lacking);
  if (isWithin(backupDir, path)) {
    told.push({
      zh: `警告：密钥文件 ${path} 在 BACKUP_DIR 中：得到备份者即得到所封存的内容`,
      en: `warning: the file of keys ${path} lies in BACKUP_DIR: whoever has the backup has what is sealed`,
    });
  }
  return told;
};
