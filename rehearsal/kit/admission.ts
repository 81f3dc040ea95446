// How people are let in: the administrator makes an account and proposes its roles, the security officer
// confirms them, and the holder claims the key with a one-time code.

/** Sends JSON with this key, or without one; throws on a refusal. */
export type Post = <Answer>(key: string | null, path: string, body: object) => Promise<Answer>;

/** The keys of the two officers who let the others in. */
export type Officers = { administrator: string; securityOfficer: string };

/** A one-time code, as a first start and `npm run admin:invite` print it. */
export const CODE = /\b(?:[0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}\b/;

export const postTo =
  (origin: string): Post =>
  async <Answer>(key: string | null, path: string, body: object): Promise<Answer> => {
    const answer = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };

/** The codes in what a first start printed, the administrator's and the security officer's; null without. */
export function codesIn(said: string): [administrator: string, securityOfficer: string] | null {
  const [administrator, securityOfficer] = said.match(new RegExp(CODE, 'g')) ?? [];
  if (administrator === undefined || securityOfficer === undefined) return null;
  return [administrator, securityOfficer];
}

const claim = async (post: Post, code: string): Promise<string> =>
  (await post<{ key: string }>(null, '/v1/claims', { code })).key;

/** Claims the keys of the first two officers with the codes that a first start printed. */
export async function claimOfficers(post: Post, said: string): Promise<Officers> {
  const codes = codesIn(said);
  if (codes === null) throw new Error(`no codes were printed: ${said}`);
  return {
    administrator: await claim(post, codes[0]),
    securityOfficer: await claim(post, codes[1]),
  };
}

type Newcomer = { name: string; grants: readonly { role: string; organisationId: string }[] };

/** Lets somebody in; they hold these roles and a key from then on. */
export async function letIn(
  post: Post,
  { administrator, securityOfficer }: Officers,
  { name, grants }: Newcomer,
): Promise<{ id: string; key: string }> {
  const made = await post<{ id: string; proposed: { id: string }[] }>(
    administrator,
    '/v1/principals',
    { name, grants },
  );
  for (const grant of made.proposed)
    await post(securityOfficer, `/v1/grants/${grant.id}/events`, { type: 'confirm' });
  const path = `/v1/principals/${made.id}/claims`;
  const { code } = await post<{ code: string }>(administrator, path, {});
  return { id: made.id, key: await claim(post, code) };
}
