import { componentExamples } from './openapi-operations.ts';
import { openApiPaths } from './openapi-paths.ts';
import { componentSchemas } from './openapi-schemas.ts';

const header = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description });

/** The description of the whole HTTP interface, OpenAPI 3.1, made from the schemas that check the requests. */
export const openApiDocument = () => ({
  openapi: '3.1.1',
  info: {
    title: 'ninedays',
    version: '0.1.0',
    summary: 'The nine days of a remote-training order',
    description:
      'A CRM sends signed messages; staff record what they have done, and ask for an order, its plan, its history and its reasons. Times are ISO 8601 with an offset, days are Shanghai days, money is in fen. A refusal has a code (`error`) for programs, a sentence (`message`, Simplified Chinese) for people, and details. `R…` are the rule book’s numbers.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'crm', description: 'For the CRM, and for whoever archives the groups.' },
    { name: 'orders', description: 'For staff: what is, will be and was.' },
    { name: 'actions', description: 'For staff: what they have done.' },
    {
      name: 'recordings',
      description: 'For trainers who upload, staff who watch, and customers with a link.',
    },
    { name: 'settlement', description: 'For trainers and managers: who is paid what, and why.' },
    { name: 'session', description: 'For browsers: signing in and out, and the console.' },
    { name: 'description', description: 'For integrators.' },
  ],
  paths: openApiPaths(),
  components: {
    schemas: componentSchemas(),
    examples: componentExamples(),
    securitySchemes: {
      webhookId: header(
        'webhook-id',
        'Standard Webhooks: id of the message, the same when it is sent again.',
      ),
      webhookTimestamp: header('webhook-timestamp', 'Seconds since 1970; at most five minutes off.'),
      webhookSignature: header(
        'webhook-signature',
        '`v1,` and the base64 HMAC-SHA256 over `id.timestamp.body`; several, separated by spaces, while the secret is rotated.',
      ),
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A staff session.' },
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: 'ninedays-session',
        description: 'The same session in a browser.',
      },
    },
  },
});
