//! Joins sorted lists and searches them.

/// How many guesses are made before a binary search.
const GUESSES: usize = 4;

/// Ranges shorter than this fit in a few cache lines: no guess is worth it.
const SHORT: usize = 64;

/// Joins the second sorted list into the first. `shift` changes the second's entries before they are
/// compared and must keep their order. Of equal entries, those of the first list come first.
pub(crate) fn join<T: Copy, K: Ord>(
    list: &mut Vec<T>,
    others: Vec<T>,
    shift: impl Fn(T) -> T,
    key: impl Fn(T) -> K,
) {
    let mut left = list.len();
    list.extend(others.iter().map(|other| shift(*other)));
    // Backwards, so that nothing is overwritten before it was moved. What remains of the first list
    // is already in place.
    let mut free = list.len();
    for other in others.into_iter().rev() {
        let other = shift(other);
        let other_key = key(other);
        while left > 0 && key(list[left - 1]) > other_key {
            (left, free) = (left - 1, free - 1);
            list[free] = list[left];
        }
        free -= 1;
        list[free] = other;
    }
}

/// The first place in a sorted list of `len` values whose value is not below the wanted one.
///
/// Each look into a long list waits for memory that is in no cache. The values are spread more or
/// less evenly, so their place is guessed from the values at the ends and searched for near the
/// guess: half a dozen looks find one in a million.
pub(crate) fn first_from(len: usize, value: impl Fn(usize) -> u64, wanted: u64) -> usize {
    let (mut low, mut high) = (0, len);
    for _ in 0..GUESSES {
        if high - low < SHORT {
            break;
        }
        let (first, last) = (value(low), value(high - 1));
        if wanted <= first {
            return low;
        }
        if wanted > last {
            return high;
        }
        let (length, margin) = (high - low - 1, (high - low).isqrt());
        let share = u128::from(wanted - first) * length as u128 / u128::from(last - first);
        let guess = low + usize::try_from(share).unwrap_or(length);
        let (left, right) = (
            guess.saturating_sub(margin).max(low),
            (guess + margin).min(high - 1),
        );
        if value(left) >= wanted {
            high = left;
        } else if value(right) < wanted {
            low = right + 1;
        } else {
            (low, high) = (left + 1, right);
        }
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if value(middle) < wanted {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sorted_lists_become_one() {
        for (one, other, both) in [
            (&[1, 3, 5][..], &[0, 3, 9][..], &[1, 3, 5, 10, 13, 19][..]),
            (&[11, 12, 30], &[1, 5, 9], &[11, 11, 12, 15, 19, 30]),
            (&[], &[2], &[12]),
            (&[2], &[], &[2]),
        ] {
            let mut list = one.to_vec();
            join(
                &mut list,
                other.to_vec(),
                |number| number + 10,
                |number| number,
            );
            assert_eq!(list, both);
        }
    }

    #[test]
    fn equal_entries_of_the_first_list_come_first() {
        let mut list = vec![(1, 'a'), (2, 'a')];
        join(&mut list, vec![(1, 'b'), (2, 'b')], |it| it, |it| it.0);
        assert_eq!(list, [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')]);
    }

    #[test]
    fn a_place_is_found_however_the_values_are_spread() {
        let even: Vec<u64> = (0..1_000).map(|n| n * 1_000_003).collect();
        let steep: Vec<u64> = (0..640).map(|n| 1_u64 << (n / 10)).collect();
        let equal = vec![7; 500];
        let jump: Vec<u64> = (0..300).chain(u64::MAX - 300..=u64::MAX).collect();
        for list in [&even, &steep, &equal, &jump, &Vec::new()] {
            let near = list
                .iter()
                .flat_map(|at| [at.saturating_sub(1), *at, at.saturating_add(1)]);
            for wanted in near.chain([0, u64::MAX]) {
                assert_eq!(
                    first_from(list.len(), |at| list[at], wanted),
                    list.partition_point(|value| *value < wanted)
                );
            }
        }
    }
}
