// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

function ready(context) {
  const tally = context();
  assert.equal(tally.call('init').ok, null);
  return tally;
}

export const rules = {
  'init works once'(context) {
    assert.match(ready(context).call('init').trap, /Cannot initialize/);
  },

  'nothing works before init'(context) {
    assert.match(context().call('vote', { choice: 'a' }).trap, /Failed to read app state\./);
  },

  'everyone has one vote and may change it'(context) {
    const tally = ready(context);
    assert.equal(tally.call('mine').ok, null);
    const first = tally.call('vote', { choice: 'tea' });
    assert.deepEqual(first.events, [{ kind: 'Voted', data: { choice: 'tea' } }]);
    tally.call('vote', { choice: 'tea' }, { executor: 2 });
    tally.call('vote', { choice: 'coffee' }, { executor: 3 });
    assert.deepEqual(tally.call('result').ok, { coffee: 1, tea: 2 });
    tally.call('vote', { choice: 'coffee' });
    tally.call('vote', { choice: 'coffee' }, { executor: 2 });
    assert.deepEqual(tally.call('result').ok, { coffee: 3 });
    assert.equal(tally.call('mine').ok, 'coffee');
  },

  'a choice is of plain letters'(context) {
    assert.match(ready(context).call('vote', { choice: '<b>' }).trap, /A choice is of/);
    assert.match(ready(context).call('vote', {}).trap, /Expected a choice\./);
  },
};
