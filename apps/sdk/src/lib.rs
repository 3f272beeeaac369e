// SPDX-License-Identifier: Apache-2.0

//! A small guest SDK: everything an application of a Calimero node calls, wrapped safely.
//!
//! An application is a WebAssembly module whose methods are exports without parameters and without
//! results. Arguments come as a JSON object through [`Args`], results go back as JSON through
//! [`Answer`], and state lives in the rows of [`storage`]. Nothing else survives a call: each one
//! starts on clean memory.
//!
//! A method must be deterministic, because every member's node executes it again. The host makes
//! [`env::time_now`] and [`env::random_bytes`] the same for all of them.
//!
//! The host functions exist in two shapes. The default is the one of 2025 and later, where
//! aggregates are passed as addresses of structs; the feature `split` selects the flat one of 2024.

#![deny(missing_docs)]

mod base58;
mod call;
pub mod codec;
pub mod env;
#[cfg_attr(feature = "split", path = "host_split.rs")]
#[cfg_attr(not(feature = "split"), path = "host_ref.rs")]
mod host;
pub mod json;
#[cfg(not(feature = "split"))]
pub mod node;
#[cfg(not(feature = "split"))]
pub mod private;
pub mod storage;

pub use base58::to_base58;
pub use call::{call, Answer, Args};

/// Exports functions of the calling module as methods of the application.
///
/// Each one takes nothing and returns an [`Answer`].
#[macro_export]
macro_rules! export {
    ($($name:ident),+ $(,)?) => {
        mod exports {
            $(
                #[no_mangle]
                pub extern "C" fn $name() {
                    $crate::call(super::$name)
                }
            )+
        }
    };
}
