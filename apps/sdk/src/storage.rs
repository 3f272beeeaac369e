// SPDX-License-Identifier: Apache-2.0

//! The rows of the context: bytes under a key of bytes. A key is at most 1 MiB long, a value 10 MiB.
//!
//! There is no iteration over keys: an application that must list its rows numbers them.

use crate::env::{take_register, REGISTER};
use crate::host;

/// The value under `key`.
pub fn read(key: &[u8]) -> Option<Vec<u8>> {
    host::storage_read(key, REGISTER).then(take_register)
}

/// Whether there is a value under `key`.
pub fn contains(key: &[u8]) -> bool {
    host::storage_read(key, REGISTER)
}

/// Puts `value` under `key`; true if another one was there.
pub fn write(key: &[u8], value: &[u8]) -> bool {
    host::storage_write(key, value, REGISTER)
}

/// Removes what is under `key`; true if something was there.
pub fn remove(key: &[u8]) -> bool {
    host::storage_remove(key, REGISTER)
}
