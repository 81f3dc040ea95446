// Plays one seed in a process of its own and writes its report to stdout. The arguments are the server's
// address and the seed.

import { installGate, letAllGo } from './gate.ts';
import { play } from './run.ts';
import { installVirtualTime } from './virtual-time.ts';
import { openWorld } from './world.ts';

const [url = '', seed = '1'] = process.argv.slice(2);
const crashes: string[] = [];
// An uncaught error would have ended a replica's process, so it is a fault like any other.
process.on('unhandledRejection', (error) => crashes.push(`nobody caught ${String(error)}`));
process.on('uncaughtException', (error) => crashes.push(`nobody caught ${String(error.stack)}`));
// The server cannot end a backend that was left stopped.
process.on('exit', letAllGo);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(1));
installGate();
installVirtualTime();
// A run that breaks off ends its process, or whoever started it would wait for a report until the limit.
const breakOff = (error: Error): never => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
};
const world = await openWorld(url, Number(seed)).catch(breakOff);
const report = await play(world, Number(seed)).catch(breakOff);
await world.drop();
const fault = report.fault ?? crashes[0] ?? null;
process.stdout.write(JSON.stringify({ ...report, fault }), () => process.exit(0));
