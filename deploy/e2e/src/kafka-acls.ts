/**
 * The permissions that docs/operations.md tells operators to give, given as it says. Kafka's own tool for it is not among
 * the jars that tests run, so that its commands are read and done by kafkajs, which is an operator's tool here.
 */
import { readFileSync } from 'node:fs';
// biome-ignore lint/style/noRestrictedImports: not the product's client, an operator's tool
import kafkajs from 'kafkajs';

const PAGE = new URL('../../../docs/operations.md', import.meta.url);

/** In kafkajs's numbers. */
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const OPERATIONS: Readonly<Record<string, number>> = {
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
};

/** Through a door where nobody is asked who they are. */
export async function giveDocumentedPermissions(broker: string): Promise<void> {
  const commands = readFileSync(PAGE, 'utf8').match(/^kafka-acls\.sh .*$/gm) ?? [];
  const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createAcls({ acl: commands.flatMap(entriesOf) });
  } finally {
    await admin.disconnect();
  }
}

function entriesOf(command: string) {
  const all = (option: string) =>
    [...command.matchAll(new RegExp(`--${option} (\\S+)`, 'g'))].map(([, value = '']) => value);
  const resources = [
    ...all('topic').map((name) => ({ type: AclResourceTypes.TOPIC, name })),
    ...all('group').map((name) => ({ type: AclResourceTypes.GROUP, name })),
  ];
  return resources.flatMap(({ type, name }) =>
    all('operation').flatMap((operation) =>
      all('allow-principal').map((principal) => ({
        resourceType: type,
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal,
        host: '*',
        operation: operationOf(operation),
        permissionType: AclPermissionTypes.ALLOW,
      })),
    ),
  );
}

function operationOf(name: string): number {
  const operation = OPERATIONS[name];
  if (operation === undefined) throw new Error(`the page gives an operation that is not known here: ${name}`);
  return operation;
}
