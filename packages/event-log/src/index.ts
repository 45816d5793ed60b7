export { type EnsuredTopic, ensureTopic } from './ensure-topic.ts';
export { EventLogError, type EventLogErrorCode } from './event-log-error.ts';
export { beginGroupAt, type GroupInTopic, groupPositions, logEnds, type Offsets } from './group-offsets.ts';
export type { KafkaConnection, Logger, SocketFactory } from './kafka-connection.ts';
export type { LogRecord, ReceivedRecord } from './log-record.ts';
export {
  committedOffsets,
  logBounds,
  offsetsAt,
  type PartitionRange,
  retentionMs,
  writtenEnds,
} from './range/log-bounds.ts';
export { type RangeBatch, type ReadLogOptions, readLog } from './range/read-log.ts';
export type { DataLoss } from './reader/data-loss.ts';
export {
  type LogReader,
  type LogReaderOptions,
  type PartitionLag,
  type ReaderHealth,
  type ReaderLimits,
  startLogReader,
  type WaitingPartition,
} from './reader/log-reader.ts';
export type { ReceivedBatch } from './reader/received-batch.ts';
export { EVENTS_TOPIC, QUARANTINE_TOPIC, type TopicContract } from './topic-contract.ts';
export type { AppendOutcome } from './writer/append.ts';
export {
  type EndedSend,
  type LogWriter,
  type LogWriterOptions,
  openLogWriter,
  type WriterHealth,
  type WriterLimits,
} from './writer/log-writer.ts';
