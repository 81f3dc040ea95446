// The vault of all simulated processes: one key, and nonces from a seed.

import { createVault } from '../../src/sealing/vault.ts';
import { seededEntropy } from './entropy.ts';

const KEY = { id: '5eeded00', cipher: 'aes-256-gcm' as const, secret: Buffer.alloc(32, 7) };

export const vault = createVault(() => [KEY], seededEntropy(0, 4_095));
