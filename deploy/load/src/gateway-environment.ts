/** What the services of a benchmark have in common: no tokens, on loopback, at a port that is free. */
export function gatewayEnvironment(brokers: string): Record<string, string> {
  return {
    KAFKA_BROKERS: brokers,
    AUDITBOX_API_AUTH_ENABLED: 'false',
    AUDITBOX_ALLOW_WEAK_TOPIC: 'true',
    AUDITBOX_METRICS_PORT: 'off',
    BINDING: '127.0.0.1',
    PORT: '0',
  };
}
