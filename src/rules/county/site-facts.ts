// The facts of a site that criteria ask for by name, and the form of each.

export type FactForm = 'number' | 'boolean' | 'text' | 'date';
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
  { name: 'postAAppointedOn', zh: 'A岗任职日期', form: 'date' },
  { name: 'postBAppointedOn', zh: 'B岗任职日期', form: 'date' },
  { name: 'networkWorks', zh: '网络畅通', form: 'boolean' },
  { name: 'playbackSmooth', zh: '节目播放流畅', form: 'boolean' },
  { name: 'safetyComplete', zh: '安全配套设施完善', form: 'boolean' },
  { name: 'managementRulesPosted', zh: '管理制度上墙', form: 'boolean' },
  { name: 'administratorPosted', zh: '管理员信息上墙', form: 'boolean' },
  { name: 'faultProcedurePosted', zh: '故障处理流程上墙', form: 'boolean' },
  { name: 'informationRegisterKept', zh: '信息收集发布登记册规范', form: 'boolean' },
  { name: 'activityRegisterKept', zh: '活动登记册规范', form: 'boolean' },
  { name: 'discussionBookKept', zh: '讨论本规范', form: 'boolean' },
  { name: 'otherArchivesKept', zh: '其他学习档案规范', form: 'boolean' },
  { name: 'fixedStudyDay', zh: '固定学习日', form: 'text' },
  { name: 'inGoodOrder', zh: '环境卫生好、设备摆放规范', form: 'boolean' },
  { name: 'fullTimeAdministrators', zh: '专职管理员数', form: 'number' },
  { name: 'technicalTutors', zh: '技术辅导员数', form: 'number' },
];

/** The form of a fact that criteria know; other facts may have any form. */
export const formOf = (name: string): FactForm | undefined =>
  SITE_FACTS.find((fact) => fact.name === name)?.form;

const FAULTS = {
  number: { zh: '应为不小于 0 的数字', en: 'must be a number, 0 or more' },
  boolean: { zh: '应为“是”或“否”', en: 'must be true or false' },
  text: { zh: '应为文本', en: 'must be a text' },
  date: { zh: '应为日期，如 2017-05-20', en: 'must be a date, as 2017-05-20' },
};

/** The reason why this value cannot measure a criterion; null when it can. */
export function factFault(name: string, value: FactValue): { zh: string; en: string } | null {
  const form = formOf(name);
  if (form === undefined) return null;
  const fits =
    form === 'date' ? isDate(value) : typeof value === (form === 'text' ? 'string' : form);
  return fits && !(typeof value === 'number' && value < 0) ? null : FAULTS[form];
}

function isDate(value: FactValue): boolean {
  if (typeof value !== 'string' || !/^20\d{2}-\d{2}-\d{2}$/.test(value)) return false;
  try {
    return Temporal.PlainDate.from(value).toString() === value;
  } catch {
    return false;
  }
}
