// The fields of each kind of record, filled in as by somebody with nothing to hide.

type Fields = { readonly [name: string]: unknown };

const FIELDS: { readonly [kind: string]: Fields | undefined } = {
  activity: { participants: 20, effect: '参加的党员掌握一项实用技术' },
  attendance: { attended: 11, held: 12 },
  consultation: { asked: '党组织和党员干部群众', people: 30, opinions: ['多办实用技术培训'] },
  'education-activity': { participants: 40 },
  'key-work': { keyWork: '产业脱贫和基层党建' },
  leadership: { leader: '党（工）委书记 刘志强', handler: '组织干事 陈晓梅' },
  'meeting-minute': { agendaItem: '研究“四创三评”活动', attendees: 11 },
  participation: { people: 320 },
  exemplar: { name: '远程教育致富带头人' },
  expansion: { measuredIn: '亩', before: 10, after: 25 },
  'full-time-administrator': { name: '李秀兰' },
  'market-information': { sector: '苹果' },
  'new-project': { investmentYuan: 120_000 },
  'person-helped': { people: ['张小平', '李建军'] },
  'study-session': { occasion: 'FIXED_STUDY_DAY', present: 24, expected: 26 },
  teacher: { name: '宋志远' },
  technique: { name: '果树矮化密植' },
  'technical-tutor': { name: '王建平' },
  'training-event': { organiser: 'BASE' },
  'wall-posting': { subject: 'MANAGEMENT_RULES' },
};

/**
 * The fields of a record of this kind; `name` tells one case or practice from every other, `day` is the day
 * on which it is handed in.
 */
export function fieldsOf(kind: string, name: string, day: string): Fields {
  if (kind === 'showcase-case' || kind === 'good-practice') return { title: name };
  // A report on the very day is in time whatever the policy (R74).
  if (kind === 'publicity') return { channel: '县电视台', eventOn: day };
  return FIELDS[kind] ?? {};
}
