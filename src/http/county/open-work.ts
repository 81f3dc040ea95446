// Whoever disables an account or takes a role back is told what its holder has in hand, in numbers only, because
// they read no business. Once they have said that they know, the office of each campaign is told to hand it over.

import Type from 'typebox';
import { findOpenWork } from '../../db/county/open-work.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { SYSTEM } from '../../rules/access/access.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';

export const Acknowledged = {
  acknowledged: Type.Optional(
    Type.Boolean({
      description:
        '已知悉其名下尚有未办结的事项，仍办理；各活动的主办单位即收到移交通知 · That there is work in hand is known; the offices of the campaigns are told to hand it over',
    }),
  ),
};

const KINDS = {
  sheets: ['份考评表', 'score sheets'],
  objections: ['件异议调查', 'objections under investigation'],
  panels: ['个验收组席位', 'seats in panels'],
  inspections: ['个抽中待查单位', 'drawn units to inspect'],
} as const;

/**
 * Tells the offices to hand over what this person has in hand. Throws 409 with the numbers when there is something and
 * it was not acknowledged; what the transaction has changed is undone with it.
 */
export async function handOver(
  { performer }: Service,
  tx: Tx,
  person: { id: string; name: string },
  acknowledged = false,
): Promise<void> {
  const open = await findOpenWork(tx, person.id);
  if (open.length > 0 && !acknowledged) {
    const listed = (language: 0 | 1): string[] =>
      open.flatMap(({ campaignName, campaignId: _, ...counts }) => {
        const parts = Object.entries(KINDS).flatMap(([kind, words]) => {
          const count = counts[kind as keyof typeof KINDS];
          return count === 0 ? [] : [`${count}${language === 0 ? '' : ' '}${words[language]}`];
        });
        return [
          language === 0
            ? `“${campaignName}”：${parts.join('、')}`
            : `${campaignName}: ${parts.join(', ')}`,
        ];
      });
    throw problem('work-in-hand', {
      openWork: open,
      detail: {
        zh: `${person.name}名下尚有未办结的事项：${listed(0).join('；')}。`,
        en: `${person.name} still has work in hand: ${listed(1).join('; ')}.`,
      },
    });
  }
  for (const { campaignId, campaignName: _, ...counts } of open) {
    const event = {
      type: 'hand-over',
      principalId: person.id,
      personName: person.name,
      ...counts,
    };
    const command = { campaignId, subjectId: campaignId, event, principal: SYSTEM };
    const [outcome] = await performer.performTogether(tx, campaignId, [command]);
    if (outcome?.kind !== 'done')
      throw new Error(`a campaign was not told what is to be handed over: ${outcome?.kind}`);
  }
}
