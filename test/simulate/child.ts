// Plays one seed in a process of its own and tells its report on stdout: arguments are the server's
// address, the template, the seed and, when this file stands in a copy, nothing more.

import { installGate, letAllGo } from './gate.ts';
import { play } from './run.ts';
import { installVirtualTime } from './virtual-time.ts';
import { openWorld } from './world.ts';

const [url = '', seed = '1'] = process.argv.slice(2);
const crashes: string[] = [];
// A replica's process would have ended: what nobody catches is a fault like any other.
process.on('unhandledRejection', (error) => crashes.push(`nobody caught ${String(error)}`));
process.on('uncaughtException', (error) => crashes.push(`nobody caught ${String(error.stack)}`));
// The server can end no backend that was left stopped.
process.on('exit', letAllGo);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
installGate();
installVirtualTime();
const world = await openWorld(url, Number(seed));
const report = await play(world, Number(seed));
await world.drop();
const fault = report.fault ?? crashes[0] ?? null;
process.stdout.write(JSON.stringify({ ...report, fault }), () => process.exit(0));
