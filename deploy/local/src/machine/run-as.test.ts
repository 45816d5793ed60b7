import { describe, expect, it } from 'vitest';
import { chooseRunAs } from './run-as.ts';

const owner = { uid: 1000, gid: 100 };
const root = { uid: 0, gid: 0 };

describe('the user that Elasticsearch runs as', () => {
  it('is the one who starts it, unless that is root', () => {
    expect(chooseRunAs({ uid: 501, owner: root })).toBeUndefined();
  });

  it('is the one behind sudo', () => {
    expect(chooseRunAs({ uid: 0, sudoUid: '1001', sudoGid: '1002', owner })).toEqual({
      uid: 1001,
      gid: 1002,
    });
    expect(chooseRunAs({ uid: 0, sudoUid: '1001', owner })).toEqual({ uid: 1001, gid: 1001 });
  });

  it('is the owner of the checkout where there is no sudo, or root used sudo', () => {
    expect(chooseRunAs({ uid: 0, owner })).toEqual(owner);
    expect(chooseRunAs({ uid: 0, sudoUid: '0', sudoGid: '0', owner })).toEqual(owner);
  });

  it('is nobody where all of it is root', () => {
    expect(chooseRunAs({ uid: 0, owner: root })).toEqual({ uid: 65_534, gid: 65_534 });
  });
});
