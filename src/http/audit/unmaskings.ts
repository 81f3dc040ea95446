// Personal fields are shown plain for a stated purpose, which the access log keeps in the transaction that
// reads them.

import Type, { type Static } from 'typebox';
import type { MachineName } from '../../../machines/catalog.ts';
import { insertAccess } from '../../db/audit/access-log.ts';
import { findRollName } from '../../db/ballot/ballots.ts';
import { birthYearAt, findBirthYear } from '../../db/candidate/identities.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { findObjectorIn, objectorAt } from '../../db/objection/objectors.ts';
import { unmaskers } from '../../rules/access/masked-fields.ts';
import type { Vault } from '../../sealing/vault.ts';
import { accessOf } from '../kernel/access-log.ts';
import type { App } from '../kernel/app.ts';
import { fault, problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { findVisible } from '../kernel/visibility.ts';

const FIELDS = ['objector-name', 'objector-contact', 'voter-name', 'birth-year'] as const;
type Field = (typeof FIELDS)[number];

/** Shorter is no purpose. */
const PURPOSE_LENGTH_MIN = 6;

const Asked = Type.Object({
  field: Type.Enum([...FIELDS], { description: '哪一项 · Which field' }),
  subjectId: {
    ...Id,
    description: '异议、评议或申报对象的编号 · Of the objection, the round or the candidate',
  },
  entry: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: '名册编号，查看名册姓名时必填 · Number on the roll, for a voter’s name',
    }),
  ),
  purpose: Type.String({
    minLength: PURPOSE_LENGTH_MIN,
    maxLength: 500,
    pattern: '\\S.*\\S',
    description: '用途，记入访问日志 · What for; it stands in the access log',
    examples: ['电话答复异议人'],
  }),
});

type Source = {
  machine: MachineName;
  /** The plain value; null when there is none, or no longer. */
  read: (tx: Tx, vault: Vault, place: Place, asked: Static<typeof Asked>) => Promise<string | null>;
};

const ofObjector = (column: 'name' | 'contact'): Source => ({
  machine: 'objection',
  read: async (tx, vault, { campaignId }, { subjectId }) => {
    const sealed = (await findObjectorIn(tx, campaignId, subjectId))?.[column] ?? null;
    return sealed === null ? null : vault.open(objectorAt(subjectId, column), sealed);
  },
});

const SOURCES: { readonly [F in Field]: Source } = {
  'objector-name': ofObjector('name'),
  'objector-contact': ofObjector('contact'),
  'voter-name': {
    machine: 'ballot-round',
    read: (tx, _, { campaignId }, { subjectId, entry }) => {
      if (entry === undefined) throw fault('entry', '名册编号必填', 'the number is missing');
      return findRollName(tx, campaignId, subjectId, entry);
    },
  },
  'birth-year': {
    machine: 'candidate',
    read: async (tx, vault, { campaignId }, { subjectId }) => {
      const sealed = await findBirthYear(tx, campaignId, subjectId);
      return sealed === null ? null : vault.open(birthYearAt(subjectId), sealed);
    },
  },
};

export function addUnmaskingRoutes(app: App, service: Service): void {
  app.post(
    '/v1/unmaskings',
    {
      config: { access: 'unmasking', problems: ['not-found', 'forbidden'] },
      schema: {
        operationId: 'unmask',
        tags: ['audit'],
        summary: '查看完整的个人信息 · Have a personal field shown',
        description:
          '须写明用途；谁可查看哪一项见 docs/security.md。何人、为何、查看了什么，与读取在同一事务中记入访问日志。 · With a purpose; who may see what: docs/security.md. It is kept in the access log by the transaction that reads.',
        body: Asked,
        response: {
          200: Type.Object({
            field: Type.Enum([...FIELDS]),
            value: Type.String(),
          }),
        },
      },
    },
    async (request) => {
      const { principal, body } = request;
      const { field, subjectId, entry, purpose } = body;
      const { machine, read } = SOURCES[field];
      const place = await findVisible(service, principal, machine, subjectId);
      assertRoleAt(principal, unmaskers(field), place.path);
      const value = await service.performer.administer(async (tx) => {
        const found = await read(tx, service.vault, place, body);
        if (found === null) throw problem('not-found');
        const access = accessOf(request, principal, 'done', purpose);
        const what = [access.route, field, ...(entry === undefined ? [] : [entry])].join(' ');
        await insertAccess(tx, [{ ...access, route: what, count: 1, ageMs: 0 }]);
        return found;
      });
      return { field, value };
    },
  );
}
