/** A setting of a benchmark that is a whole number below 2^31, as the generator's seeds are. */
export function wholeNumber(env: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const value = Number(env[name] || byDefault);
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 31)
    throw new Error(`${name} is a whole number.`);
  return value;
}
