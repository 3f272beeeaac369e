// SPDX-License-Identifier: Apache-2.0

//! The entries and where they are.

use calimero_guest::codec::{Decoder, Encoder};
use calimero_guest::{env, storage};

const STATE: &[u8] = b"STATE";

/// Format of the rows, first byte of `STATE`.
const VERSION: u8 = 1;

/// Keys in a page: more make listing cheaper and a new key dearer.
const PAGE: u32 = 16;

/// The number of entries, and through it every entry.
pub struct Index {
    count: u32,
}

struct Entry {
    slot: u32,
    value: String,
}

impl Index {
    pub fn create() {
        if storage::contains(STATE) {
            env::panic("Cannot initialize over already existing state.");
        }
        Self { count: 0 }.save();
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
        let count = row.u32()?;
        row.end()?;
        Some(Self { count })
    }

    fn save(&self) {
        storage::write(STATE, &Encoder::new().u8(VERSION).u32(self.count).finish());
    }

    pub fn len(&self) -> u32 {
        self.count
    }

    pub fn get(&self, key: &str) -> Option<String> {
        read_entry(key).map(|entry| entry.value)
    }

    /// Puts an entry; true if the key is new.
    pub fn put(&mut self, key: &str, value: &str) -> bool {
        if let Some(entry) = read_entry(key) {
            write_entry(key, entry.slot, value);
            return false;
        }
        let slot = self.count;
        write_entry(key, slot, value);
        let mut page = if slot % PAGE == 0 {
            Vec::new()
        } else {
            read_page(slot / PAGE)
        };
        page.push(key.to_owned());
        write_page(slot / PAGE, &page);
        self.count += 1;
        self.save();
        true
    }

    /// Removes an entry, moving the last one into its slot.
    pub fn remove(&mut self, key: &str) -> Option<String> {
        let removed = read_entry(key)?;
        storage::remove(&entry_key(key));
        let last = self.count - 1;
        let mut tail = read_page(last / PAGE);
        let moved = tail.pop().unwrap_or_else(|| broken("page"));
        let same_page = removed.slot / PAGE == last / PAGE;
        if removed.slot != last {
            let entry = read_entry(&moved).unwrap_or_else(|| broken("entry"));
            write_entry(&moved, removed.slot, &entry.value);
            if same_page {
                tail[(removed.slot % PAGE) as usize] = moved;
            } else {
                let mut page = read_page(removed.slot / PAGE);
                page[(removed.slot % PAGE) as usize] = moved;
                write_page(removed.slot / PAGE, &page);
            }
        }
        if tail.is_empty() {
            storage::remove(&page_key(last / PAGE));
        } else {
            write_page(last / PAGE, &tail);
        }
        self.count = last;
        self.save();
        Some(removed.value)
    }

    pub fn clear(&mut self) {
        for page in 0..self.pages() {
            for key in read_page(page) {
                storage::remove(&entry_key(&key));
            }
            storage::remove(&page_key(page));
        }
        self.count = 0;
        self.save();
    }

    /// All keys, in no order of use.
    pub fn keys(&self) -> Vec<String> {
        (0..self.pages()).flat_map(read_page).collect()
    }

    fn pages(&self) -> u32 {
        (self.count + PAGE - 1) / PAGE
    }
}

/// The value under a key that is known to be there.
pub fn value_of(key: &str) -> String {
    read_entry(key).unwrap_or_else(|| broken("entry")).value
}

fn entry_key(key: &str) -> Vec<u8> {
    Encoder::new().raw(b"e").raw(key.as_bytes()).finish()
}

fn page_key(page: u32) -> Vec<u8> {
    Encoder::new().raw(b"p").raw(&page.to_be_bytes()).finish()
}

fn read_entry(key: &str) -> Option<Entry> {
    let mut row = storage::read(&entry_key(key))?;
    let slot = Decoder::new(&row).u32().unwrap_or_else(|| broken("entry"));
    row.drain(..4);
    let value = String::from_utf8(row).unwrap_or_else(|_| broken("entry"));
    Some(Entry { slot, value })
}

fn write_entry(key: &str, slot: u32, value: &str) {
    let row = Encoder::new().u32(slot).raw(value.as_bytes()).finish();
    storage::write(&entry_key(key), &row);
}

fn read_page(page: u32) -> Vec<String> {
    let row = storage::read(&page_key(page)).unwrap_or_else(|| broken("page"));
    decode_page(&row).unwrap_or_else(|| broken("page"))
}

fn decode_page(row: &[u8]) -> Option<Vec<String>> {
    let mut row = Decoder::new(row);
    let count = row.u32()?;
    let keys = (0..count)
        .map(|_| row.text().map(str::to_owned))
        .collect::<Option<_>>()?;
    row.end()?;
    Some(keys)
}

fn write_page(page: u32, keys: &[String]) {
    let row = Encoder::new().u32(keys.len() as u32);
    let row = keys.iter().fold(row, |row, key| row.text(key));
    storage::write(&page_key(page), &row.finish());
}

fn broken(row: &str) -> ! {
    env::panic(&format!("Cannot deserialize app state: {}", row))
}
