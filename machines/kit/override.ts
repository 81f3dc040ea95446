// An override: one officer asks, with a reason, to go on although a requirement is not met; another
// officer approves.

import { anotherOfficer } from './common-requirements.ts';
import type { By } from './event.ts';

export type Override = { reason: string; requestedBy: string; approvedBy: string | null };

type Overridable = { override: Override | null };

export const keepRequest = ({ event }: { event: { reason: string; by: By } }): Overridable => ({
  override: { reason: event.reason, requestedBy: event.by.principalId, approvedBy: null },
});

export const keepApproval = ({
  context: { override },
  event: { by },
}: {
  context: Overridable;
  event: { by: By };
}): Overridable => ({ override: override && { ...override, approvedBy: by.principalId } });

export const overrideReason = ({ context }: { context: Overridable }) => ({
  reason: context.override?.reason ?? null,
});

export const approvedByAnother = (clause: string) =>
  anotherOfficer(clause, ({ override }: Overridable) => override?.requestedBy);

export const isOverridden = ({ override }: Overridable): boolean => override?.approvedBy != null;
