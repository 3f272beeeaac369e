// SPDX-License-Identifier: Apache-2.0

//! A ledger of shared expenses: who paid what for whom, who owes whom, and how to settle up.
//!
//! All amounts are whole numbers in the currency's smallest unit (cents). Everyone whose identity is
//! bound to a person of the ledger may enter expenses and payments; only who entered one may remove
//! it. What goes wrong is answered as `{"kind": …, "message": …}`.
//!
//! Rows: see [`ledger`], [`people`] and [`entries`].

mod entries;
mod ledger;
mod people;
mod refusal;
mod rules;
mod settle;

use calimero_guest::json::{Object, ToJson};
use calimero_guest::{env, export, Args};
use entries::{Entry, Kind, Share};
use ledger::Ledger;
use people::{Names, Person};
use refusal::{refuse, Refusal};

export!(
    init,
    join,
    add_person,
    leave,
    add_expense,
    record_payment,
    remove_expense,
    get_expense,
    list_expenses,
    people,
    balances,
    settle_up,
    summary,
);

type Outcome<T> = Result<T, Refusal>;

/// Expenses in a page of `list_expenses` unless asked otherwise, and at most.
const PAGE_DEFAULT: i64 = 50;
const PAGE_MAX: i64 = 100;

/// Numbers of removed expenses that one page may pass over, so that its cost is bounded.
const PAGE_SCAN_MAX: u32 = 1000;

fn init() -> Outcome<()> {
    ledger::refuse_second_init();
    let mut args = Args::read();
    let name = rules::name("name", &args.text("name"))?;
    let currency = rules::currency(&args.text("currency"))?;
    Ledger::new(name, currency).save();
    Ok(())
}

/// Binds the caller to a person: a new one, or one whom somebody added before.
fn join() -> Outcome<Object> {
    let mut ledger = Ledger::load();
    let name = rules::name("name", &Args::read().text("name"))?;
    let executor = env::executor_id();
    let mut person = match Person::of_executor(&executor) {
        Some(known) if known.active || !people::same_name(&known.name, &name) => {
            return refuse(
                "AlreadyJoined",
                format!("You are in this ledger as {}.", known.name),
            )
        }
        Some(known) => known,
        None => match Person::named(&name) {
            Some(taken) if taken.executor.is_some() => {
                return refuse(
                    "NameTaken",
                    format!("Someone else is {} here; choose another name.", taken.name),
                )
            }
            Some(waiting) => waiting,
            None => Person::add(&mut ledger, &name)?,
        },
    };
    person.active = true;
    person.bind(executor);
    person.save();
    ledger.save();
    let event = Object::new()
        .field("name", &person.name)
        .field("executor", &person.executor_text());
    env::emit("PersonJoined", &event);
    Ok(person.describe())
}

/// Adds someone who has no identity here (yet); they can claim the name with `join`.
fn add_person() -> Outcome<Object> {
    let mut ledger = Ledger::load();
    let name = rules::name("name", &Args::read().text("name"))?;
    let author = caller()?;
    if let Some(known) = Person::named(&name) {
        return refuse(
            "NameTaken",
            format!("{} is in this ledger already.", known.name),
        );
    }
    let person = Person::add(&mut ledger, &name)?;
    person.save();
    ledger.save();
    env::emit(
        "PersonAdded",
        &Object::new()
            .field("name", &person.name)
            .field("author", &author.name),
    );
    Ok(person.describe())
}

/// Takes the caller out of future expenses. Only who is even may go.
fn leave() -> Outcome<()> {
    Ledger::load();
    let mut person = caller()?;
    match person.balance() {
        0 => {}
        owed if owed > 0 => {
            return refuse(
                "NotSettled",
                format!("You are owed {}; settle up first.", owed),
            )
        }
        owes => return refuse("NotSettled", format!("You owe {}; settle up first.", -owes)),
    }
    person.active = false;
    person.save();
    env::emit("PersonLeft", &Object::new().field("name", &person.name));
    Ok(())
}

/// Enters an expense, by default paid by the caller and split equally among everyone active.
fn add_expense() -> Outcome<u32> {
    let mut ledger = Ledger::load();
    let mut args = Args::read();
    let description = rules::description(&args.text("description"))?;
    let amount = rules::amount(args.integer("amount"))?;
    let paid_by = args.optional_text("paid_by");
    let among = args.optional_texts("split_among");
    let exactly = args.optional_integers("shares");
    let author = caller()?;
    let payer = match paid_by {
        Some(name) => active(&name)?,
        None => author.clone(),
    };
    let shares = match (among, exactly) {
        (Some(_), Some(_)) => {
            return refuse(
                "BadArgument",
                "Give either split_among or shares, not both.".to_owned(),
            )
        }
        (None, Some(amounts)) => exact_shares(amount, amounts)?,
        (Some(names), None) => divide(&ledger, amount, shares_of(&names)?)?,
        (None, None) => divide(&ledger, amount, everyone(&ledger))?,
    };
    let entry = Entry {
        kind: Kind::Expense,
        description,
        amount,
        payer: payer.number,
        author: author.number,
        time: now(),
        shares,
    };
    let id = entry.enter(&mut ledger)?;
    let event = Object::new()
        .field("id", &id)
        .field("description", &entry.description)
        .field("amount", &amount)
        .field("paid_by", &payer.name)
        .field("author", &author.name);
    env::emit("ExpenseAdded", &event);
    Ok(id)
}

fn everyone(ledger: &Ledger) -> Vec<Share> {
    let active = people::all(ledger).filter(|person| person.active);
    active
        .map(|person| Share {
            person: person.number,
            amount: 0,
        })
        .collect()
}

fn shares_of(names: &[String]) -> Outcome<Vec<Share>> {
    let shares = names.iter().map(|name| {
        Ok(Share {
            person: active(name)?.number,
            amount: 0,
        })
    });
    in_order(shares.collect::<Outcome<_>>()?)
}

/// Shares by the numbers of their persons, each of whom has one.
fn in_order(mut shares: Vec<Share>) -> Outcome<Vec<Share>> {
    shares.sort_unstable_by_key(|share| share.person);
    match shares
        .windows(2)
        .find(|pair| pair[0].person == pair[1].person)
    {
        None => Ok(shares),
        Some(pair) => {
            let name = Person::load(pair[0].person).name;
            refuse("BadArgument", format!("{} is named twice.", name))
        }
    }
}

/// Divides evenly. What cannot be divided goes, unit by unit, to persons in the order of their
/// numbers, beginning with another one for each expense so that it evens out.
fn divide(ledger: &Ledger, amount: i64, mut shares: Vec<Share>) -> Outcome<Vec<Share>> {
    if shares.is_empty() {
        return refuse("BadArgument", "split_among names nobody.".to_owned());
    }
    let count = shares.len();
    let (even, rest) = (amount / count as i64, (amount % count as i64) as usize);
    let first = ledger.next_id as usize % count;
    for (at, share) in shares.iter_mut().enumerate() {
        let extra = (at + count - first) % count < rest;
        share.amount = even + i64::from(extra);
    }
    Ok(shares)
}

fn exact_shares(amount: i64, amounts: Vec<(String, i64)>) -> Outcome<Vec<Share>> {
    let mut shares = Vec::with_capacity(amounts.len());
    let mut sum = 0_i64;
    for (name, part) in amounts {
        let part = rules::amount(part)?;
        sum = sum.saturating_add(part);
        shares.push(Share {
            person: active(&name)?.number,
            amount: part,
        });
    }
    if sum != amount {
        return refuse(
            "BadArgument",
            format!(
                "The shares add up to {}, not to the amount {}.",
                sum, amount
            ),
        );
    }
    in_order(shares)
}

/// Enters that one person gave money to another, outside the ledger.
fn record_payment() -> Outcome<u32> {
    let mut ledger = Ledger::load();
    let mut args = Args::read();
    let amount = rules::amount(args.integer("amount"))?;
    let to = args.text("to");
    let from = args.optional_text("from");
    let author = caller()?;
    let to = existing(&to)?;
    let from = match from {
        Some(name) => existing(&name)?,
        None => author.clone(),
    };
    if from.number == to.number {
        return refuse(
            "BadArgument",
            format!("{} cannot pay themselves.", from.name),
        );
    }
    let shares = vec![Share {
        person: to.number,
        amount,
    }];
    let entry = Entry {
        kind: Kind::Payment,
        description: String::new(),
        amount,
        payer: from.number,
        author: author.number,
        time: now(),
        shares,
    };
    let id = entry.enter(&mut ledger)?;
    let event = Object::new()
        .field("id", &id)
        .field("from", &from.name)
        .field("to", &to.name)
        .field("amount", &amount)
        .field("author", &author.name);
    env::emit("PaymentRecorded", &event);
    Ok(id)
}

/// Removes an expense or a payment and what it did to the balances.
fn remove_expense() -> Outcome<()> {
    let mut ledger = Ledger::load();
    let id = rules::id(Args::read().integer("id"))?;
    let author = caller()?;
    let entry = find(id)?;
    if entry.author != author.number {
        let name = Person::load(entry.author).name;
        return refuse(
            "NotAuthor",
            format!("Only {}, who entered number {}, can remove it.", name, id),
        );
    }
    entry.withdraw(id, &mut ledger)?;
    env::emit(
        "ExpenseRemoved",
        &Object::new().field("id", &id).field("author", &author.name),
    );
    Ok(())
}

fn get_expense() -> Outcome<Object> {
    Ledger::load();
    let id = rules::id(Args::read().integer("id"))?;
    Ok(find(id)?.describe(id, &mut Names::default()))
}

/// A page of expenses and payments, newest first; `next` is the `before` of the following page.
fn list_expenses() -> Outcome<Object> {
    let ledger = Ledger::load();
    let mut args = Args::read_optional();
    let limit = args.optional_integer("limit").unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return refuse(
            "BadArgument",
            format!("limit must be between 1 and {}.", PAGE_MAX),
        );
    }
    let before = args
        .optional_integer("before")
        .unwrap_or(i64::MAX)
        .clamp(1, ledger.next_id.into());
    let mut names = Names::default();
    let mut page = Vec::new();
    let mut id = before as u32;
    let stop = id.saturating_sub(PAGE_SCAN_MAX).max(1);
    while id > stop && (page.len() as i64) < limit {
        id -= 1;
        if let Some(entry) = Entry::read(id) {
            page.push(entry.describe(id, &mut names));
        }
    }
    let next = (id > 1).then(|| id);
    Ok(Object::new().field("expenses", &page).field("next", &next))
}

fn people() -> Vec<Object> {
    people::all(&Ledger::load())
        .map(|person| person.describe())
        .collect()
}

/// Everyone's account, in the order of joining: a positive balance is money to get back.
fn balances() -> Vec<Object> {
    let account = |person: Person| {
        Object::new()
            .field("name", &person.name)
            .field("paid", &person.paid)
            .field("share", &person.share)
            .field("balance", &person.balance())
    };
    people::all(&Ledger::load()).map(account).collect()
}

/// The fewest payments after which everyone is even.
fn settle_up() -> Vec<Object> {
    let people: Vec<Person> = people::all(&Ledger::load()).collect();
    let balances: Vec<i64> = people.iter().map(Person::balance).collect();
    let transfer = |transfer: &settle::Transfer| {
        Object::new()
            .field("from", &people[transfer.from].name)
            .field("to", &people[transfer.to].name)
            .field("amount", &transfer.amount)
    };
    settle::settle(&balances).iter().map(transfer).collect()
}

fn summary() -> impl ToJson {
    let ledger = Ledger::load();
    let you = Person::of_executor(&env::executor_id()).filter(|person| person.active);
    Object::new()
        .field("name", &ledger.name)
        .field("currency", &ledger.currency)
        .field("people", &ledger.people)
        .field("expenses", &ledger.expenses)
        .field("payments", &ledger.payments)
        .field("total", &ledger.total)
        .field("you", &you.map(|person| person.name))
}

/// The person that the caller is.
fn caller() -> Outcome<Person> {
    match Person::of_executor(&env::executor_id()) {
        Some(person) if person.active => Ok(person),
        Some(person) => refuse(
            "NotJoined",
            format!(
                "You have left this ledger; join as {} to come back.",
                person.name
            ),
        ),
        None => refuse(
            "NotJoined",
            "You are not in this ledger yet; call join with your name first.".to_owned(),
        ),
    }
}

fn existing(name: &str) -> Outcome<Person> {
    match Person::named(name) {
        Some(person) => Ok(person),
        None => refuse(
            "NoSuchPerson",
            format!("Nobody here is called {}.", rules::quote(name)),
        ),
    }
}

fn active(name: &str) -> Outcome<Person> {
    let person = existing(name)?;
    if !person.active {
        return refuse(
            "NoSuchPerson",
            format!("{} has left this ledger.", person.name),
        );
    }
    Ok(person)
}

fn find(id: u32) -> Outcome<Entry> {
    match Entry::read(id) {
        Some(entry) => Ok(entry),
        None => refuse("NoSuchExpense", format!("There is no number {}.", id)),
    }
}

/// Milliseconds since 1970, which fit into the numbers of every JSON reader.
fn now() -> u64 {
    env::time_now() / 1_000_000
}
