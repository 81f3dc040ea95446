// The official documents of a plan: their clauses, notices, issuers and texts.

import { isListKind } from '../document/document-lists.ts';
import { documentParams } from '../document/documents.ts';
import { templateVariables, untold } from '../notice/notices.ts';
import type { DocumentKind, IssuerOfDocuments } from '../plan/document-schema.ts';
import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { isRuleOf, unknownClause } from './clause-references.ts';
import type { Sound } from './shape.ts';

type Kind = Plan['documents']['kinds'][DocumentKind];

const NO_NOTICE = { zh: '方案没有这一通知', en: 'the plan has no notice' };
const NO_ISSUER = { zh: '方案没有这一发文机关', en: 'the plan has no issuer' };

/** What a schema cannot say of a plan's documents. */
export function documentKindFaults(plan: Sound<Plan>): Fault[] {
  const { clauses = {}, notices = {}, documents } = plan;
  return Object.entries(documents?.kinds ?? {}).flatMap(([name, kind]): Fault[] => {
    if (kind === undefined) return [];
    const path = `/documents/kinds/${name}`;
    const { clause, delivery } = kind;
    return [
      ...(clause !== undefined && isRuleOf(clauses, clause)
        ? []
        : unknownClause(clauses, clause, `${path}/clause`)),
      ...(delivery === undefined || Object.hasOwn(notices, delivery)
        ? []
        : [unknownName(`${path}/delivery`, NO_NOTICE, delivery, Object.keys(notices))]),
      ...issuerFaults(kind, documents?.issuers ?? {}, path),
      ...(kind.per === undefined || isListKind(name as DocumentKind)
        ? []
        : [
            fault(
              `${path}/per`,
              '只有公示和决定可以分人或者分名单印发',
              'only a public notice and a final decision are for one candidate or for a list',
            ),
          ]),
      ...variableFaults(name, kind, path),
    ];
  });
}

function issuerFaults(
  { issuer: name, numbered }: Sound<Kind>,
  issuers: Readonly<Record<string, Sound<IssuerOfDocuments> | undefined>>,
  path: string,
): Fault[] {
  if (name === undefined) return [];
  if (!Object.hasOwn(issuers, name)) {
    return [unknownName(`${path}/issuer`, NO_ISSUER, name, Object.keys(issuers))];
  }
  const issuer = issuers[name];
  if (issuer === undefined) return [];
  const hasCode = Object.hasOwn(issuer, 'code');
  return [
    ...(numbered && !hasCode
      ? [
          fault(
            `${path}/numbered`,
            `${name} 没有发文机关代字，不能编文号`,
            `${name} has no code to number by`,
          ),
        ]
      : []),
    ...(issuer.body === 'responsible' && hasCode
      ? [
          fault(
            `${path}/issuer`,
            '申报对象自己的组织不在本系统编文号，不写代字',
            'a candidate’s own body keeps no register of ours: leave out its code',
          ),
        ]
      : []),
  ];
}

const variableFaults = (name: string, kind: Sound<Kind>, path: string): Fault[] =>
  (['title', 'body', 'note'] as const).flatMap((part): Fault[] => {
    const wanted = templateVariables(kind[part] ?? '');
    if ('fault' in wanted) return [{ path: `${path}/${part}`, message: wanted.fault }];
    return wanted.names
      .filter((variable) => !documentParams.includes(variable))
      .map((variable) => ({
        path: `${path}/${part}`,
        message: untold(name, variable, documentParams),
      }));
  });
