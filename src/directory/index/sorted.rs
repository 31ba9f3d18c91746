//! Joins sorted lists.

/// Joins two sorted lists in the place of the first. The second's entries are changed by `shift`,
/// which keeps their order, before they are compared; of equals those of the first come first.
pub fn join<T: Copy, K: Ord>(
    list: &mut Vec<T>,
    others: Vec<T>,
    shift: impl Fn(T) -> T,
    key: impl Fn(T) -> K,
) {
    let mut left = list.len();
    list.extend(others.iter().map(|other| shift(*other)));
    // From the end, so that nothing is overwritten that is still to be moved. What is left of the
    // first list in the end stands where it belongs.
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
    fn of_equals_those_of_the_first_list_come_first() {
        let mut list = vec![(1, 'a'), (2, 'a')];
        join(&mut list, vec![(1, 'b'), (2, 'b')], |it| it, |it| it.0);
        assert_eq!(list, [(1, 'a'), (1, 'b'), (2, 'a'), (2, 'b')]);
    }
}
