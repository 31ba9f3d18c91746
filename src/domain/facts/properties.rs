//! Whatever the order, the repetition and the grouping of reports: the registers are the same.

#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{
    ClientKind, ClientRef, Discarded, FactSet, Key, Member, PersonView, Register, Registers, Set,
    Value,
};
use crate::domain::facts::Source;

const RUNS: u32 = 10_000;

fn key() -> impl Strategy<Value = Key> {
    let source = select(vec![Source::File, Source::Webhook, Source::Api]);
    (0_i64..4, source, 0_u64..2).prop_map(|(at, source, line)| Key { at, source, line })
}

fn client() -> impl Strategy<Value = ClientRef> {
    prop_oneof![
        select(vec!["a", "b", "c"]).prop_map(|id| ClientRef::Id(id.into())),
        Just(ClientRef::Place("web".into(), "".into(), "".into())),
    ]
}

fn kind() -> impl Strategy<Value = ClientKind> {
    use ClientKind::{Channel, Install, Pending, Sdk};
    select(vec![Channel, Pending, Install, Sdk])
}

fn member() -> impl Strategy<Value = Member> {
    prop_oneof![
        3 => Just(Member::UserId),
        1 => Just(Member::GivenName),
        1 => Just(Member::Email),
        1 => select(vec!["x", "y"]).prop_map(|name| Member::Property(name.into())),
        2 => (kind(), client(), select(vec!["platform", "displayName"]))
            .prop_map(|(kind, client, field)| Member::Client(kind, client, field.into())),
        1 => select(vec![("a", "b"), ("b", "c")])
            .prop_map(|(one, other)| Member::SameClient(one.into(), other.into())),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    select(vec![None, Some("1"), Some("2"), Some("3")]).prop_map(|value| value.map(Into::into))
}

fn set() -> impl Strategy<Value = Set> {
    prop_oneof![
        Just(Set::Version1),
        Just(Set::Profile),
        Just(Set::Properties),
        kind().prop_map(Set::Clients),
        client().prop_map(Set::RemovedClient),
    ]
}

fn report() -> impl Strategy<Value = FactSet> {
    let register = prop_oneof![
        2 => Just(Register::Api),
        1 => select(vec![None, Some("1"), Some("2")])
            .prop_map(|claimed| Register::List(claimed.map(Into::into))),
    ];
    let facts = vec((member(), value()), 0..5);
    (key(), register, facts, vec(set(), 0..3)).prop_map(|(key, register, facts, closed)| {
        let is_api = register == Register::Api;
        FactSet {
            key,
            register,
            facts,
            closed: if is_api { closed } else { Vec::new() },
        }
    })
}

/// Reports, and the same in another order, some of them more than once.
fn reports() -> impl Strategy<Value = (Vec<FactSet>, Vec<FactSet>)> {
    vec(report(), 1..12).prop_flat_map(|reports| {
        let again = vec(select(reports.clone()), 0..5);
        let all = again.prop_map({
            let reports = reports.clone();
            move |again| reports.iter().cloned().chain(again).collect::<Vec<_>>()
        });
        (Just(reports), all.prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(RUNS))]

    #[test]
    fn order_and_repetition_do_not_matter((reports, others) in reports()) {
        prop_assert_eq!(Registers::of(&reports), Registers::of(&others));
    }

    #[test]
    fn what_is_written_beside_any_report_gives_the_same_again(
        (reports, _) in reports(),
        at in any::<prop::sample::Index>(),
    ) {
        let registers = Registers::of(&reports);
        let base = at.get(&reports);
        let beside = registers.sets_beside(Some(base));
        let again = Registers::of(std::iter::once(base).chain(&beside));
        prop_assert_eq!(&again, &registers);
        prop_assert_eq!(Registers::of(&registers.sets_beside(None)), registers);
    }

    #[test]
    fn a_person_shows_the_same_from_registers_that_were_written_and_read(
        (survivor, _) in reports(),
        (old, _) in reports(),
        merged in key(),
    ) {
        let [survivor, old] = [survivor, old].map(|reports| Registers::of(&reports));
        let [survivor_again, old_again] = [&survivor, &old]
            .map(|registers| Registers::of(&registers.sets_beside(None)));
        let discarded = [Discarded { registers: &old, merged }];
        let again = [Discarded { registers: &old_again, merged }];
        prop_assert_eq!(
            PersonView::of(&survivor, None, &discarded),
            PersonView::of(&survivor_again, None, &again)
        );
    }

    #[test]
    fn an_id_that_was_merged_away_never_hides_what_the_survivor_says(
        (survivor, _) in reports(),
        (old, _) in reports(),
        merged in key(),
    ) {
        let [survivor, old] = [survivor, old].map(|reports| Registers::of(&reports));
        let alone = PersonView::of(&survivor, None, &[]);
        let discarded = [Discarded { registers: &old, merged }];
        let together = PersonView::of(&survivor, None, &discarded);
        prop_assert_eq!(alone.user_id, together.user_id);
        for (member, seen) in &alone.members {
            prop_assert_eq!(Some(seen), together.members.get(member));
        }
    }
}
