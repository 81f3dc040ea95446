// A module loaded before everything else into one replica (`--import`): its clock is hours off, as on a
// machine whose clock is not synchronised.

const SHIFT_MS = Number(process.env.CLOCK_SHIFT_MS);

const RealDate = Date;
const shifted = (): number => RealDate.now() + SHIFT_MS;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [shifted()] : args, newTarget),
  apply: () => new RealDate(shifted()).toString(),
  get: (target, name) => (name === 'now' ? shifted : Reflect.get(target, name)),
});

const realInstant = Temporal.Now.instant;
Temporal.Now.instant = () => realInstant().add({ milliseconds: SHIFT_MS });
