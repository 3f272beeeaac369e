// SPDX-License-Identifier: Apache-2.0

//! Expenses and payments: one row each, under `e` and its number.
//!
//! A payment is kept like an expense that one person paid for one other.

use crate::ledger::{broken, numbered, Ledger};
use crate::people::{Names, Person};
use crate::refusal::refuse;
use crate::{rules, Outcome};
use calimero_guest::codec::{Decoder, Encoder};
use calimero_guest::json::Object;
use calimero_guest::storage;
use std::collections::BTreeMap;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Expense = 0,
    Payment = 1,
}

pub struct Share {
    pub person: u32,
    pub amount: i64,
}

pub struct Entry {
    pub kind: Kind,
    pub description: String,
    pub amount: i64,
    pub payer: u32,
    pub author: u32,
    /// Milliseconds since 1970.
    pub time: u64,
    /// Sorted by person; they add up to the amount.
    pub shares: Vec<Share>,
}

impl Entry {
    pub fn read(id: u32) -> Option<Self> {
        let row = storage::read(&numbered(b'e', id))?;
        Some(Self::decode(&row).unwrap_or_else(|| broken("expense")))
    }

    fn decode(row: &[u8]) -> Option<Self> {
        let mut row = Decoder::new(row);
        let kind = match row.u8()? {
            0 => Kind::Expense,
            1 => Kind::Payment,
            _ => return None,
        };
        let description = row.text()?.to_owned();
        let (amount, payer, author, time) = (row.i64()?, row.u32()?, row.u32()?, row.u64()?);
        let count = row.u32()?;
        let shares = (0..count)
            .map(|_| {
                Some(Share {
                    person: row.u32()?,
                    amount: row.i64()?,
                })
            })
            .collect::<Option<_>>()?;
        row.end()?;
        Some(Self {
            kind,
            description,
            amount,
            payer,
            author,
            time,
            shares,
        })
    }

    fn write(&self, id: u32) {
        let row = Encoder::new()
            .u8(self.kind as u8)
            .text(&self.description)
            .i64(self.amount)
            .u32(self.payer)
            .u32(self.author)
            .u64(self.time)
            .u32(self.shares.len() as u32);
        let row = self
            .shares
            .iter()
            .fold(row, |row, share| row.u32(share.person).i64(share.amount));
        storage::write(&numbered(b'e', id), &row.finish());
    }

    /// Writes it and what it does to the ledger and the accounts; its number.
    pub fn enter(&self, ledger: &mut Ledger) -> Outcome<u32> {
        let id = ledger.next_id;
        ledger.next_id = match id.checked_add(1) {
            Some(next) => next,
            None => return refuse("TooMany", "This ledger is full.".to_owned()),
        };
        self.apply(ledger, 1)?;
        self.write(id);
        Ok(id)
    }

    /// Removes it and undoes what it did.
    pub fn withdraw(&self, id: u32, ledger: &mut Ledger) -> Outcome<()> {
        self.apply(ledger, -1)?;
        storage::remove(&numbered(b'e', id));
        Ok(())
    }

    fn apply(&self, ledger: &mut Ledger, sign: i64) -> Outcome<()> {
        match self.kind {
            Kind::Expense => {
                ledger.expenses = step(ledger.expenses, sign);
                ledger.total = rules::add(ledger.total, sign * self.amount)?;
            }
            Kind::Payment => ledger.payments = step(ledger.payments, sign),
        }
        let mut touched = BTreeMap::new();
        let payer = touched
            .entry(self.payer)
            .or_insert_with(|| Person::load(self.payer));
        payer.paid = rules::add(payer.paid, sign * self.amount)?;
        for share in &self.shares {
            let person = touched
                .entry(share.person)
                .or_insert_with(|| Person::load(share.person));
            person.share = rules::add(person.share, sign * share.amount)?;
        }
        touched.values().for_each(Person::save);
        ledger.save();
        Ok(())
    }

    pub fn describe(&self, id: u32, names: &mut Names) -> Object {
        let object = Object::new().field("id", &id);
        let object = match self.kind {
            Kind::Expense => {
                let shares = self.shares.iter().fold(Object::new(), |shares, share| {
                    shares.field(names.of(share.person), &share.amount)
                });
                object
                    .field("kind", "expense")
                    .field("description", &self.description)
                    .field("amount", &self.amount)
                    .field("paid_by", names.of(self.payer))
                    .field("shares", &shares)
            }
            Kind::Payment => {
                let to = self.shares.first().unwrap_or_else(|| broken("payment"));
                object
                    .field("kind", "payment")
                    .field("from", names.of(self.payer))
                    .field("to", names.of(to.person))
                    .field("amount", &self.amount)
            }
        };
        object
            .field("author", names.of(self.author))
            .field("time", &self.time)
    }
}

fn step(count: u32, sign: i64) -> u32 {
    if sign > 0 {
        count + 1
    } else {
        count - 1
    }
}
