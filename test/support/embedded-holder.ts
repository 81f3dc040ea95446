// A service that holds the embedded database of the directory given until it is killed.

import { startEmbedded } from '../../src/db/embedded/embedded.ts';

const { started, connectionString } = await startEmbedded({ dataDir: process.argv[2] ?? '' });
console.log(JSON.stringify({ started, connectionString }));
setInterval(() => undefined, 60_000);
