/** Who may import whom: the direction of the architecture, as DESIGN's four words say it. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed, dependencyTypesNot: ['core'] },
});

const packages = '^node_modules/';

export default {
  forbidden: [
    only(
      'domain-imports-domain',
      'Rules are pure: they know only each other, zod and dayjs.',
      '^shared/domain',
      ['^shared/domain', '^node_modules/(zod|dayjs)/'],
    ),
    {
      name: 'domain-is-pure',
      comment: 'No input, output or process in the rules; of Node only its hash.',
      severity: 'error',
      from: { path: '^shared/domain' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    only('contracts-import-domain', 'Schemas of the edges are made of the domain’s.', '^shared/contracts', [
      '^shared/(contracts|domain|ports)',
      '^node_modules/(zod|zod-openapi)/',
    ]),
    only('ports-import-domain', 'Ports speak the domain’s language.', '^shared/ports', [
      '^shared/(ports|domain)',
      '^node_modules/zod/',
    ]),
    only('adapters-implement-ports', 'Adapters are the only ones that know an SDK.', '^shared/adapters', [
      '^shared/(adapters|ports|domain)',
      packages,
    ]),
    {
      name: 'sdk-only-in-adapters',
      comment: 'Besides adapters only the wiring, the stream’s entry and the local engines know an SDK.',
      severity: 'error',
      from: {
        path: '^(shared|functions)',
        pathNot: ['^shared/adapters', '^shared/runtime/(deps|outbox-entry)\\.ts$'],
      },
      to: { path: '^node_modules/@aws-sdk/' },
    },
    {
      name: 'adapters-only-in-wiring',
      comment: 'Which adapter serves a port is decided in one place.',
      severity: 'error',
      from: { path: '^(shared|functions)', pathNot: ['^shared/adapters', '^shared/runtime/deps\\.ts$'] },
      to: { path: '^shared/adapters' },
    },
    only(
      'functions-import-shared',
      'Functions know rules, ports and the runtime; not each other’s folders, not where they run.',
      '^functions/([^/]+)/',
      ['^shared/', '^functions/$1/', packages],
    ),
    {
      name: 'shared-knows-no-user',
      comment: 'What is shared knows neither functions nor infrastructure nor tests.',
      severity: 'error',
      from: { path: '^shared' },
      to: { path: '^(functions|infra|test)' },
    },
    {
      name: 'product-knows-no-test',
      severity: 'error',
      from: { path: '^(functions|infra)' },
      to: { path: '^test' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
