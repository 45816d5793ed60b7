/** kafkajs's values. It is CommonJS, and Node finds only some of its names in an ES import. */
import { createRequire } from 'node:module';
import kafkajs from 'kafkajs';

export const {
  AssignerProtocol,
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  Kafka,
  logLevel,
  PartitionAssigners,
} = kafkajs;

const { errorCodes } = createRequire(import.meta.url)('kafkajs/src/protocol/error.js') as {
  readonly errorCodes: readonly { readonly message: string; readonly type: string }[];
};

/** Kafka's own name of an error by the text in which kafkajs says it. */
export const TYPE_BY_TEXT: ReadonlyMap<string, string> = new Map(
  errorCodes.map(({ message, type }) => [message, type]),
);

/** Of its errors. */
export const ERROR_NAMES: ReadonlySet<string> = new Set(
  Object.keys(kafkajs).filter((name) => name.startsWith('KafkaJS')),
);
