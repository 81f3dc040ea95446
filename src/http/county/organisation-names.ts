// An organisation takes another name from a day on; what bears its name follows, and a dry run tells what.

import Type, { type Static } from 'typebox';
import { planRenaming, rename } from '../../command/county/renaming.ts';
import { listNameChanges } from '../../db/county/organisation-names.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';
import { assertNotToCome, Code, contentInvalid, Document, Name, Reason } from './organisations.ts';

/** The grounds of every act in the life of an organisation. */
export const grounds = { reason: Reason, document: Type.Optional(Document) };

export const Rename = Type.Object({
  type: Type.Literal('rename', { description: '更名 · Rename' }),
  name: Name,
  validFrom: Type.String({
    format: 'date',
    description: '新名称自何日起，不晚于今日 · The first day of the new name, today at the latest',
  }),
  ...grounds,
});

const Renamed = Type.Object({
  before: Type.String({ description: '原名称 · The name before' }),
  name: Type.String({ description: '新名称 · The new name' }),
});
const Params = Type.Object({ id: Code });
const Change = Type.Object({
  ...Renamed.properties,
  validFrom: Type.String({ format: 'date', description: '自何日起 · Its first day' }),
  reason: Nullable(Type.String({ description: '理由；名单所改的没有 · Why; none by a list' })),
  document: Nullable(Type.String({ description: '所依据的文件 · The document it rests on' })),
  at: Instant,
});

export const Renamings = {
  organisations: Type.Array(Renamed, {
    description: '改名的单位及其机构 · The organisation and the bodies that act for it',
  }),
  sites: Type.Array(Renamed, { description: '随之改名的站点 · Sites that bear its name' }),
  candidates: Type.Integer({
    minimum: 0,
    description: '随之改名的申报对象数 · The number of candidates that bear its name',
  }),
};

/** Renames, or only tells what would be renamed. Throws 422; the caller holds the directory. */
export async function renameUnit(
  tx: Tx,
  organisation: Organisation,
  body: Static<typeof Rename>,
  dryRun: boolean,
) {
  const { id, path, name: before } = organisation;
  const name = body.name.trim();
  await assertRenamable(tx, organisation, { name, validFrom: body.validFrom });
  const plan = await planRenaming(tx, [{ id, path, before, name }]);
  const { validFrom, reason, document = null } = body;
  const told = dryRun ? [] : await rename(tx, plan, { validFrom, reason, document });
  return { plan, told };
}

/** Throws 422 for the name it has, a day to come, or one before the name it has began. */
async function assertRenamable(
  tx: Tx,
  organisation: Organisation,
  { name, validFrom }: { name: string; validFrom: string },
): Promise<void> {
  if (name === organisation.name) {
    throw contentInvalid('/body/name', { zh: '与现名称相同', en: 'it has that name' });
  }
  await assertNotToCome(tx, validFrom, '/body/validFrom');
  const [last] = await listNameChanges(tx, organisation.id);
  if (last !== undefined && validFrom < last.validFrom) {
    const zh = '早于现名称生效之日';
    throw contentInvalid('/body/validFrom', { zh, en: 'is before its present name began' });
  }
}

export function addOrganisationNameRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/organisations/:id/names',
    {
      schema: {
        operationId: 'listOrganisationNames',
        tags: ['organisations'],
        summary: '单位的历次更名 · The names an organisation had',
        description: '新的在前；从未更名的为空。 · The newest first; empty for one name for ever.',
        params: Params,
        response: { 200: Type.Object({ items: Type.Array(Change) }) },
      },
    },
    async ({ params }) => {
      const organisation = await findOrganisation(pool, params.id);
      if (organisation === undefined) throw problem('not-found');
      const items = await listNameChanges(pool, organisation.id);
      return { items: items.map(({ organisationId: _, ...change }) => change) };
    },
  );
}
