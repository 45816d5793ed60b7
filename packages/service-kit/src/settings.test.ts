import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { AUTH_SETTINGS } from './auth/auth-settings.ts';
import { logLevel, metricsPort, port } from './common-settings.ts';
import { KAFKA_SETTINGS } from './kafka-settings.ts';
import { decodeSettings, setting, settingsMarkdown } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'auditbox-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TABLE = {
  port: port(3002),
  kafkaBrokers: KAFKA_SETTINGS.kafkaBrokers,
  logLevel,
  apiAuthEnabled: AUTH_SETTINGS.apiAuthEnabled,
  name: setting('NAME', Type.String({ description: 'A name.', examples: 'x' })),
} as const;

describe('decodeSettings', () => {
  it('takes defaults, and converts what is given', () => {
    expect(decodeSettings(TABLE, { NAME: 'n', PORT: '0', KAFKA_BROKERS: 'a:1, b:2' })).toEqual({
      settings: { port: 0, kafkaBrokers: ['a:1', 'b:2'], logLevel: 'info', apiAuthEnabled: true, name: 'n' },
    });
  });

  it('reports every problem at once, by name and never by value', () => {
    const decoded = decodeSettings(TABLE, {
      PORT: '65536',
      KAFKA_BROKERS: 'secret',
      AUDITBOX_LOG_LEVEL: 'loud',
      AUDITBOX_API_AUTH_ENABLED: 'no',
    });
    expect(decoded).toEqual({
      problems: [
        "PORT can't be read: a whole number from 0 to 65535.",
        "KAFKA_BROKERS can't be read: a list of for example localhost:9092, separated by commas.",
        "AUDITBOX_LOG_LEVEL can't be read: one of off, debug, info, error.",
        "AUDITBOX_API_AUTH_ENABLED can't be read: true or false.",
        'NAME is not set: for example x.',
      ],
    });
  });

  it('reads NAME_FILE without its last line end, and refuses both or a file that is not there', () => {
    const file = join(folder, 'name');
    writeFileSync(file, 'from a file\n');
    expect(decodeSettings(TABLE, { NAME_FILE: file })).toMatchObject({ settings: { name: 'from a file' } });
    expect(decodeSettings(TABLE, { NAME: 'n', NAME_FILE: file })).toEqual({
      problems: ['NAME and NAME_FILE are both set: only one can be.'],
    });
    expect(decodeSettings(TABLE, { NAME_FILE: join(folder, 'none') })).toEqual({
      problems: ["NAME_FILE names a file that can't be read."],
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(decodeSettings(TABLE, { NAME: 'n', PORT: '' })).toMatchObject({ settings: { port: 3002 } });
  });
});

describe('the port of the metrics', () => {
  const decoded = (value: string) =>
    decodeSettings({ metricsPort: metricsPort(9302) }, { AUDITBOX_METRICS_PORT: value });

  it('is a port or off', () => {
    for (const [value, metricsPort] of Object.entries({ '': 9302, '0': 0, '65535': 65535, off: 'off' }))
      expect(decoded(value)).toEqual({ settings: { metricsPort } });
    for (const value of ['65536', '-1', 'on'])
      expect(decoded(value)).toEqual({
        problems: ["AUDITBOX_METRICS_PORT can't be read: one of a whole number from 0 to 65535, off."],
      });
  });
});

describe('a setting that holds nothing', () => {
  it.each([',', ' ', ' , ,'])('is a problem where it is a list: %j', (KAFKA_BROKERS) =>
    expect(decodeSettings(TABLE, { NAME: 'n', KAFKA_BROKERS })).toEqual({
      problems: [expect.stringMatching(/^KAFKA_BROKERS can't be read/)],
    }),
  );

  it('is a problem where it is a file, and none where no file is named', () => {
    const file = join(folder, 'empty');
    writeFileSync(file, '\n');
    expect(decodeSettings(TABLE, { NAME_FILE: file })).toEqual({
      problems: ['NAME_FILE names a file that is empty.'],
    });
    expect(decodeSettings(TABLE, { NAME: 'n', NAME_FILE: '' })).toHaveProperty('settings');
  });
});

describe('settingsMarkdown', () => {
  it('has a row a setting', () => {
    expect(settingsMarkdown({ port: TABLE.port, name: TABLE.name })).toBe(
      [
        '| setting | default | what it does |',
        '| --- | --- | --- |',
        '| `PORT` | `3002` | Port to listen on; 0 for any. |',
        '| `NAME` | required | A name. |',
      ].join('\n'),
    );
  });
});
