// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

const OTHER = 'GmaDrppBC7P5ARKV8g3djiwP89vz1jLK23V2GBjuAEGB';

function ready(context) {
  const relay = context();
  assert.equal(relay.call('init').ok, null);
  return relay;
}

export const rules = {
  'its methods are those documented'(context) {
    assert.deepEqual(context().methods, ['init', 'send', 'receive', 'bounce', 'messages']);
  },

  'sending asks for a call of the other context and writes nothing here'(context) {
    const sent = ready(context).call('send', { context: OTHER, text: 'hi' });
    assert.equal(sent.writes, 0);
    assert.equal(sent.xcalls.length, 1);
    const [{ context: target, method, args }] = sent.xcalls;
    assert.equal(target.length, 64);
    assert.deepEqual([method, args], ['receive', { text: 'hi' }]);
  },

  'a message says which context it came from'(context) {
    const relay = ready(context);
    const origin = new Uint8Array(32).fill(1);
    relay.call('receive', { text: 'far' }, { origin });
    relay.call('receive', { text: 'near' });
    const [far, near] = relay.call('messages').ok;
    assert.deepEqual(near, { text: 'near', from: null });
    assert.equal(far.from, '4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi');
  },

  'bouncing calls back'(context) {
    const bounced = ready(context).call('bounce', { context: OTHER });
    assert.equal(bounced.xcalls[0].method, 'bounce');
    assert.equal(bounced.events.length, 1);
  },

  'what is no context is refused'(context) {
    for (const text of ['0', 'z'.repeat(45)]) {
      assert.match(ready(context).call('send', { context: text, text: '' }).trap, /no context/);
    }
  },
};
