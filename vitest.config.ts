import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` needs nothing; `integration` and `e2e` need a real Kafka and a real Elasticsearch,
 * which `npm test` (deploy/local) starts on their own ports and whose addresses it hands over by environment.
 * Tests read them with vitest's `inject('kafkaBrokers')`, so a package never imports from deploy/.
 */
const { AUDITBOX_TEST_KAFKA_BROKERS = '', AUDITBOX_TEST_ELASTIC_URI = '' } = process.env;

const onRealParts = {
  provide: { kafkaBrokers: AUDITBOX_TEST_KAFKA_BROKERS, elasticUri: AUDITBOX_TEST_ELASTIC_URI },
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['{packages,services,deploy}/*/src/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['{packages,services,deploy}/*/test/**/*.test.ts'],
          exclude: ['deploy/e2e/**'],
          ...onRealParts,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['deploy/e2e/test/**/*.test.ts'],
          ...onRealParts,
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
