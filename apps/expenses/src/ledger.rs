// SPDX-License-Identifier: Apache-2.0

//! The row `STATE`: what the ledger is and how much is in it. Small, so that every write stays cheap.

use calimero_guest::codec::{Decoder, Encoder};
use calimero_guest::{env, storage};

const STATE: &[u8] = b"STATE";

/// Format of all rows of the ledger, first byte of `STATE`.
const VERSION: u8 = 1;

pub struct Ledger {
    pub name: String,
    pub currency: String,
    /// How many persons have ever been in it; they are numbered from 0.
    pub people: u32,
    /// The number that the next expense or payment gets; the first is 1.
    pub next_id: u32,
    pub expenses: u32,
    pub payments: u32,
    /// Sum of all expenses.
    pub total: i64,
}

pub fn refuse_second_init() {
    if storage::contains(STATE) {
        env::panic("Cannot initialize over already existing state.");
    }
}

impl Ledger {
    pub fn new(name: String, currency: String) -> Self {
        Self {
            name,
            currency,
            people: 0,
            next_id: 1,
            expenses: 0,
            payments: 0,
            total: 0,
        }
    }

    pub fn load() -> Self {
        let row = storage::read(STATE).unwrap_or_else(|| env::panic("Failed to read app state."));
        Self::decode(&row).unwrap_or_else(|| broken("STATE"))
    }

    fn decode(row: &[u8]) -> Option<Self> {
        let mut row = Decoder::new(row);
        if row.u8()? != VERSION {
            return None;
        }
        let ledger = Self {
            name: row.text()?.to_owned(),
            currency: row.text()?.to_owned(),
            people: row.u32()?,
            next_id: row.u32()?,
            expenses: row.u32()?,
            payments: row.u32()?,
            total: row.i64()?,
        };
        row.end()?;
        Some(ledger)
    }

    pub fn save(&self) {
        let row = Encoder::new()
            .u8(VERSION)
            .text(&self.name)
            .text(&self.currency)
            .u32(self.people)
            .u32(self.next_id)
            .u32(self.expenses)
            .u32(self.payments)
            .i64(self.total);
        storage::write(STATE, &row.finish());
    }
}

/// Key of a numbered row: keys sort as their numbers do.
pub fn numbered(kind: u8, number: u32) -> [u8; 5] {
    let [a, b, c, d] = number.to_be_bytes();
    [kind, a, b, c, d]
}

pub fn broken(row: &str) -> ! {
    env::panic(&format!("Cannot deserialize app state: {}", row))
}
