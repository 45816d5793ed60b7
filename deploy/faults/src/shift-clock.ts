/** Loaded before a service (`--import`): its `Date` is wrong by SHIFT_CLOCK_MS, in this process alone. */

const shiftMs = Number(process.env.SHIFT_CLOCK_MS);
const TrueDate = Date;

class ShiftedDate extends TrueDate {
  constructor(...at: [] | ConstructorParameters<typeof TrueDate>) {
    if (at.length === 0) super(TrueDate.now() + shiftMs);
    else super(...at);
  }

  static override now(): number {
    return TrueDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
