// SPDX-License-Identifier: Apache-2.0

//! What may be entered.

use crate::refusal::refuse;
use crate::Outcome;

const NAME_MAX: usize = 60;
const DESCRIPTION_MAX: usize = 200;
const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// Largest sum kept: beyond it a JSON number loses digits in many clients.
pub const SUM_MAX: i64 = (1 << 53) - 1;

pub fn name(field: &str, given: &str) -> Outcome<String> {
    text(field, given, NAME_MAX)
}

pub fn description(given: &str) -> Outcome<String> {
    text("description", given, DESCRIPTION_MAX)
}

fn text(field: &str, given: &str, longest: usize) -> Outcome<String> {
    let text = given.trim();
    if text.is_empty() {
        return refuse("BadArgument", format!("{} must not be empty.", field));
    }
    if text.chars().count() > longest {
        return refuse(
            "BadArgument",
            format!("{} must have at most {} characters.", field, longest),
        );
    }
    if text.chars().any(char::is_control) {
        return refuse(
            "BadArgument",
            format!("{} must be a single line of text.", field),
        );
    }
    Ok(text.to_owned())
}

pub fn currency(given: &str) -> Outcome<String> {
    let wellformed = (3..=8).contains(&given.len())
        && given
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !wellformed {
        let message = "currency must be a code of 3 to 8 capital letters or digits, like EUR.";
        return refuse("BadArgument", message.to_owned());
    }
    Ok(given.to_owned())
}

pub fn amount(given: i64) -> Outcome<i64> {
    if !(1..=AMOUNT_MAX).contains(&given) {
        let message = format!(
            "An amount must be between 1 and {} of the smallest unit.",
            AMOUNT_MAX
        );
        return refuse("BadArgument", message);
    }
    Ok(given)
}

pub fn id(given: i64) -> Outcome<u32> {
    match given.try_into() {
        Ok(id) => Ok(id),
        Err(_) => refuse("NoSuchExpense", format!("There is no number {}.", given)),
    }
}

/// `sum + amount`, where the result is still exact for every client.
pub fn add(sum: i64, amount: i64) -> Outcome<i64> {
    match sum.checked_add(amount) {
        Some(sum) if sum <= SUM_MAX => Ok(sum),
        _ => refuse(
            "TooLarge",
            format!("Sums in this ledger must stay below {}.", SUM_MAX),
        ),
    }
}

/// A name as given, shortened for a message.
pub fn quote(given: &str) -> String {
    let mut quoted: String = given.chars().take(NAME_MAX).collect();
    if quoted.len() < given.len() {
        quoted.push('…');
    }
    quoted
}
