// Who sees which personal field plain, who masked, and who may have it shown for a stated purpose. This is
// the one place where it is decided; docs/security.md tells the same table.

import type { Role } from '../../../machines/kit/access.ts';
import { ROUND_LEADERS } from './access.ts';

export type Sight = 'plain' | 'masked' | 'hidden';

type MaskedField = {
  zh: string;
  en: string;
  plain: readonly Role[];
  masked: readonly Role[];
  /** Who may have it shown, with a purpose, in the access log. */
  unmask: readonly Role[];
  mask: (text: string) => string;
  why: string;
};

/** The first character stays, as lists in the trade show names: 张*, 欧阳娜娜 → 欧***. */
export const maskName = (name: string): string => {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.max(1, rest.length));
};

const MOBILE = /^(?:\+?86[- ]?)?(1\d{2})[- ]?\d{4}[- ]?(\d{4})$/;

/** 13812348000 → 138****8000; of a mailbox the first letter and the domain; of all else nothing. */
export const maskContact = (contact: string): string => {
  const [, head, tail] = MOBILE.exec(contact.trim()) ?? [];
  if (head !== undefined && tail !== undefined) return `${head}****${tail}`;
  const at = contact.lastIndexOf('@');
  return at > 0 ? `${[...contact][0]}***${contact.slice(at)}` : '****';
};

/** 1985 → 198* */
export const maskYear = (year: string): string => `${year.slice(0, -1)}*`;

const DECIDERS: readonly Role[] = ['county-office', 'county-department', 'city-centre'];
const nothing = (): string => '****';

export const MASKED_FIELDS = {
  'objector-name': {
    zh: '异议人姓名',
    en: 'an objector’s name',
    plain: [],
    masked: [...DECIDERS, 'auditor'],
    unmask: DECIDERS,
    mask: maskName,
    why: 'Whoever objects is protected from those objected to; the deciding offices ask for it when they must. The objector sees their own.',
  },
  'objector-contact': {
    zh: '异议人联系方式',
    en: 'an objector’s contact',
    plain: [],
    masked: DECIDERS,
    unmask: DECIDERS,
    mask: maskContact,
    why: 'Needed once, to answer. The objector sees their own.',
  },
  'voter-name': {
    zh: '名册上的姓名',
    en: 'a voter’s name on a roll',
    plain: ROUND_LEADERS,
    masked: ['auditor', 'assessor', 'village-organisation', 'base', 'integrator'],
    unmask: ['auditor'],
    mask: maskName,
    why: 'Whoever leads a round calls the roll; whoever checks it needs numbers and marks, not names.',
  },
  'birth-year': {
    zh: '出生年份',
    en: 'a candidate’s year of birth',
    plain: [],
    masked: [],
    unmask: ['county-office', 'county-department'],
    mask: maskYear,
    why: 'Only tells two persons of one name apart, which the service does by itself; the registering offices ask when it cannot.',
  },
  'identity-digest': {
    zh: '身份摘要',
    en: 'a candidate’s identity digest',
    plain: [],
    masked: [],
    unmask: [],
    mask: nothing,
    why: 'Compared, never told. It is keyed by a secret that the service does not have.',
  },
  'draw-secret': {
    zh: '抽签种子',
    en: 'the secret of a draw',
    plain: [],
    masked: [],
    unmask: [],
    mask: nothing,
    why: 'Whoever knew it would know the draw. It is published at the reveal.',
  },
} as const satisfies { readonly [name: string]: MaskedField };

export type MaskedFieldName = keyof typeof MASKED_FIELDS;

const fieldOf = (name: MaskedFieldName): MaskedField => MASKED_FIELDS[name];

/** What whoever holds these roles over the place sees of a field: the most that any of them does. */
export function sightOf(name: MaskedFieldName, roles: readonly Role[]): Sight {
  const { plain, masked } = fieldOf(name);
  if (roles.some((role) => plain.includes(role))) return 'plain';
  return roles.some((role) => masked.includes(role)) ? 'masked' : 'hidden';
}

/** The roles that may have this field shown. */
export const unmaskers = (name: MaskedFieldName): readonly Role[] => fieldOf(name).unmask;

/** The field as it is shown to whoever holds these roles over the place. */
export function shown(
  name: MaskedFieldName,
  roles: readonly Role[],
  text: string | null,
): string | null {
  const sight = sightOf(name, roles);
  if (text === null || sight === 'plain') return text;
  return sight === 'masked' ? fieldOf(name).mask(text) : null;
}
