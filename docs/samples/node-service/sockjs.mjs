// SPDX-License-Identifier: Apache-2.0

// The same over SockJS, by the client that Vert.x publishes, which browsers take too: hears one
// transaction of a context and prints it, after it has called a method.
//
//   npm install && node sockjs.mjs URL CONTEXT METHOD ARGUMENTS [TOKEN]
import EventBus from '@vertx/eventbus-bridge-client.js';

const [url, context, method, argumentsText, token] = process.argv.slice(2);
const bus = new EventBus(url);
if (token) bus.defaultHeaders = { token };

bus.onerror = (error) => {
  console.error(error.body ?? error);
  process.exit(1);
};

bus.onopen = () => {
  bus.registerHandler(`calimero.v1.context.${context}.events`, (_, { body }) => {
    console.log(`${body.position} ${body.kind} ${Buffer.from(body.data, 'base64')}`);
    bus.close();
  });
  bus.send(
    'calimero.v1.execute',
    { context, method, arguments: JSON.parse(argumentsText) },
    (_, { body }) => {
      if (body.error) {
        console.error(`${body.error.code}: ${body.error.message}`);
        process.exit(1);
      }
    },
  );
};
