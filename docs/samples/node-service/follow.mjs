// SPDX-License-Identifier: Apache-2.0

// Follows the events of a context from a position on, each once and in order, and prints them:
//
//   node follow.mjs --context ID [--from POSITION] [--port 7000] [--token T] [--count N]
//
// Keep the last position with what you made of its events, and start again from the next.
import { parseArgs } from 'node:util';
import { Bridge } from './bridge.mjs';

const { values } = parseArgs({
  options: {
    context: { type: 'string' },
    from: { type: 'string', default: '1' },
    port: { type: 'string', default: '7000' },
    token: { type: 'string' },
    count: { type: 'string', default: 'Infinity' },
  },
});
const { context } = values;
let next = Number(values.from);
let left = Number(values.count);
let reading = Promise.resolve();

const bridge = await Bridge.connect({
  port: Number(values.port),
  token: values.token,
  closed: (why) => left > 0 && (console.error(why), process.exit(1)),
});

// A notice says that there is something; what it is stands in the log, where nothing is missed.
async function read() {
  for (;;) {
    const { entries } = await bridge.request('calimero.v1.log.read', {
      context,
      from: next,
      maxEntries: 100,
      maxBytes: 1_000_000,
    });
    if (entries.length === 0) return;
    for (const { signed: { entry }, outcome } of entries) {
      for (const event of outcome?.events ?? []) tell(Number(entry.position), event);
      next = Number(entry.position) + 1;
    }
  }
}

function tell(position, { kind, data }) {
  if (left <= 0) return;
  console.log(`${position} ${kind} ${Buffer.from(data, 'base64')}`);
  if (--left === 0) {
    bridge.close();
    process.exit(0);
  }
}

// One read after the other.
const look = () => (reading = reading.then(read));

bridge.listen(`calimero.v1.context.${context}.transactions`, look);
setInterval(look, 5_000);
await look();
