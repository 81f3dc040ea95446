// The auditor's bundle: logs and checkpoints to take home, with what reckons them again without this service.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import Type from 'typebox';
import { zipOf } from '../../archives/zip-stream.ts';
import { type BundleScope, bundleLines } from '../../command/audit/bundle.ts';
import { isTopmost } from '../../db/county/organisations.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { fileAnswer, sendFile } from '../kernel/downloads.ts';
import { problem } from '../kernel/problems.ts';
import { assertRole, assertRoleAt, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { findVisible } from '../kernel/visibility.ts';

const ZIP_TYPE = 'application/zip';
const VERIFIER = readFileSync(join(import.meta.dirname, 'verify.mjs'));
const README = `审计包 · Auditor's bundle

bundle.ndjson.gz  检查点与日志，每行一条 JSON · checkpoints and logs, a line of JSON each
verify.mjs        独立核验程序，只需 Node 20 以上，格式写在其开头 · verifies them; needs Node 20 or newer and nothing
                  else; the form of what it reckons is told at its head

node verify.mjs
node verify.mjs bundle.ndjson.gz --root <文书或报表上的根值 · a root from a document or workbook>

不放心随包所附的程序时，可用另处取得的 verify.mjs，或按其开头所写的格式自行编写。
Whoever does not trust the program that came along takes it from elsewhere, or writes their own after its head.
`;

const entriesOf = (service: Service, scope: BundleScope) => [
  { name: 'README.txt', content: [Buffer.from(README)] },
  { name: 'verify.mjs', content: [VERIFIER] },
  {
    name: 'bundle.ndjson.gz',
    content: Readable.from(bundleLines(beyondReach(service, 'audit bundle'), scope)).compose(
      createGzip(),
    ),
  },
];

export function addBundleRoutes(app: App, service: Service): void {
  app.get(
    '/v1/audit/bundle',
    {
      config: { access: 'export', problems: ['not-found'] },
      schema: {
        operationId: 'getAuditBundle',
        tags: ['audit'],
        summary: '审计包 · The auditor’s bundle',
        description:
          '一个活动的，或（管辖全部者）全部的日志与检查点，附独立核验程序 verify.mjs（Node 20 以上，无依赖）。个人信息只给散列，personal=true 时连同内容。仅审计员。 · The logs and checkpoints of one campaign, or of all for whoever reaches all, with verify.mjs, which needs Node 20 and nothing else. Personal parts are digests only, unless personal=true. For auditors only.',
        querystring: Type.Object({
          campaignId: Type.Optional({
            ...Id,
            description: '哪个活动；不写为全部 · Which campaign; all without it',
          }),
          personal: Type.Optional(
            Type.Boolean({
              description: '连同个人信息的内容 · With the personal parts themselves',
            }),
          ),
        }),
        response: fileAnswer(ZIP_TYPE),
      },
    },
    async ({ principal, query: { campaignId = null, personal = false } }, reply) => {
      assertRole(principal, ['auditor']);
      if (campaignId !== null) {
        const place = await findVisible(service, principal, 'campaign', campaignId);
        assertRoleAt(principal, ['auditor'], place.path);
      } else if (!(await isTopmost(service.pool, reachesOf(principal, ['auditor'])))) {
        throw problem('forbidden', { roles: ['auditor'] });
      }
      const zip = Readable.from(zipOf(entriesOf(service, { campaignId, withPersonal: personal })));
      return sendFile(reply, zip, ZIP_TYPE, { name: '审计包.zip', fallback: 'audit-bundle.zip' });
    },
  );
}
