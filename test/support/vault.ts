// A vault whose key is the test's own.

import { systemEntropy } from '../../src/entropy.ts';
import { newDataKey } from '../../src/sealing/keys.ts';
import { createVault, type Vault } from '../../src/sealing/vault.ts';

export function testVault(): Vault {
  const key = newDataKey('aes-256-gcm', systemEntropy);
  return createVault(() => [key], systemEntropy);
}
