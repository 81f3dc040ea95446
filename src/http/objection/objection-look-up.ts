// Whoever calls about an objection is known by the contact they gave.

import Type from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { listObjections } from '../../db/objection/objections.ts';
import { CONTACT_MARK } from '../../db/objection/objectors.ts';
import { readsOf } from '../../db/tables.ts';
import { unmaskers } from '../../rules/access/masked-fields.ts';
import type { App } from '../kernel/app.ts';
import { readingOf } from '../kernel/recusal.ts';
import { assertRole, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Written } from '../kernel/subject-schemas.ts';
import { ObjectionSummarySchema, toldTo } from './objection-views.ts';

/** Whoever may see a contact, if only masked, may look for it. */
const SEEKERS: readonly Role[] = unmaskers('objector-contact');

export function addObjectionLookUpRoutes(app: App, service: Service): void {
  app.post(
    '/v1/objections/look-up',
    {
      config: { access: 'administrative-read', problems: ['forbidden'], reads: true },
      schema: {
        operationId: 'lookUpObjections',
        tags: ['objections'],
        summary: '按联系方式查找异议 · Find objections by contact',
        description:
          '异议人来电、来函时查找其所提异议；联系方式放在正文中，不出现在地址里。新的在前，至多 100 项。 · For whoever calls or writes; the contact stands in the body and in no address. The newest first, at most 100.',
        body: Type.Object({ contact: Written(200) }),
        response: { 200: Type.Object({ items: Type.Array(ObjectionSummarySchema) }) },
      },
    },
    async (request) => {
      const { principal, body } = request;
      assertRole(principal, SEEKERS);
      const rows = await listObjections(readsOf(service.pool), {
        ...(await readingOf(service, principal)),
        reaches: reachesOf(principal, SEEKERS),
        raisedBy: principal.id,
        contactMarks: service.vault.marks(CONTACT_MARK, body.contact),
        limit: LOOKED_UP_MAX,
      });
      const tell = await toldTo(service, principal, rows);
      return { items: rows.map(tell) };
    },
  );
}

const LOOKED_UP_MAX = 100;
