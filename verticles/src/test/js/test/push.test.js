// SPDX-License-Identifier: Apache-2.0

// Clients that are told of events: calimero-client 1.1.0 as it is, and scripts that do exactly what
// mero-js 13 does on a WebSocket and on server-sent events. WATCHED_CONTEXT names a context in which
// whoever starts this lets things happen, all the time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WsSubscriptionsClient } from '@calimero-network/calimero-client/lib/subscriptions/ws.js';

const url = process.env.NODE_URL;
const contextId = process.env.WATCHED_CONTEXT;
const needsWebSocket = typeof WebSocket === 'undefined' && 'Node without --experimental-websocket';

function assertEvent(event) {
  assert.equal(event.contextId, contextId);
  assert.equal(event.type, 'StateMutation');
  assert.equal(typeof event.data.newRoot, 'string');
  const [{ kind, data, handler }] = event.data.events;
  assert.equal(kind, 'Inserted');
  assert.deepEqual(JSON.parse(new TextDecoder().decode(new Uint8Array(data))), { key: 'a' });
  assert.equal(handler, null);
}

test('calimero-client 1.1.0 gets events over its WebSocket', { skip: needsWebSocket }, async () => {
  const client = new WsSubscriptionsClient(url.replace('http', 'ws'), '/ws');
  await client.connect();
  const event = new Promise((resolve) => client.addCallback(resolve));
  client.subscribe([contextId]);
  assertEvent(await event);
  client.unsubscribe([contextId]);
  client.disconnect();
});

test('a WebSocket as mero-js uses it: a token in the query, id null', { skip: needsWebSocket }, async () => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?token=a.b.c`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const event = new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.id === null && message.result?.contextId) {
        resolve(message);
      }
    };
  });
  const params = { contextIds: [contextId] };
  socket.send(JSON.stringify({ id: null, method: 'subscribe', params }));
  const message = await event;
  assert.equal('error' in message, false);
  assertEvent(message.result);
  socket.close();
});

test('server-sent events as mero-js reads them: fetch, an empty bearer token, data lines', async () => {
  const response = await fetch(`${url}/sse`, {
    headers: { Accept: 'text/event-stream', Authorization: 'Bearer ' },
  });
  assert.equal(response.status, 200);
  let buffer = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk, { stream: true });
    const lines = buffer.split('\n');
    buffer = lines.pop();
    for (const line of lines.filter((each) => each.startsWith('data:'))) {
      const message = JSON.parse(line.slice(5).trim());
      if (message.type === 'connect') {
        const answer = await fetch(`${url}/sse/subscription`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({
            id: message.session_id,
            method: 'subscribe',
            params: { contextIds: [contextId] },
          }),
        });
        assert.deepEqual((await answer.json()).result.contexts, [contextId]);
      } else {
        assertEvent(message.result);
        return; // which ends the stream
      }
    }
  }
  assert.fail('the stream has ended');
});
