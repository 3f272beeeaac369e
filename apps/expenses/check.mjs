// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

const [ANA, BEN, CAI, EVE] = [1, 2, 3, 4];

class Ledger {
  constructor(context) {
    this.context = context;
  }

  ok(executor, method, args) {
    const outcome = this.context.call(method, args, { executor });
    assert.ok('ok' in outcome, `${method}: ${JSON.stringify(outcome)}`);
    return outcome.ok;
  }

  /** Must be refused with an error of this kind; returns its message. */
  refused(executor, method, args, kind) {
    const outcome = this.context.call(method, args, { executor });
    assert.equal(outcome.err?.kind, kind, `${method}: ${JSON.stringify(outcome)}`);
    return outcome.err.message;
  }

  events(executor, method, args) {
    return this.context.call(method, args, { executor }).events;
  }

  balances() {
    const list = this.ok(EVE, 'balances');
    assert.equal(list.reduce((sum, one) => sum + one.balance, 0), 0, 'balances add up to zero');
    return Object.fromEntries(list.map((one) => [one.name, one.balance]));
  }
}

function empty(context) {
  const ledger = new Ledger(context());
  assert.equal(ledger.ok(ANA, 'init', { name: 'Trip', currency: 'EUR' }), null);
  return ledger;
}

/** Ana, Ben and Cai. */
function three(context) {
  const ledger = empty(context);
  ledger.ok(ANA, 'join', { name: 'Ana' });
  ledger.ok(BEN, 'join', { name: 'Ben' });
  ledger.ok(CAI, 'join', { name: 'Cai' });
  return ledger;
}

function trapped(outcome, text) {
  assert.ok(outcome.trap?.includes(text), JSON.stringify(outcome));
}

export const rules = {
  'its methods are those documented'(context) {
    assert.deepEqual(context().methods, ['init', 'join', 'add_person', 'leave', 'add_expense',
      'record_payment', 'remove_expense', 'get_expense', 'list_expenses', 'people', 'balances',
      'settle_up', 'summary']);
  },

  'init works once and checks what it is given'(context) {
    trapped(empty(context).context.call('init', { name: 'Trip', currency: 'EUR' }),
      'Cannot initialize over already existing state.');
    const fresh = new Ledger(context());
    fresh.refused(ANA, 'init', { name: ' ', currency: 'EUR' }, 'BadArgument');
    fresh.refused(ANA, 'init', { name: 'Trip', currency: 'euro' }, 'BadArgument');
    trapped(fresh.context.call('init'), 'Expected input since method has arguments.');
    assert.equal(fresh.context.rows, 0);
  },

  'nothing works before init'(context) {
    for (const method of context().methods.filter((name) => name !== 'init')) {
      trapped(context().call(method, '{}'), 'Failed to read app state.');
    }
  },

  'people join, are added and claim their name'(context) {
    const ledger = empty(context);
    const ana = ledger.ok(ANA, 'join', { name: ' Ana ' });
    assert.deepEqual(ana, { name: 'Ana', executor: '4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi', active: true });
    ledger.refused(BEN, 'add_person', { name: 'Ben' }, 'NotJoined');
    assert.equal(ledger.ok(ANA, 'add_person', { name: 'Ben' }).executor, null);
    ledger.refused(ANA, 'add_person', { name: 'BEN' }, 'NameTaken');
    ledger.refused(ANA, 'join', { name: 'Anna' }, 'AlreadyJoined');
    ledger.refused(BEN, 'join', { name: 'ana' }, 'NameTaken');
    assert.deepEqual(ledger.events(BEN, 'join', { name: 'ben' })[0].data.name, 'Ben');
    assert.deepEqual(ledger.ok(EVE, 'people').map((one) => one.name), ['Ana', 'Ben']);
    assert.equal(ledger.ok(BEN, 'summary').you, 'Ben');
    assert.equal(ledger.ok(EVE, 'summary').you, null);
  },

  'an expense is split equally and nothing is lost in rounding'(context) {
    const ledger = three(context);
    assert.equal(ledger.ok(ANA, 'add_expense', { description: 'Taxi', amount: 1000 }), 1);
    assert.deepEqual(ledger.ok(EVE, 'get_expense', { id: 1 }).shares, { Ana: 333, Ben: 334, Cai: 333 });
    assert.deepEqual(ledger.balances(), { Ana: 667, Ben: -334, Cai: -333 });
    ledger.ok(ANA, 'add_expense', { description: 'Tip', amount: 2 });
    assert.deepEqual(ledger.ok(EVE, 'get_expense', { id: 2 }).shares, { Ana: 1, Ben: 0, Cai: 1 });
  },

  'an expense is split among some, or exactly'(context) {
    const ledger = three(context);
    ledger.ok(ANA, 'add_expense', { description: 'Tea', amount: 300, paid_by: 'ben', split_among: ['Cai', 'Ben'] });
    assert.deepEqual(ledger.balances(), { Ana: 0, Ben: 150, Cai: -150 });
    ledger.ok(CAI, 'add_expense', { description: 'Hotel', amount: 900, shares: { Ben: 600, Ana: 300 } });
    assert.deepEqual(ledger.balances(), { Ana: -300, Ben: -450, Cai: 750 });
    assert.deepEqual(ledger.ok(EVE, 'get_expense', { id: 1 }), {
      id: 1, kind: 'expense', description: 'Tea', amount: 300, paid_by: 'Ben',
      shares: { Ben: 150, Cai: 150 }, author: 'Ana', time: 1_700_000_004_000,
    });
  },

  'a wrong expense is refused in words'(context) {
    const ledger = three(context);
    const wrong = (more, kind, text) => {
      const message = ledger.refused(ANA, 'add_expense', { description: 'Tea', amount: 300, ...more }, kind);
      assert.ok(message.includes(text), message);
    };
    wrong({ description: '' }, 'BadArgument', 'description must not be empty');
    wrong({ description: 'x'.repeat(201) }, 'BadArgument', 'at most 200 characters');
    wrong({ description: 'a\nb' }, 'BadArgument', 'a single line');
    wrong({ amount: 0 }, 'BadArgument', 'between 1 and');
    wrong({ amount: -5 }, 'BadArgument', 'between 1 and');
    wrong({ paid_by: 'Zoe' }, 'NoSuchPerson', 'Nobody here is called Zoe.');
    wrong({ split_among: [] }, 'BadArgument', 'names nobody');
    wrong({ split_among: ['Ana', 'ana'] }, 'BadArgument', 'Ana is named twice');
    wrong({ split_among: ['Zoe'] }, 'NoSuchPerson', 'Zoe');
    wrong({ shares: { Ana: 100, Ben: 100 } }, 'BadArgument', 'add up to 200, not to the amount 300');
    wrong({ shares: { Ana: 400, Ben: -100 } }, 'BadArgument', 'between 1 and');
    wrong({ shares: {} }, 'BadArgument', 'add up to 0');
    wrong({ shares: { Ana: 300 }, split_among: ['Ana'] }, 'BadArgument', 'not both');
    ledger.refused(EVE, 'add_expense', { description: 'Tea', amount: 300 }, 'NotJoined');
    trapped(ledger.context.call('add_expense', { description: 'Tea', amount: 1.5 }),
      'Failed to deserialize input from JSON: field `amount`: expected a whole number');
    assert.deepEqual(ledger.balances(), { Ana: 0, Ben: 0, Cai: 0 });
    assert.equal(ledger.ok(EVE, 'summary').expenses, 0);
  },

  'only its author removes an expense'(context) {
    const ledger = three(context);
    const before = ledger.context.rows;
    ledger.ok(ANA, 'add_expense', { description: 'Taxi', amount: 1000 });
    const message = ledger.refused(BEN, 'remove_expense', { id: 1 }, 'NotAuthor');
    assert.equal(message, 'Only Ana, who entered number 1, can remove it.');
    const events = ledger.events(ANA, 'remove_expense', { id: 1 });
    assert.deepEqual(events, [{ kind: 'ExpenseRemoved', data: { id: 1, author: 'Ana' } }]);
    for (const id of [1, 0, -1, 2 ** 40]) {
      ledger.refused(ANA, 'remove_expense', { id }, 'NoSuchExpense');
    }
    assert.deepEqual(ledger.balances(), { Ana: 0, Ben: 0, Cai: 0 });
    assert.equal(ledger.context.rows, before);
    assert.equal(ledger.ok(ANA, 'add_expense', { description: 'Taxi', amount: 1 }), 2, 'numbers are not used again');
  },

  'settling up and paying makes everyone even'(context) {
    const ledger = three(context);
    ledger.ok(ANA, 'add_expense', { description: 'House', amount: 90000 });
    ledger.ok(BEN, 'add_expense', { description: 'Food', amount: 9000 });
    const transfers = ledger.ok(EVE, 'settle_up');
    assert.deepEqual(transfers, [
      { from: 'Ben', to: 'Ana', amount: 24000 }, { from: 'Cai', to: 'Ana', amount: 33000 }]);
    for (const transfer of transfers) ledger.ok(ANA, 'record_payment', transfer);
    assert.deepEqual(ledger.balances(), { Ana: 0, Ben: 0, Cai: 0 });
    assert.deepEqual(ledger.ok(EVE, 'settle_up'), []);
    assert.deepEqual(ledger.ok(EVE, 'summary'),
      { name: 'Trip', currency: 'EUR', people: 3, expenses: 2, payments: 2, total: 99000, you: null });
    ledger.refused(ANA, 'record_payment', { to: 'Ana', amount: 5 }, 'BadArgument');
    ledger.ok(ANA, 'remove_expense', { id: 4 });
    assert.deepEqual(ledger.balances(), { Ana: 33000, Ben: 0, Cai: -33000 });
  },

  'who leaves is even, is left out of what follows, and can come back'(context) {
    const ledger = three(context);
    ledger.ok(ANA, 'add_expense', { description: 'Taxi', amount: 300 });
    assert.equal(ledger.refused(BEN, 'leave', undefined, 'NotSettled'), 'You owe 100; settle up first.');
    ledger.refused(ANA, 'leave', undefined, 'NotSettled');
    ledger.ok(BEN, 'record_payment', { to: 'Ana', amount: 100 });
    ledger.ok(BEN, 'leave');
    ledger.refused(BEN, 'add_expense', { description: 'Tea', amount: 3 }, 'NotJoined');
    ledger.refused(ANA, 'add_expense', { description: 'Tea', amount: 3, split_among: ['Ben'] }, 'NoSuchPerson');
    ledger.ok(ANA, 'add_expense', { description: 'Tea', amount: 200 });
    assert.deepEqual(ledger.balances(), { Ana: 200, Ben: 0, Cai: -200 });
    ledger.refused(BEN, 'join', { name: 'Benno' }, 'AlreadyJoined');
    ledger.ok(BEN, 'join', { name: 'Ben' });
    ledger.ok(BEN, 'add_expense', { description: 'Tea', amount: 3 });
  },

  'expenses are listed newest first, a page at a time'(context) {
    const ledger = three(context);
    for (let id = 1; id <= 130; id++) {
      ledger.ok(ANA, 'add_expense', { description: `number ${id}`, amount: id });
    }
    for (let id = 20; id < 60; id++) ledger.ok(ANA, 'remove_expense', { id });
    const seen = [];
    let before;
    do {
      const page = ledger.ok(EVE, 'list_expenses', { before, limit: 40 });
      assert.ok(page.expenses.length <= 40);
      seen.push(...page.expenses.map((one) => one.id));
      before = page.next;
    } while (before !== null);
    const left = Array.from({ length: 130 }, (_, at) => 130 - at).filter((id) => id < 20 || id >= 60);
    assert.deepEqual(seen, left);
    for (const nothing of ['{}', 'null', undefined]) {
      assert.equal(ledger.ok(EVE, 'list_expenses', nothing).expenses.length, 50);
    }
    assert.deepEqual(ledger.ok(EVE, 'list_expenses', { before: 1 }), { expenses: [], next: null });
    assert.deepEqual(ledger.ok(EVE, 'list_expenses', { before: -9 }), { expenses: [], next: null });
    for (const limit of [0, 101]) ledger.refused(EVE, 'list_expenses', { limit }, 'BadArgument');
  },

  'ten thousand expenses are as cheap to add to as none'(context) {
    const ledger = three(context);
    const add = { description: 'Coffee', amount: 301 };
    for (let id = 1; id <= 10_000; id++) {
      const { ok, writes } = ledger.context.call('add_expense', add, { executor: BEN });
      assert.equal(ok, id);
      assert.ok(writes <= 5, `${writes} rows`);
    }
    const summary = ledger.ok(EVE, 'summary');
    assert.deepEqual([summary.expenses, summary.total], [10_000, 3_010_000]);
    assert.deepEqual(ledger.balances(), { Ana: -1003333, Ben: 2006666, Cai: -1003333 });
    const page = ledger.ok(EVE, 'list_expenses', { before: 5_000, limit: 1 });
    assert.deepEqual([page.expenses[0].id, page.next], [4_999, 4_999]);
  },

  'a ledger of a hundred people works and takes no more'(context) {
    const ledger = empty(context);
    ledger.ok(ANA, 'join', { name: 'Ana' });
    for (let person = 2; person <= 100; person++) ledger.ok(ANA, 'add_person', { name: `Person ${person}` });
    ledger.refused(ANA, 'add_person', { name: 'Another' }, 'TooMany');
    ledger.ok(ANA, 'add_expense', { description: 'Party', amount: 123_457 });
    for (const { from, to, amount } of ledger.ok(EVE, 'settle_up')) {
      ledger.ok(ANA, 'record_payment', { from, to, amount });
    }
    assert.ok(Object.values(ledger.balances()).every((balance) => balance === 0));
  },

  'settling up finds the fewest payments among sixteen people in debt'(context) {
    const ledger = empty(context);
    ledger.ok(ANA, 'join', { name: 'P0' });
    for (let person = 1; person < 16; person++) ledger.ok(ANA, 'add_person', { name: `P${person}` });
    for (let pair = 0; pair < 8; pair++) {
      const shares = { [`P${15 - pair}`]: 10 ** (pair % 4) * (pair + 1) };
      const amount = Object.values(shares)[0];
      ledger.ok(ANA, 'add_expense', { description: 'Loan', amount, paid_by: `P${pair}`, shares });
    }
    assert.equal(ledger.ok(EVE, 'settle_up').length, 8);
  },

  'sums that clients could not read exactly are refused'(context) {
    const ledger = three(context);
    const add = { description: 'Castle', amount: 1_000_000_000_000 };
    for (let round = 0; round < 9007; round++) ledger.ok(ANA, 'add_expense', add);
    ledger.refused(ANA, 'add_expense', add, 'TooLarge');
    ledger.ok(ANA, 'remove_expense', { id: 1 });
    ledger.ok(ANA, 'add_expense', add);
    ledger.balances();
  },

  'names and descriptions are any text'(context) {
    const ledger = empty(context);
    const name = 'Zoë "Z" \\ 😀 <b>';
    ledger.ok(ANA, 'join', { name });
    ledger.ok(ANA, 'add_expense', { description: 'ümläut\u2028', amount: 5, paid_by: name });
    const [only] = ledger.ok(EVE, 'list_expenses', '{}').expenses;
    assert.deepEqual([only.paid_by, only.shares], [name, { [name]: 5 }]);
    ledger.refused(BEN, 'join', { name: 'ZOË "z" \\ 😀 <B>' }, 'NameTaken');
  },
};
