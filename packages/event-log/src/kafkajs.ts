/** kafkajs's values. It is CommonJS, and Node finds only some of its names in an ES import. */
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

/** Of its errors. */
export const ERROR_NAMES: ReadonlySet<string> = new Set(
  Object.keys(kafkajs).filter((name) => name.startsWith('KafkaJS')),
);
