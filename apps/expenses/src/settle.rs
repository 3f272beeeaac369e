// SPDX-License-Identifier: Apache-2.0

//! Who pays whom so that everyone is even, in as few transfers as possible.
//!
//! People whose balances add up to zero among themselves can settle with one transfer fewer than
//! they are, so the fewest transfers come from the most such groups. Finding those is exponential;
//! up to [`EXACT_MAX`] unsettled people it is done exactly, beyond that exact opposites are paired
//! and the rest is settled largest first: at most one transfer fewer than there are people.
//! The same balances always give the same transfers.

/// People for which all subsets are looked at: 65 536 of them.
const EXACT_MAX: usize = 16;

/// A payment, between indexes of the balances given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Transfer {
    pub from: usize,
    pub to: usize,
    pub amount: i64,
}

/// Someone who still owes (negative) or is owed.
type Open = (usize, i64);

/// The transfers that bring all `balances`, which must add up to zero, to zero.
pub fn settle(balances: &[i64]) -> Vec<Transfer> {
    let open: Vec<Open> = balances
        .iter()
        .copied()
        .enumerate()
        .filter(|&(_, balance)| balance != 0)
        .collect();
    let mut transfers = Vec::new();
    if open.len() <= EXACT_MAX {
        for group in most_groups(&open) {
            settle_group(group, &mut transfers);
        }
    } else {
        let rest = settle_opposites(open, &mut transfers);
        settle_group(rest, &mut transfers);
    }
    transfers.sort_unstable();
    transfers
}

/// Divides into as many groups as possible that each add up to zero.
fn most_groups(open: &[Open]) -> Vec<Vec<Open>> {
    let subsets = 1_usize << open.len();
    let mut sums = vec![0_i64; subsets];
    // How many of the groups that end where a sum is zero can be taken out of a subset one by one.
    let mut groups = vec![0_u8; subsets];
    for subset in 1..subsets {
        let lowest = subset.trailing_zeros() as usize;
        sums[subset] = sums[subset & (subset - 1)] + open[lowest].1;
        let best = members(subset)
            .map(|member| groups[subset & !(1 << member)])
            .max();
        groups[subset] = best.unwrap_or(0) + u8::from(sums[subset] == 0);
    }
    let mut found: Vec<Vec<Open>> = Vec::new();
    let mut subset = subsets - 1;
    while subset != 0 {
        let closes = sums[subset] == 0;
        if closes || found.is_empty() {
            found.push(Vec::new());
        }
        let before = groups[subset] - u8::from(closes);
        let next = members(subset).find(|&member| groups[subset & !(1 << member)] == before);
        let member = next.unwrap_or(0);
        if let Some(group) = found.last_mut() {
            group.push(open[member]);
        }
        subset &= !(1 << member);
    }
    found
}

fn members(subset: usize) -> impl Iterator<Item = usize> {
    (0..EXACT_MAX).filter(move |member| subset >> member & 1 == 1)
}

/// Settles those who owe exactly what someone is owed; who is left.
fn settle_opposites(mut open: Vec<Open>, transfers: &mut Vec<Transfer>) -> Vec<Open> {
    let mut rest = Vec::new();
    while !open.is_empty() {
        let (one, balance) = open.remove(0);
        match open.iter().position(|&(_, other)| other == -balance) {
            Some(at) => {
                let (other, _) = open.remove(at);
                let (from, to) = if balance < 0 {
                    (one, other)
                } else {
                    (other, one)
                };
                transfers.push(Transfer {
                    from,
                    to,
                    amount: balance.abs(),
                });
            }
            None => rest.push((one, balance)),
        }
    }
    rest
}

/// The largest debtor pays the largest creditor, until nobody owes; the earlier person on a tie.
fn settle_group(mut group: Vec<Open>, transfers: &mut Vec<Transfer>) {
    loop {
        let debtor = group
            .iter()
            .enumerate()
            .min_by_key(|&(_, &(who, balance))| (balance, who));
        let creditor = group
            .iter()
            .enumerate()
            .min_by_key(|&(_, &(who, balance))| (-balance, who));
        let (debtor, creditor) = match (debtor, creditor) {
            (Some((debtor, &(_, owes))), Some((creditor, &(_, owed)))) if owes < 0 && owed > 0 => {
                (debtor, creditor)
            }
            _ => return,
        };
        let amount = group[creditor].1.min(-group[debtor].1);
        transfers.push(Transfer {
            from: group[debtor].0,
            to: group[creditor].0,
            amount,
        });
        group[debtor].1 += amount;
        group[creditor].1 -= amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even_after(balances: &[i64]) -> usize {
        let transfers = settle(balances);
        let mut after = balances.to_vec();
        for transfer in &transfers {
            assert!(transfer.amount > 0 && transfer.from != transfer.to);
            after[transfer.from] += transfer.amount;
            after[transfer.to] -= transfer.amount;
        }
        assert!(
            after.iter().all(|&balance| balance == 0),
            "{:?} {:?}",
            balances,
            transfers
        );
        assert_eq!(transfers, settle(balances));
        transfers.len()
    }

    /// The fewest transfers by trying every partition.
    fn fewest(balances: &[i64]) -> usize {
        fn most(open: &[i64], sums: &mut Vec<i64>) -> usize {
            match open.split_first() {
                None => {
                    if sums.iter().all(|&sum| sum == 0) {
                        sums.len()
                    } else {
                        0
                    }
                }
                Some((&first, rest)) => {
                    let mut best = 0;
                    for at in 0..sums.len() {
                        sums[at] += first;
                        best = best.max(most(rest, sums));
                        sums[at] -= first;
                    }
                    sums.push(first);
                    best = best.max(most(rest, sums));
                    sums.pop();
                    best
                }
            }
        }
        let open: Vec<i64> = balances
            .iter()
            .copied()
            .filter(|&balance| balance != 0)
            .collect();
        open.len() - most(&open, &mut Vec::new())
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: u64) -> i64 {
            self.0 = self
                .0
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            ((self.0 >> 33) % bound) as i64
        }

        fn balances(&mut self, people: usize, spread: u64) -> Vec<i64> {
            let mut balances: Vec<i64> = (1..people)
                .map(|_| self.below(spread) - spread as i64 / 2)
                .collect();
            balances.push(-balances.iter().sum::<i64>());
            balances
        }
    }

    #[test]
    fn nothing_owed_needs_nothing() {
        assert_eq!(even_after(&[]), 0);
        assert_eq!(even_after(&[0, 0, 0]), 0);
    }

    #[test]
    fn groups_are_found_where_taking_the_largest_first_would_miss_them() {
        // 7 is owed by 4 and 3, 6 by 5 and 1: four transfers, not five.
        assert_eq!(even_after(&[7, 6, -5, -4, -3, -1]), 4);
    }

    #[test]
    fn up_to_the_limit_the_fewest_are_found() {
        let mut random = Random(1);
        for round in 0..300 {
            let balances = random.balances(2 + round % 7, 9);
            assert_eq!(even_after(&balances), fewest(&balances), "{:?}", balances);
        }
        let balances = random.balances(EXACT_MAX, 2_000);
        assert!(even_after(&balances) < EXACT_MAX);
    }

    #[test]
    fn beyond_the_limit_there_is_one_fewer_than_people_at_most() {
        let mut random = Random(2);
        for people in [EXACT_MAX + 1, 40, 100] {
            assert!(even_after(&random.balances(people, 1_000_000)) < people);
        }
        let opposites: Vec<i64> = (1..=50).flat_map(|owed| [owed, -owed]).collect();
        assert_eq!(even_after(&opposites), 50);
    }
}
