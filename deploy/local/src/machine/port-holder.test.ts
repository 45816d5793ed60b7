import { expect, it } from 'vitest';
import { listeningInodes } from './port-holder.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:23F0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
   1: 0100007F:23F0 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
`;

it('finds the socket that listens on a port, not those that are connected to it', () => {
  expect(listeningInodes(table, 9200)).toEqual(['111']);
  expect(listeningInodes(table, 22)).toEqual(['333']);
  expect(listeningInodes(table, 9201)).toEqual([]);
});
