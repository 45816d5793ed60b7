/** Whether a client takes JSON: the rules that all services share, under the name that the routes import. */
export { acceptsJson, refuseFormat } from '@auditbox/service-kit';
