/** A bounded memory of what a pure function has answered: few programs and addresses send most of the events. */

/** `answer`, asked once for what was asked lately; of more than `entriesMax` the oldest is forgotten. */
export function remembered<Answer extends object>(
  answer: (asked: string) => Answer,
  entriesMax: number,
): (asked: string) => Answer {
  const known = new Map<string, Answer>();
  return (asked) => {
    const before = known.get(asked);
    if (before !== undefined) return before;
    const made = answer(asked);
    if (known.size >= entriesMax) {
      // In the order in which they came: to know which was used last would cost more than it saves.
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(asked, made);
    return made;
  };
}
