// Documents go down by levels: the city writes to the county, the county to its townships, and these hand on what is
// meant for a village. Copies may go anywhere.

import type { OrganisationKind } from '../county/divisions.ts';
import type { IssuerOfDocuments } from '../plan/document-schema.ts';

const IN_TOWNSHIPS: readonly OrganisationKind[] = [
  'TOWNSHIP',
  'TOWNSHIP_PARTY_COMMITTEE',
  'TOWNSHIP_OFFICE',
];
const IN_VILLAGES: readonly OrganisationKind[] = ['VILLAGE', 'VILLAGE_PARTY_ORGANIZATION'];

/** Why an issuer does not address an organisation of this kind; null where it may. */
export function lineFault(
  { body }: Pick<IssuerOfDocuments, 'body'>,
  kind: OrganisationKind,
): { zh: string; en: string } | null {
  if (body === 'responsible') return null;
  if (IN_VILLAGES.includes(kind)) {
    return {
      zh: '主送下一级：发给村（社区）的公文主送其乡镇（街道），由其转发，可抄送村（社区）',
      en: 'goes to the level below: address its township, which hands it on; a copy may go to the village',
    };
  }
  if (body === 'city-centre' && IN_TOWNSHIPS.includes(kind)) {
    return {
      zh: '主送下一级：市级公文主送县级，由其逐级转发，可抄送乡镇（街道）',
      en: 'goes to the level below: the city addresses the county; a copy may go to a township',
    };
  }
  return null;
}
