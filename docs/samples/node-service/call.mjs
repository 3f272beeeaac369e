// SPDX-License-Identifier: Apache-2.0

// Calls a method of a context:
//
//   node call.mjs --context ID --method set --arguments '{"key":"a","value":"1"}' [--port 7000] [--token T]
import { parseArgs } from 'node:util';
import { Bridge } from './bridge.mjs';

const { values } = parseArgs({
  options: {
    context: { type: 'string' },
    method: { type: 'string' },
    arguments: { type: 'string', default: '{}' },
    port: { type: 'string', default: '7000' },
    token: { type: 'string' },
  },
});

const bridge = await Bridge.connect({ port: Number(values.port), token: values.token });
try {
  const { type, outcome, error } = await bridge.request('calimero.v1.execute', {
    context: values.context,
    method: values.method,
    arguments: JSON.parse(values.arguments),
  });
  const returned = Buffer.from(outcome?.returned ?? '', 'base64').toString();
  console.log([type, error?.message ?? returned].join(' ').trim());
} catch (problem) {
  console.error(`${problem.code}: ${problem.message}`);
  process.exitCode = 1;
} finally {
  bridge.close();
}
