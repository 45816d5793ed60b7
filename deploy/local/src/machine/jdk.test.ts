import { describe, expect, it } from 'vitest';
import { chooseJdk, type Jdk, jdkProblem, versionOfOutput, versionOfRelease } from './jdk.ts';

const jdk = (version: number, full = true): Jdk => ({
  home: `/jvm/${version}${full ? '' : '-jre'}`,
  version,
  full,
  usable: true,
});

describe('the version of a JDK', () => {
  it.each([
    ['JAVA_VERSION="1.8.0_402"', 8],
    ['IMPLEMENTOR="x"\nJAVA_VERSION="17.0.15"\nJAVA_VERSION_DATE="2025-04-15"', 17],
    ['JAVA_VERSION="25"', 25],
    ['JAVA_VERSION="22-ea"', 22],
    ['IMPLEMENTOR="x"', undefined],
  ])('is read from the release file %j', (text, version) => {
    expect(versionOfRelease(text)).toBe(version);
  });

  it.each([
    ['openjdk version "21.0.2" 2024-01-16\nOpenJDK Runtime Environment', 21],
    ['java version "1.8.0_202"', 8],
    ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "23" 2024-09-17', 23],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('is read from what java -version prints: %j', (text, version) => {
    expect(versionOfOutput(text)).toBe(version);
  });
});

describe('the choice of a JDK', () => {
  it('finds a newer one beside an older default', () => {
    expect(chooseJdk([jdk(17), jdk(21), jdk(25)])).toEqual(jdk(25));
  });

  it('takes one that Elasticsearch does not know yet only where there is no other', () => {
    expect(chooseJdk([jdk(27), jdk(21)])).toEqual(jdk(21));
    expect(chooseJdk([jdk(28), jdk(27)])).toEqual(jdk(27));
  });

  it('follows what the environment names, if it will do', () => {
    expect(chooseJdk([jdk(25), jdk(21)], [undefined, '/jvm/21/'])).toEqual(jdk(21));
    expect(chooseJdk([jdk(25), jdk(17)], ['/jvm/17'])).toEqual(jdk(25));
  });

  it('refuses a JRE and everything below 21', () => {
    expect(chooseJdk([jdk(25, false), jdk(20)])).toBeUndefined();
  });

  it('refuses one that the user who will run it may not execute, and says so', () => {
    const closed = { ...jdk(25), usable: false };
    expect(chooseJdk([closed, jdk(21)])).toEqual(jdk(21));
    expect(jdkProblem([closed])).toContain(
      '25 (which the user that runs Elasticsearch may not execute) in /jvm/25',
    );
  });

  it('says what was found instead', () => {
    expect(jdkProblem([jdk(17), jdk(25, false)])).toContain(
      'found 17 in /jvm/17, 25 (not a full JDK) in /jvm/25-jre',
    );
    expect(jdkProblem([])).toContain('no Java was found');
  });
});
