// SPDX-License-Identifier: Apache-2.0

//! The persons of the ledger and their accounts.
//!
//! | key | value |
//! |---|---|
//! | `m` number | the person: name, identity, account |
//! | `n` name in lower case | number |
//! | `x` executor | number |

use crate::ledger::{broken, numbered, Ledger};
use crate::refusal::refuse;
use crate::Outcome;
use calimero_guest::codec::{Decoder, Encoder};
use calimero_guest::json::Object;
use calimero_guest::{storage, to_base58};
use std::collections::BTreeMap;

/// Persons in a ledger: whoever splits among all of them writes as many rows.
const PEOPLE_MAX: u32 = 100;

#[derive(Clone)]
pub struct Person {
    pub number: u32,
    pub name: String,
    pub executor: Option<[u8; 32]>,
    pub active: bool,
    /// What they have paid for expenses and to others.
    pub paid: i64,
    /// Their part of expenses and what others have paid to them.
    pub share: i64,
}

/// Everyone who was ever in the ledger, in the order of joining.
pub fn all(ledger: &Ledger) -> impl Iterator<Item = Person> {
    (0..ledger.people).map(Person::load)
}

pub fn same_name(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn name_key(name: &str) -> Vec<u8> {
    Encoder::new()
        .raw(b"n")
        .raw(name.trim().to_lowercase().as_bytes())
        .finish()
}

fn executor_key(executor: &[u8; 32]) -> Vec<u8> {
    Encoder::new().raw(b"x").raw(executor).finish()
}

fn number_under(key: &[u8]) -> Option<u32> {
    let row = storage::read(key)?;
    Some(Decoder::new(&row).u32().unwrap_or_else(|| broken("person")))
}

impl Person {
    /// A new person, not yet saved.
    pub fn add(ledger: &mut Ledger, name: &str) -> Outcome<Self> {
        if ledger.people >= PEOPLE_MAX {
            return refuse(
                "TooMany",
                format!("A ledger holds at most {} people.", PEOPLE_MAX),
            );
        }
        let number = ledger.people;
        ledger.people += 1;
        storage::write(&name_key(name), &number.to_le_bytes());
        Ok(Self {
            number,
            name: name.to_owned(),
            executor: None,
            active: true,
            paid: 0,
            share: 0,
        })
    }

    pub fn named(name: &str) -> Option<Self> {
        number_under(&name_key(name)).map(Self::load)
    }

    pub fn of_executor(executor: &[u8; 32]) -> Option<Self> {
        number_under(&executor_key(executor)).map(Self::load)
    }

    pub fn load(number: u32) -> Self {
        let row = storage::read(&numbered(b'm', number)).unwrap_or_else(|| broken("person"));
        Self::decode(number, &row).unwrap_or_else(|| broken("person"))
    }

    fn decode(number: u32, row: &[u8]) -> Option<Self> {
        let mut row = Decoder::new(row);
        let name = row.text()?.to_owned();
        let executor = match row.u8()? {
            0 => None,
            _ => Some(row.array()?),
        };
        let active = row.u8()? == 1;
        let (paid, share) = (row.i64()?, row.i64()?);
        row.end()?;
        Some(Self {
            number,
            name,
            executor,
            active,
            paid,
            share,
        })
    }

    pub fn save(&self) {
        let row = Encoder::new().text(&self.name);
        let row = match &self.executor {
            None => row.u8(0),
            Some(executor) => row.u8(1).raw(executor),
        };
        let row = row.u8(self.active.into()).i64(self.paid).i64(self.share);
        storage::write(&numbered(b'm', self.number), &row.finish());
    }

    /// Makes `executor` speak for this person from now on.
    pub fn bind(&mut self, executor: [u8; 32]) {
        storage::write(&executor_key(&executor), &self.number.to_le_bytes());
        self.executor = Some(executor);
    }

    pub fn balance(&self) -> i64 {
        self.paid - self.share
    }

    pub fn executor_text(&self) -> Option<String> {
        self.executor.as_ref().map(to_base58)
    }

    pub fn describe(&self) -> Object {
        Object::new()
            .field("name", &self.name)
            .field("executor", &self.executor_text())
            .field("active", &self.active)
    }
}

/// Names by number, each read once.
#[derive(Default)]
pub struct Names(BTreeMap<u32, String>);

impl Names {
    pub fn of(&mut self, number: u32) -> &str {
        self.0
            .entry(number)
            .or_insert_with(|| Person::load(number).name)
    }
}
