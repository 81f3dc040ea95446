// From where officers are let in: networks that the operator names, or everywhere.

import { BlockList, isIPv6 } from 'node:net';
import type { Role } from '../../../machines/kit/access.ts';
import type { Principal } from '../../rules/access/access.ts';

/** Whoever makes accounts, gives rights, reads the trails or runs the machine. */
const OFFICERS: readonly Role[] = ['administrator', 'security-officer', 'auditor', 'operator'];

export type Door = (principal: Principal, address: string) => boolean;

const familyOf = (address: string): 'ipv6' | 'ipv4' => (isIPv6(address) ? 'ipv6' : 'ipv4');

/** True of a principal without an officer's role, and of an officer at one of these addresses or networks. */
export function createDoor(networks: readonly string[]): Door {
  const known = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) known.addAddress(address, familyOf(address));
    else known.addSubnet(address, Number(bits), familyOf(address));
  }
  return ({ grants }, address) =>
    !grants.some(({ role }) => OFFICERS.includes(role)) || known.check(address, familyOf(address));
}

export const EVERYWHERE: Door = () => true;
