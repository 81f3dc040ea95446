// The invariants of a campaign's documents when it is over.

import type { Ledgers, Subject } from '../kit/ledgers.ts';
import type { Invariant } from './invariants.ts';

const NUMBER = /^(.+)〔(\d{4})〕(\d+)号$/;

/** Serials of each code and year follow each other without a hole, each given once (R1). */
export function numbersAreGapless({ histories }: Ledgers): Invariant {
  const numbers = documentsOf(histories).flatMap(({ number }) =>
    typeof number === 'string' ? [NUMBER.exec(number) ?? [number, number, '', '0']] : [],
  );
  const registers = Map.groupBy(numbers, ([, code, year]) => `${code}〔${year}〕`);
  const faults: string[] = [];
  const ranges: string[] = [];
  for (const [register, entries] of registers) {
    const serials = entries.map(([, , , serial]) => Number(serial)).sort((a, b) => a - b);
    const [first = 0] = serials;
    for (const [index, serial] of serials.entries()) {
      if (serial !== first + index) faults.push(`${register}: ${serial}, not ${first + index}`);
    }
    ranges.push(`${register}${first}—${serials.at(-1)}号`);
  }
  return {
    zh: '发文字号连续，不重号、不缺号',
    en: 'document numbers follow each other, none twice, none left out',
    counted: ranges.join('，'),
    faults,
  };
}

/** R59: every order has its circular and its written order, no more and no fewer. */
export function ordersHaveBothDocuments({ histories }: Ledgers): Invariant {
  const orders = histories.filter(({ subject }) => subject.machine === 'rectification');
  const documents = documentsOf(histories);
  const faults = ['circular-of-criticism', 'rectification-order'].flatMap((kind) => {
    const owed = countBy(orders.map(({ subject }) => String(subject.candidateId)));
    const found = countBy(
      documents.filter((document) => document.kind === kind).map(({ aboutId }) => String(aboutId)),
    );
    return [...new Set([...owed.keys(), ...found.keys()])]
      .filter((id) => owed.get(id) !== found.get(id))
      .map((id) => `${kind} about ${id}: ${found.get(id) ?? 0}, not ${owed.get(id) ?? 0}`);
  });
  return {
    zh: '每份限期整改都有通报和限期整改通知两件公文',
    en: 'every rectification has both of its documents',
    counted: `${orders.length} 份限期整改、${documents.length} 件公文 · orders, documents`,
    faults,
  };
}

/** R65: every holder of a title stands in one issued decision, and in no other. */
export function titlesAreWritten({ histories }: Ledgers): Invariant {
  const decisions = documentsOf(histories).filter(
    ({ kind, state }) =>
      kind === 'final-decision' && (state === 'issued' || state === 'superseded'),
  );
  const named = decisions.flatMap((decision): string[] => {
    const list = decision.named as readonly string[];
    return list.length > 0 ? [...list] : [String(decision.aboutId)];
  });
  const written = countBy(named);
  const titled = histories.filter(({ subject }) => subject.stage === 'conferred');
  return {
    zh: '每一个称号都列入一份决定，且只列入一份',
    en: 'whoever holds a title stands in one decision, and in one only',
    counted: `${titled.length} 个称号、${decisions.length} 份决定 · titles, decisions`,
    faults: titled
      .filter(({ subject }) => written.get(subject.id) !== 1)
      .map(({ subject }) => `${subject.name}: ${written.get(subject.id) ?? 0} decisions`),
  };
}

/** R2: every addressee who owes a receipt has signed, was reminded, or still has time. */
export function receiptsAreAccountedFor({ notices, obligations }: Ledgers): Invariant {
  const reminded = new Set(
    notices
      .filter(({ template }) => template === 'receipt-reminder')
      .map(({ subjectId }) => subjectId),
  );
  const waiting = new Set(
    obligations
      .filter(({ kind, level }) => kind === 'receipt' && level === 'armed')
      .map(({ subjectId }) => subjectId),
  );
  const owing = notices.filter(({ receiptRequired }) => receiptRequired);
  const signed = owing.filter(({ receivedAt }) => receivedAt !== null);
  return {
    zh: '须签收的每一收件单位已签收、已提醒或尚在期限内',
    en: 'whoever owes a receipt has signed, was reminded, or still has time',
    counted: `${owing.length} 份须签收，${signed.length} 份已签收，${reminded.size} 份提醒 · owed, signed, reminded`,
    faults: owing
      .filter(({ id, receivedAt }) => receivedAt === null && !reminded.has(id) && !waiting.has(id))
      .map(({ id, template }) => `${template} ${id}`),
  };
}

const documentsOf = (histories: Ledgers['histories']): Subject[] =>
  histories.flatMap(({ subject }) => (subject.machine === 'document' ? [subject] : []));

const countBy = (keys: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(keys, (key) => key)].map(([key, group]) => [key, group.length]));
