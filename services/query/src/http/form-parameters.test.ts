import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formParameters } from './form-parameters.ts';

describe('formParameters', () => {
  it('reads UTF-8 as URLSearchParams does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string())), (parameters) => {
        const text = new URLSearchParams(parameters).toString();
        expect(formParameters(text)).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  it.each(['', '&', 'a', 'a=&b', 'a=b=c', 'a+b=%2B', '100%=1%', 'a=%zz', '%C3%A9=é'])(
    'reads %j as URLSearchParams does',
    (text) => expect(formParameters(text)).toEqual([...new URLSearchParams(text)]),
  );

  it.each(['agent-name=%FF', 'agent-name=M%FCller', '%C3=1', 'a=%C3&b=1', 'a=%ED%A0%80', 'a=%C3é'])(
    'refuses %j, which is no UTF-8',
    (text) => expect(formParameters(text)).toBeUndefined(),
  );
});
