/**
 * What goes wrong before there is a request that routes could answer: a line that is no HTTP, headers that are too
 * large or too slow, a host that is none. Each is answered with an OperationOutcome that repeats nothing of the input,
 * and the connection ends.
 */
import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type IssueType, issue, operationOutcome } from '@auditbox/fhir-core';
import type { Connections } from './connections.ts';
import { FHIR_JSON, outcomeResponse } from './fhir-response.ts';

type FrameError = { readonly status: number; readonly code: IssueType; readonly diagnostics: string };

const NO_HTTP: FrameError = { status: 400, code: 'structure', diagnostics: 'The request is not HTTP/1.1.' };
const NO_TARGET: FrameError = {
  status: 400,
  code: 'structure',
  diagnostics: 'The request has no valid target and Host.',
};
const INTERNAL: FrameError = { status: 500, code: 'exception', diagnostics: 'internal' };
const NO_SUCH_EXPECTATION: FrameError = {
  status: 417,
  code: 'not-supported',
  diagnostics: 'The only expectation is 100-continue.',
};

/** By Node's code of the error. */
const PARSE_ERRORS: Readonly<Record<string, FrameError>> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'too-long', diagnostics: 'The headers are too large.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'too-long',
    diagnostics: 'The extensions of a chunk are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'timeout',
    diagnostics: 'The request took too long to arrive.',
  },
};

/** Answers what `server` could not parse, and expectations that nobody knows. */
export function answerFrameErrors(server: Server, connections: Connections): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // A handshake that failed comes here too: TLS itself has said what there is to say.
    const canAnswer = socket.writable && connections.isOpen(socket) && !connections.isAnswering(socket);
    if (!canAnswer || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, body, headers } = answerOf(PARSE_ERRORS[error.code ?? ''] ?? NO_HTTP);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    connections.closeInStages(socket);
  });
  server.on('checkExpectation', (_incoming: IncomingMessage, response: ServerResponse) => {
    const { status, body, headers } = answerOf(NO_SUCH_EXPECTATION);
    response.writeHead(status, headers).end(body);
  });
}

/** The answer where no route was reached; `isRequestError` where the request is to blame. */
export function frameErrorResponse(isRequestError: boolean): Response {
  const { status, code, diagnostics } = isRequestError ? NO_TARGET : INTERNAL;
  return outcomeResponse(status, [issue({ code, diagnostics })], {
    connection: 'close',
    'x-request-id': randomUUID(),
  });
}

function answerOf({ status, code, diagnostics }: FrameError) {
  const body = JSON.stringify(operationOutcome([issue({ code, diagnostics })]));
  const headers = {
    date: new Date().toUTCString(),
    'content-type': FHIR_JSON,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    'x-request-id': randomUUID(),
  };
  return { status, body, headers };
}
