// Files, and what uses them.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const FILE_TABLES = {
  fileUses: insert(
    'file_use',
    [
      ['file_id', 'uuid'],
      ['subject_id', 'uuid'],
      ['used_by', 'text'],
    ],
    'on conflict do nothing',
  ),
};

export type FileReads = {
  file: {
    campaign_id: string;
    id: string;
    sha256: string;
    source_sha256: string;
    media_type: string;
    size_bytes: number;
    width: number | null;
    height: number | null;
    name: string;
    organisation_id: string;
    path: string;
    uploaded_by: string;
    uploaded_at: string;
  };
  file_use: ReadRow<typeof FILE_TABLES.fileUses>;
};
