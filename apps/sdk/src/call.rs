// SPDX-License-Identifier: Apache-2.0

//! The convention of a call: named JSON arguments in, JSON or nothing out.

use crate::json::{self, Json, ToJson};
use crate::{env, host};

const OK: u64 = 0;
const ERR: u64 = 1;

/// What a method gives back: nothing, a value, or a `Result` of either.
///
/// An `Err` is an answer too, but the host keeps none of the call's writes and events.
pub trait Answer {
    /// Hands it to the host.
    fn send(self);
}

impl Answer for () {
    fn send(self) {}
}

impl<T: ToJson> Answer for T {
    fn send(self) {
        host::value_return(OK, self.to_json().as_bytes());
    }
}

impl<T: Answer, E: ToJson> Answer for Result<T, E> {
    fn send(self) {
        match self {
            Ok(value) => value.send(),
            Err(error) => host::value_return(ERR, error.to_json().as_bytes()),
        }
    }
}

/// Runs a method; [`crate::export`] writes this call.
pub fn call<A: Answer>(method: fn() -> A) {
    env::report_panics();
    method().send();
}

/// The named arguments of the call. Those that a method does not ask for are ignored.
///
/// Whatever is wrong with them ends the call with a text that names the argument.
pub struct Args(Vec<(String, Json)>);

impl Args {
    /// Reads the input as a JSON object.
    pub fn read() -> Self {
        let input = env::input();
        if input.is_empty() {
            env::panic("Expected input since method has arguments.");
        }
        Self::parse(&input)
    }

    /// Reads the input of a method that can do without any: nothing and `null` are `{}` to it.
    pub fn read_optional() -> Self {
        let input = env::input();
        if input.is_empty() || input == b"null" {
            return Self(Vec::new());
        }
        Self::parse(&input)
    }

    fn parse(input: &[u8]) -> Self {
        match json::parse(input) {
            Ok(Json::Object(fields)) => Self(fields),
            Ok(other) => refuse(&format!("expected an object, found {}", other.kind())),
            Err(error) => refuse(&error),
        }
    }

    /// The argument `name` if it is there and not `null`.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(field, _)| field == name)?;
        let (_, value) = self.0.swap_remove(at);
        if self.0.iter().any(|(field, _)| field == name) {
            refuse(&format!("duplicate field `{}`", name));
        }
        match value {
            Json::Null => None,
            value => Some(value),
        }
    }

    /// The text `name`, if given.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        self.take(name).map(|value| match value {
            Json::Text(text) => text,
            other => wrong(name, "a string", &other),
        })
    }

    /// The text `name`.
    pub fn text(&mut self, name: &str) -> String {
        self.optional_text(name).unwrap_or_else(|| missing(name))
    }

    /// The whole number `name`, if given.
    pub fn optional_integer(&mut self, name: &str) -> Option<i64> {
        self.take(name).map(|value| integer(name, &value))
    }

    /// The whole number `name`.
    pub fn integer(&mut self, name: &str) -> i64 {
        self.optional_integer(name).unwrap_or_else(|| missing(name))
    }

    /// The list of texts `name`, if given.
    pub fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        let items = match self.take(name)? {
            Json::List(items) => items,
            other => wrong(name, "a list of strings", &other),
        };
        let text = |item| match item {
            Json::Text(text) => text,
            other => wrong(name, "a list of strings", &other),
        };
        Some(items.into_iter().map(text).collect())
    }

    /// The object `name` whose values are whole numbers, in the order written, if given.
    pub fn optional_integers(&mut self, name: &str) -> Option<Vec<(String, i64)>> {
        let fields = match self.take(name)? {
            Json::Object(fields) => fields,
            other => wrong(name, "an object of whole numbers", &other),
        };
        let number = |(field, value): (String, Json)| {
            let number = integer(name, &value);
            (field, number)
        };
        Some(fields.into_iter().map(number).collect())
    }
}

fn integer(name: &str, value: &Json) -> i64 {
    match value.as_integer() {
        Some(number) => number,
        None => wrong(name, "a whole number of at most 64 bits", value),
    }
}

fn missing(name: &str) -> ! {
    refuse(&format!("missing field `{}`", name))
}

fn wrong(name: &str, expected: &str, found: &Json) -> ! {
    refuse(&format!(
        "field `{}`: expected {}, found {}",
        name,
        expected,
        found.kind()
    ))
}

fn refuse(reason: &str) -> ! {
    env::panic(&format!(
        "Failed to deserialize input from JSON: {}",
        reason
    ))
}
