// What the criteria ask of a site by name, and the form each answer takes.

export type FactForm = 'number' | 'boolean' | 'text';
export type FactValue = string | number | boolean;
export type Facts = { [name: string]: FactValue };

export const SITE_FACTS: readonly { name: string; zh: string; form: FactForm }[] = [
  { name: 'mode', zh: '站点模式', form: 'text' },
  { name: 'inPartyActivityRoom', zh: '安装在党员活动室', form: 'boolean' },
  { name: 'televisionInches', zh: '电视机（吋）', form: 'number' },
  { name: 'projector', zh: '投影', form: 'boolean' },
  { name: 'seats', zh: '座位数', form: 'number' },
  { name: 'partyMembers', zh: '党员数', form: 'number' },
  { name: 'postA', zh: 'A岗管理员', form: 'text' },
  { name: 'postB', zh: 'B岗管理员', form: 'text' },
  { name: 'fullTimeAdministrators', zh: '专职管理员数', form: 'number' },
  { name: 'technicalTutors', zh: '技术辅导员数', form: 'number' },
];

/** The form of a fact the criteria know; any other may be recorded in every form. */
export const formOf = (name: string): FactForm | undefined =>
  SITE_FACTS.find((fact) => fact.name === name)?.form;

const FAULTS = {
  number: { zh: '应为不小于 0 的数字', en: 'must be a number, 0 or more' },
  boolean: { zh: '应为“是”或“否”', en: 'must be true or false' },
  text: { zh: '应为文本', en: 'must be a text' },
};

/** Why a criterion could not be measured by this value; null when it can. */
export function factFault(name: string, value: FactValue): { zh: string; en: string } | null {
  const form = formOf(name);
  if (form === undefined) return null;
  const fits = typeof value === (form === 'text' ? 'string' : form);
  return fits && !(typeof value === 'number' && value < 0) ? null : FAULTS[form];
}
