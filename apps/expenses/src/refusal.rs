// SPDX-License-Identifier: Apache-2.0

//! Why a call was refused.

use calimero_guest::json::{Object, ToJson};

/// An answer that is an error: one word for programs, a sentence for people.
pub struct Refusal {
    kind: &'static str,
    message: String,
}

pub fn refuse<T>(kind: &'static str, message: String) -> Result<T, Refusal> {
    Err(Refusal { kind, message })
}

impl ToJson for Refusal {
    fn write_json(&self, out: &mut String) {
        Object::new()
            .field("kind", self.kind)
            .field("message", &self.message)
            .write_json(out);
    }
}
