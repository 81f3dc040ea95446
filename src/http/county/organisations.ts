// The directory of divisions and the bodies that act for them. Every principal may read it.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import { foundOrganisations } from '../../command/county/directory.ts';
import { newOrganisationIds } from '../../db/county/organisation-ids.ts';
import { findToday } from '../../db/county/organisation-names.ts';
import {
  countChildren,
  findOrganisation,
  findOrganisations,
  findOrganisationsCoded,
  listOrganisations,
  lockDirectory,
} from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { endInWords } from '../../rules/county/lives.ts';
import {
  CODE_LENGTH_MAX,
  CODE_PATTERN,
  NAME_LENGTH_MAX,
  ORGANISATION_KINDS,
  parentFault,
  pathsBelow,
} from '../../rules/county/organisations.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Text } from '../kernel/problem-catalog.ts';
import { problem } from '../kernel/problems.ts';
import { assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';

export const Code = Type.String({
  minLength: 1,
  maxLength: CODE_LENGTH_MAX,
  pattern: CODE_PATTERN,
});
export const Name = Type.String({ minLength: 1, maxLength: NAME_LENGTH_MAX, pattern: '\\S' });

const OrganisationSchema = Type.Object({
  id: Type.String({ description: '单位标识，永不改变 · Never changes' }),
  code: Type.String({
    description: '统计用区划代码，机构另加后缀 · Division code, bodies with a suffix',
  }),
  parentId: Type.Union([Type.String(), Type.Null()]),
  kind: Type.Enum([...ORGANISATION_KINDS]),
  name: Type.String(),
  path: Type.String({ description: '自上而下的单位标识 · Ids from the top down' }),
  codePath: Type.String({
    description: '自上而下的代码，列表以此为序 · Codes from the top down; lists are in its order',
  }),
  ended: Type.Union(
    [
      Type.Object({
        on: Type.String({ format: 'date', description: '自何日终止 · The day it ended' }),
        successorIds: Type.Array(Type.String(), {
          description:
            '承继单位，首列的承继未另行决定的事项 · Its successors, the first for all else',
        }),
      }),
      Type.Null(),
    ],
    { description: '终止；存续的为 null · Its end; null while it stands' },
  ),
});

export const Reason = Type.String({
  minLength: 1,
  maxLength: 2000,
  pattern: '\\S',
  description: '理由 · Why',
});
export const Document = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '\\S',
  description: '所依据的文件，如文号 · The document it rests on',
});

const organisationToJson = ({ ended = null, ...row }: Organisation) => ({ ...row, ended });

const NewOrganisation = Type.Object(
  {
    code: Type.Optional(Code),
    parentId: Code,
    kind: Type.Enum([...ORGANISATION_KINDS]),
    name: Name,
    validFrom: Type.Optional(
      Type.String({
        format: 'date',
        description: '自何日成立，不晚于今日；不写为今日 · The day it was founded; today without',
      }),
    ),
    reason: Type.Optional(Reason),
    document: Type.Optional(Document),
  },
  { examples: [{ parentId: 'u5s0kq9c2m1t', kind: 'BASE', name: '某镇苹果产业基地' }] },
);

const MAY_ADD_BASES: readonly Role[] = ['administrator', 'county-office', 'township-committee'];

/** The problem 422 for one fault of the content sent. */
export const contentInvalid = (path: string, message: Text) =>
  problem('content-invalid', { detail: message, errors: [{ path, message }] });

/** Throws 409 for an organisation that has ended, naming it, its day and its successors. */
export async function assertStands(tx: Tx, { name, ended }: Organisation): Promise<void> {
  if (!ended) return;
  const named = await findOrganisations(tx, ended.successorIds);
  const successors = ended.successorIds.flatMap((id) => named.get(id)?.name ?? []);
  throw problem('unit-ended', { detail: endInWords(name, ended, successors) });
}

/** Throws 422 for a day to come: what is true from then on is told then. */
export async function assertNotToCome(tx: Tx, day: string, path: string): Promise<void> {
  if (day <= (await findToday(tx))) return;
  const zh = '尚未到生效之日，请于当日或以后登记';
  throw contentInvalid(path, { zh, en: 'is a day to come: tell it on that day' });
}

export const NO_SUCH_ORGANISATION = { zh: '没有这个单位', en: 'there is no such organisation' };

/** The path of the organisation a list is filtered by, or null. Throws 400 for an unknown one. */
export async function placeOf(
  { pool }: Service,
  id: string | undefined,
  path: string,
): Promise<string | null> {
  if (id === undefined) return null;
  const organisation = await findOrganisation(pool, id);
  if (organisation !== undefined) return organisation.path;
  throw problem('bad-request', { errors: [{ path, message: NO_SUCH_ORGANISATION }] });
}

export function addOrganisationRoutes(app: App, service: Service): void {
  addOrganisationReadRoutes(app, service);
  app.post(
    '/v1/organisations',
    {
      config: { problems: ['content-invalid', 'duplicate', 'unit-ended'] },
      schema: {
        operationId: 'createOrganisation',
        tags: ['organisations'],
        summary: '新增单位 · Add an organisation',
        description:
          '基地由乡镇党委、县级主办单位或系统管理员新增，其他单位由系统管理员新增；基地不给 code 时由服务编号。 · Bases by township committees, county offices and administrators, all else by administrators; a base without a code is given one.',
        body: NewOrganisation,
        response: { 201: OrganisationSchema },
      },
    },
    async (request, reply) =>
      performAct(service, request, reply, async (tx) => {
        await lockDirectory(tx);
        const { body, principal } = request;
        const parent = await findOrganisation(tx, body.parentId);
        if (parent === undefined) throw contentInvalid('/body/parentId', NO_SUCH_ORGANISATION);
        const roles: readonly Role[] = body.kind === 'BASE' ? MAY_ADD_BASES : ['administrator'];
        assertRoleAt(principal, roles, parent.path);
        await assertStands(tx, parent);
        const organisation = await newOrganisation(service, tx, parent, body);
        const { validFrom, reason = null, document = null } = body;
        if (validFrom !== undefined) await assertNotToCome(tx, validFrom, '/body/validFrom');
        const day = validFrom ?? (await findToday(tx));
        const told = await foundOrganisations(tx, [organisation], { day, reason, document });
        return {
          status: 201,
          headers: { location: `/v1/organisations/${organisation.id}` },
          body: organisationToJson(organisation),
          told,
        };
      }),
  );
}

async function newOrganisation(
  { entropy }: Service,
  tx: Tx,
  parent: Organisation,
  { code: asked, kind, name }: Static<typeof NewOrganisation>,
): Promise<Organisation> {
  const misplaced = parentFault(kind, parent);
  if (misplaced !== null) throw contentInvalid('/body/parentId', misplaced);
  if (asked === undefined && kind !== 'BASE') {
    const message = { zh: '除基地外须写明代码', en: 'all but bases need a code' };
    throw contentInvalid('/body/code', message);
  }
  const code = asked ?? (await nextBaseCode(tx, parent));
  const known = await findCoded(tx, code);
  if (known !== undefined) throw problem('duplicate', { id: known.id });
  const id = (await newOrganisationIds(tx, [code], entropy.newId)).get(code) ?? '';
  const paths = pathsBelow(parent, { id, code });
  return { id, code, parentId: parent.id, kind, name: name.trim(), ...paths };
}

const findCoded = async (tx: Tx, code: string): Promise<Organisation | undefined> =>
  (await findOrganisationsCoded(tx, [code])).get(code);

async function nextBaseCode(tx: Tx, { id, code: above }: Organisation): Promise<string> {
  for (let number = (await countChildren(tx, id, 'BASE')) + 1; ; number += 1) {
    const code = `${above}-JD${number}`;
    if ((await findCoded(tx, code)) === undefined) return code;
  }
}

const Place = Type.Tuple([Type.String(), Type.String()]);
const pages = pageOf(
  OrganisationSchema,
  Place,
  ({ codePath, id }: Organisation): [string, string] => [codePath, id],
);

function addOrganisationReadRoutes(app: App, service: Service): void {
  app.get(
    '/v1/organisations',
    {
      schema: {
        operationId: 'listOrganisations',
        tags: ['organisations'],
        summary: '单位列表 · Organisations',
        description:
          '按区划代码的层级次序；可按代码、类型、上级单位、所在范围筛选。 · In the order of the tree and of codes; by code, kind, parent or subtree.',
        querystring: Type.Object({
          ...pages.query,
          code: Type.Optional(Code),
          kind: Type.Optional(Type.Enum([...ORGANISATION_KINDS])),
          parentId: Type.Optional(Code),
          under: Type.Optional(Code),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query }, reply) => {
      const { code = null, kind = null, parentId = null } = query;
      const under = await placeOf(service, query.under, '/query/under');
      const { after = null, limit } = pages.turnOf(query);
      const filter = { code, kind, parentId, under };
      const rows = await listOrganisations(service.pool, filter, after, limit);
      return pages.toJson(reply, query.limit, rows, organisationToJson);
    },
  );

  app.get(
    '/v1/organisations/:id',
    {
      schema: {
        operationId: 'getOrganisation',
        tags: ['organisations'],
        summary: '单位 · One organisation',
        description: '区划或机构。 · A division or a body.',
        params: Type.Object({ id: Code }),
        response: { 200: OrganisationSchema },
      },
    },
    async ({ params }) => {
      const organisation = await findOrganisation(service.pool, params.id);
      if (organisation === undefined) throw problem('not-found');
      return organisationToJson(organisation);
    },
  );
}
