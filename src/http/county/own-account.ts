// The account of the caller.

import Type from 'typebox';
import { findOrganisations } from '../../db/county/organisations.ts';
import { ROLES } from '../../rules/plan/schema-terms.ts';
import type { App } from '../kernel/app.ts';
import type { Service } from '../kernel/service.ts';
import { Nullable } from '../kernel/subject-schemas.ts';

export function addOwnAccountRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/me',
    {
      schema: {
        operationId: 'getMe',
        tags: ['principals'],
        summary: '我是谁 · Who am I',
        description:
          '令牌所代表的账户及其角色、单位和管辖范围。 · The principal of the token, its roles and where they reach.',
        response: {
          200: Type.Object({
            id: Type.String(),
            name: Type.String(),
            keyExpiresAt: Nullable(
              Type.String({
                format: 'date-time',
                description:
                  '所用密钥何时失效；之前请更换（POST /v1/me/keys） · When the key of this request ends: make the next one before',
              }),
            ),
            grants: Type.Array(
              Type.Object({
                role: Type.Enum([...ROLES]),
                organisationId: Type.String(),
                organisationName: Type.String(),
                reach: Type.String(),
              }),
            ),
          }),
        },
      },
    },
    async ({ principal: { id, name, grants, key } }) => {
      const organisations = await findOrganisations(
        pool,
        grants.map(({ organisationId }) => organisationId),
      );
      return {
        id,
        name,
        keyExpiresAt: key?.expiresAt ?? null,
        grants: grants.map((grant) => ({
          ...grant,
          organisationName: organisations.get(grant.organisationId)?.name ?? '',
        })),
      };
    },
  );
}
