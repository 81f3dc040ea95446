// The maxima and minima of a category: each place and class once, known, and with room for each other.

import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Category } from '../plan/plan-schema.ts';
import type { Sound } from './shape.ts';

const NO_CLASS = {
  zh: '该类别没有这一优先类别',
  en: 'the category has no preference class',
};

/** Every fault of the caps and the minima of a category. */
export function limitFaults(category: Sound<Category>, path: string): Fault[] {
  const { quota, caps = [], classMinima = [], priorityClasses = [] } = category;
  const own = priorityClasses.flatMap((name) => name ?? []);
  const classCaps = caps.map((cap) => (cap && 'priorityClass' in cap ? cap : undefined));
  const places = caps.map((cap) => (cap && 'per' in cap ? cap.per : undefined));
  const faults = [
    ...twice(places, (at) => `${path}/caps/${at}/per`),
    ...classFaults(classCaps, own, `${path}/caps`),
    ...classFaults(classMinima, own, `${path}/classMinima`),
    ...classMinima.flatMap((least, at): Fault[] => {
      const most = classCaps.find((cap) => cap && cap.priorityClass === least?.priorityClass)?.max;
      const min = least?.min;
      if (most === undefined || min === undefined || min <= most) return [];
      return [
        fault(
          `${path}/classMinima/${at}/min`,
          `至少 ${min} 个，而该优先类别至多 ${most} 个`,
          `asks for ${min} places of a class that may have ${most}`,
        ),
      ];
    }),
  ];
  const seats = classMinima.reduce((sum, one) => sum + (one?.min ?? 0), 0);
  if (typeof quota === 'number' && seats > quota) {
    faults.push(
      fault(
        `${path}/classMinima`,
        `合计 ${seats} 个名额，超过总名额 ${quota}`,
        `asks for ${seats} places of a quota of ${quota}`,
      ),
    );
  }
  return faults;
}

type Limits = readonly ({ priorityClass?: string | undefined } | undefined)[];

function classFaults(limits: Limits, known: readonly string[], path: string): Fault[] {
  const names = limits.map((limit) => limit?.priorityClass);
  const where = (at: number): string => `${path}/${at}/priorityClass`;
  return [
    ...names.flatMap((name, at) =>
      name === undefined || known.includes(name)
        ? []
        : [unknownName(where(at), NO_CLASS, name, known)],
    ),
    ...twice(names, where),
  ];
}

const twice = (names: readonly (string | undefined)[], where: (at: number) => string): Fault[] =>
  names.flatMap((name, at) =>
    name === undefined || names.indexOf(name) === at
      ? []
      : [fault(where(at), `${name} 重复`, `${name} stands twice`)],
  );
