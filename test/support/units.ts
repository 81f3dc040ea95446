// Organisations as tests name them: by their codes, which people know.

import { organisationIdFrom } from '../../src/db/county/organisation-ids.ts';

/** The id of the organisation with a code: '610222-YCB' is the county office of Yijun. */
export const unit = (code: string): string => organisationIdFrom(code);

/** The path of an organisation: the codes from the top of the tree down to it. */
export const unitPath = (...codes: string[]): string => `/${codes.map(unit).join('/')}/`;
