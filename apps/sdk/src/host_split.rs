// SPDX-License-Identifier: Apache-2.0

//! The host functions as they were from June 2024 to August 2025: an aggregate is spread out as
//! address and length. Both are 64 bits wide, as registers are; truth values are 32.

mod raw {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn panic_utf8(
            message: u64,
            message_len: u64,
            file: u64,
            file_len: u64,
            line: u32,
            column: u32,
        ) -> !;
        pub fn register_len(register: u64) -> u64;
        pub fn read_register(register: u64, address: u64, length: u64) -> u32;
        pub fn context_id(register: u64);
        pub fn executor_id(register: u64);
        pub fn input(register: u64);
        pub fn value_return(tag: u64, value: u64, value_len: u64);
        pub fn log_utf8(text: u64, text_len: u64);
        pub fn emit(kind: u64, kind_len: u64, data: u64, data_len: u64);
        pub fn commit(root: u64, root_len: u64, artifact: u64, artifact_len: u64);
        pub fn storage_read(key: u64, key_len: u64, register: u64) -> u32;
        pub fn storage_write(
            key: u64,
            key_len: u64,
            value: u64,
            value_len: u64,
            register: u64,
        ) -> u32;
        pub fn storage_remove(key: u64, key_len: u64, register: u64) -> u32;
        pub fn random_bytes(address: u64, length: u64);
        pub fn time_now(address: u64, length: u64);
    }
}

fn at(bytes: &[u8]) -> u64 {
    bytes.as_ptr() as u64
}

fn len(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

// Every call below passes addresses of values that outlive it, and the host touches memory only
// during the call.

pub fn panic_utf8(message: &str, file: &str, line: u32, column: u32) -> ! {
    let (message, file) = (message.as_bytes(), file.as_bytes());
    unsafe { raw::panic_utf8(at(message), len(message), at(file), len(file), line, column) }
}

pub fn register_len(register: u64) -> u64 {
    unsafe { raw::register_len(register) }
}

pub fn read_register(register: u64, bytes: &mut [u8]) -> bool {
    unsafe { raw::read_register(register, bytes.as_mut_ptr() as u64, bytes.len() as u64) == 1 }
}

pub fn context_id(register: u64) {
    unsafe { raw::context_id(register) }
}

pub fn executor_id(register: u64) {
    unsafe { raw::executor_id(register) }
}

pub fn input(register: u64) {
    unsafe { raw::input(register) }
}

pub fn value_return(tag: u64, value: &[u8]) {
    unsafe { raw::value_return(tag, at(value), len(value)) }
}

pub fn log_utf8(text: &str) {
    unsafe { raw::log_utf8(at(text.as_bytes()), len(text.as_bytes())) }
}

pub fn emit(kind: &str, data: &[u8]) {
    let kind = kind.as_bytes();
    unsafe { raw::emit(at(kind), len(kind), at(data), len(data)) }
}

pub fn commit(root: &[u8; 32], artifact: &[u8]) {
    unsafe { raw::commit(at(root), len(root), at(artifact), len(artifact)) }
}

pub fn storage_read(key: &[u8], register: u64) -> bool {
    unsafe { raw::storage_read(at(key), len(key), register) == 1 }
}

pub fn storage_write(key: &[u8], value: &[u8], register: u64) -> bool {
    unsafe { raw::storage_write(at(key), len(key), at(value), len(value), register) == 1 }
}

pub fn storage_remove(key: &[u8], register: u64) -> bool {
    unsafe { raw::storage_remove(at(key), len(key), register) == 1 }
}

pub fn random_bytes(bytes: &mut [u8]) {
    unsafe { raw::random_bytes(bytes.as_mut_ptr() as u64, bytes.len() as u64) }
}

pub fn time_now(bytes: &mut [u8; 8]) {
    unsafe { raw::time_now(bytes.as_mut_ptr() as u64, bytes.len() as u64) }
}
